import type { CheckProblem, CheckReport } from "@awsideman/cache-core";
import type { RedisStorage } from "../../src/redis-storage.ts";
import { Harness, invalidation } from "./harness.ts";

export interface CheckedCache {
  readonly harness: Harness;
  readonly storage: RedisStorage;
}

/** A cache with three entries, and some invalidations behind it. */
export async function openChecked(url: string): Promise<CheckedCache> {
  const harness = new Harness({ url });
  const storage = await harness.open();
  for (const tag of ["x", "y"]) await storage.invalidate(invalidation({ tags: [tag, "both"] }));
  await storage.invalidate(invalidation({ patterns: ["z:*:w"], open: { operation: "write", lease: 1_000 } }));
  await storage.invalidate(invalidation({ tags: ["last"] }));
  for (const id of ["a", "b", "c"]) await harness.fill(storage, id, { tags: [id] });
  return { harness, storage };
}

/** What was found: the names of what servers of all versions have. */
export function found({ problems }: CheckReport, kind?: CheckProblem["kind"]): readonly string[] {
  return problems
    .filter((problem) => (kind === undefined ? problem.subject !== "redis_version" : problem.kind === kind))
    .map(({ subject, message }) => `${subject}: ${message}`);
}
