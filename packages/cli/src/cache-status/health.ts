import type { CacheManager, Health } from "@awsideman/cache-core";
import { CliError } from "../errors/cli-error.ts";

/** Says how the cache is. */
export function describeHealth({ healthy, problems, recoveringUntil }: Health): string {
  if (!healthy) return problems.join(", ");
  if (recoveringUntil === undefined) return "good";
  return `recovering: it began anew, and stores nothing until ${timeOf(recoveringUntil)}`;
}

/**
 * Looks whether the cache can be used, before something is done that is of no use without it.
 * @param done what would be: `checked`
 * @returns how it is
 * @throws CliError with what is wrong
 */
export async function assertUsable(manager: CacheManager, done: string): Promise<Health> {
  const health = await manager.healthCheck();
  if (health.healthy) return health;
  throw new CliError(`the cache cannot be ${done}: ${health.problems.join(", ")}`);
}

/**
 * Looks besides whether it would keep anything.
 * @throws CliError with what is wrong, or until when it keeps nothing
 */
export async function assertKeeps(manager: CacheManager, done: string): Promise<void> {
  const { recoveringUntil } = await assertUsable(manager, done);
  if (recoveringUntil === undefined) return;
  throw new CliError(
    `the cache cannot be ${done}: it began anew, and stores nothing until ${timeOf(recoveringUntil)}`,
    { advice: "try again then" },
  );
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
