import type { AnyReadRow, Fields } from "./catalog/row.ts";
import { copyData } from "./copy.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { StoredAnswer } from "./load-through.ts";
import { keepingOf, understand } from "./question.ts";

/** When an answer was read that is to be adopted. */
export interface AdoptOptions {
  /** Milliseconds since 1970: no later than AWS was asked. */
  readonly readAt: number;
  /** Milliseconds to live, from then; the command's own are not exceeded. */
  readonly ttl: number;
  /** Tags besides those that such an answer has. */
  readonly tags?: readonly string[];
}

/** What became of it: `known` when there is an answer already, which stays; `refused` when it may be out of date. */
export type Adoption = "adopted" | "known" | "refused";

/**
 * Stores an answer that another program has read, as old as it is. Nobody knows what was changed since by whom, but for
 * what the cache has recorded: it carries the stamp of the ledger's beginning, so that anything that ever invalidated
 * what it depends on refuses it.
 */
export async function adopt(
  context: ExecutionContext,
  row: AnyReadRow,
  command: string,
  input: Fields,
  output: Fields,
  { readAt, ttl, tags = [] }: AdoptOptions,
): Promise<Adoption> {
  const asked = understand(context, row.key, { command, input });
  const cache = context.own ?? (await context.resolveOwn());
  if (asked === undefined || cache === undefined || output["NextToken"]) return "refused";
  const { key } = asked;
  if (await cache.has(key)) return "known";
  const keeping = keepingOf({ context, row, call: { command }, ...asked }, output);
  const now = await cache.begin();
  if (now === undefined) return "refused";
  const { $metadata: _, ...data } = copyData(output);
  await cache.set<StoredAnswer>(
    key,
    { output: data },
    {
      ttl: Math.min(ttl, keeping.ttl),
      tags: [...keeping.tags, ...tags],
      stamp: { ...now, position: 0, time: readAt },
    },
  );
  return (await cache.has(key)) ? "adopted" : "refused";
}
