import { dropData, dropView } from "../../cache-entries/drop-view.ts";
import { operationContext, rulePatterns, type RuleOptions } from "../../cache-entries/rule-names.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { lines } from "../../output/view.ts";

export interface InvalidateOperationInput extends RuleOptions {
  readonly operation: string | undefined;
  readonly resource: string | undefined;
  readonly id: string | undefined;
  readonly dryRun: boolean;
}

/** How many entries are named that would go. */
const mostNamed = 20;

/** Invalidates what an operation on a resource makes stale, by the rules of the cache. */
export async function invalidateForOperation(
  context: CommandContext,
  input: InvalidateOperationInput,
): Promise<void> {
  const { id, dryRun } = input;
  if (input.operation === undefined || input.resource === undefined)
    throw usageError(
      "what was changed is missing",
      "name it, as in: cache invalidate delete user ID; or use --from-event",
    );
  const about = operationContext(input);
  const { operation, resource, patterns } = rulePatterns(input.operation, input.resource, id, about);
  const { manager } = await context.cache();
  const { entries } = await manager.explain(patterns);
  const concerns = patterns.map((target) => ({ target, meaning: undefined }));
  const data = { operation, resource, id: id ?? null, ...dropData({ concerns, entries }) };
  if (dryRun) {
    const sentence = `${operation} ${resource} would drop`;
    context.show({ invalidated: false, ...data }, () =>
      dropView({ sentence, concerns, entries, limit: mostNamed }),
    );
    return;
  }
  let isDeferred = false;
  manager.on("invalidation-deferred", () => (isDeferred = true));
  await manager.invalidateForOperation(operation, resource, id, about);
  if (isDeferred) throw new CliError("the invalidation could not be recorded");
  context.show({ invalidated: true, ...data }, () =>
    lines(`Invalidated ${patterns.join(" ")}: ${plural(entries.length, "entry", "entries")} dropped.\n`),
  );
}
