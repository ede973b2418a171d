import type { Consent } from "../../changes/assert-confirmed.ts";
import { usePattern } from "../../cache-entries/use-pattern.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines } from "../../output/view.ts";

export interface ClearCacheInput extends Consent {
  readonly pattern: string | undefined;
  readonly resource: string | undefined;
  readonly all: boolean;
  readonly dryRun: boolean;
}

/** Forgets what was asked for, of every profile: what one of them may not be shown any more, none may. */
export async function clearCache(context: CommandContext, input: ClearCacheInput): Promise<void> {
  const { pattern, resource, all, dryRun } = input;
  if (all && pattern !== undefined) throw usageError("--all and a pattern exclude each other");
  if (all && resource !== undefined) throw usageError("--all and --resource exclude each other");
  if (pattern !== undefined && resource !== undefined)
    throw usageError("--resource and a pattern exclude each other");
  const patterns = await patternsOf(input);
  const asked = {
    pattern: all || resource !== undefined ? null : (pattern ?? "*"),
    ...(resource === undefined ? {} : { resource, patterns }),
  };
  const { manager } = await context.cache();
  if (dryRun) {
    const wouldClear = all
      ? await count(manager.allEntries())
      : await usePattern(async () => (await manager.explain(patterns)).entries.length);
    context.show({ dryRun: true, wouldClear, ...asked }, () =>
      lines(`Would clear ${plural(wouldClear, "entry", "entries")}.\n`),
    );
    return;
  }
  if (all) await assertWanted(context, input);
  let isDeferred = false;
  manager.on("invalidation-deferred", () => (isDeferred = true));
  let cleared = 0;
  if (all) cleared = await manager.clearAll();
  else for (const one of patterns) cleared += await usePattern(() => manager.clear(one));
  // The number is 0 then, which says another thing. Why it is so, and what comes of it, is told of every change.
  if (isDeferred) throw new CliError("the cache could not be cleared");
  context.show({ cleared, ...asked }, () => lines(`Cleared ${plural(cleared, "entry", "entries")}.\n`));
}

async function patternsOf({ pattern = "*", resource }: ClearCacheInput): Promise<readonly string[]> {
  if (resource === undefined) return [pattern];
  // It needs the catalogue, which nothing else does here.
  const { resourcePatterns } = await import("../../cache-entries/resource-patterns.ts");
  return resourcePatterns(resource);
}

/** Unlike what is deleted in AWS, all of it can be had again: where nobody can be asked, it is wanted. */
async function assertWanted(context: CommandContext, { yes, force }: Consent): Promise<void> {
  if (yes || force) return;
  const what = "forget all that is cached, of every endpoint";
  if ((await context.confirm(`Do you want to ${what}?`)) === false)
    throw new CliError(`nothing was done: you did not want to ${what}`);
}

async function count(entries: AsyncIterable<unknown>): Promise<number> {
  let number = 0;
  for await (const _ of entries) number += 1;
  return number;
}
