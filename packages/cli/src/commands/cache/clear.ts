import type { Cache } from "@awsideman/cache-core";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines } from "../../output/view.ts";

export interface ClearCacheInput {
  readonly pattern: string | undefined;
  readonly all: boolean;
  readonly dryRun: boolean;
}

export async function clearCache(
  context: CommandContext,
  { pattern, all, dryRun }: ClearCacheInput,
): Promise<void> {
  if (all && pattern !== undefined) throw usageError("--all and a pattern exclude each other");
  const { manager } = await context.cache();
  if (dryRun) {
    const entries = all ? await count(manager.allEntries()) : await wouldClear(manager, pattern);
    context.show({ dryRun: true, wouldClear: entries, pattern: all ? null : (pattern ?? "*") }, () =>
      lines(`Would clear ${plural(entries, "entry", "entries")}.\n`),
    );
    return;
  }
  let isDeferred = false;
  manager.on("invalidation-deferred", () => (isDeferred = true));
  const cleared = all ? await manager.clearAll() : await clear(manager, pattern);
  // The number is 0 then, which says another thing. Why it is so, and what comes of it, is told of every change.
  if (isDeferred) throw new CliError("the cache could not be cleared");
  context.show({ cleared, pattern: all ? null : (pattern ?? "*") }, () =>
    lines(`Cleared ${plural(cleared, "entry", "entries")}.\n`),
  );
}

function clear(
  manager: { clear(pattern?: string): Promise<number> },
  pattern: string | undefined,
): Promise<number> {
  return orUsage(() => manager.clear(pattern));
}

function wouldClear(manager: Pick<Cache, "explain">, pattern = "*"): Promise<number> {
  return orUsage(async () => (await manager.explain(pattern)).entries.length);
}

async function count(entries: AsyncIterable<unknown>): Promise<number> {
  let number = 0;
  for await (const _ of entries) number += 1;
  return number;
}

async function orUsage(clear: () => Promise<number>): Promise<number> {
  try {
    return await clear();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const message = error.message.replace(" (createCacheKey does that)", "");
    throw usageError(message, 'patterns are such as "user:list:*", "group:*:ID" or "*"', error);
  }
}
