import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines } from "../../output/view.ts";

export interface ClearCacheInput {
  readonly pattern: string | undefined;
  readonly all: boolean;
}

export async function clearCache(context: CommandContext, { pattern, all }: ClearCacheInput): Promise<void> {
  if (all && pattern !== undefined) throw usageError("--all and a pattern exclude each other");
  const { manager } = await context.cache();
  let isDeferred = false;
  manager.on("invalidation-deferred", () => (isDeferred = true));
  const cleared = all ? await manager.clearAll() : await clear(manager, pattern);
  // The number is 0 then, which says another thing. Why it is so, and what comes of it, is told of every change.
  if (isDeferred) throw new CliError("the cache could not be cleared");
  context.show({ cleared, pattern: all ? null : (pattern ?? "*") }, () =>
    lines(`Cleared ${plural(cleared, "entry", "entries")}.\n`),
  );
}

async function clear(
  manager: { clear(pattern?: string): Promise<number> },
  pattern: string | undefined,
): Promise<number> {
  try {
    return await manager.clear(pattern);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const message = error.message.replace(" (createCacheKey does that)", "");
    throw usageError(message, 'patterns are such as "user:list:*", "group:*:ID" or "*"', error);
  }
}
