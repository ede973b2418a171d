import type { CommandContext } from "../command-context.ts";
import { plural } from "../output/quantity.ts";
import { fields, sections, type Field } from "../output/view.ts";
import type { PlannedCall } from "./planned-call.ts";

/** Shows what would be sent, and what of the cache that would make stale. Nothing is sent. */
export async function showDryRun(context: CommandContext, calls: readonly PlannedCall[]): Promise<void> {
  const targets = [...new Set(calls.flatMap(({ stale }) => stale))];
  const entries = await countEntries(context, targets);
  const json = {
    DryRun: true,
    Calls: calls.map(({ service, command, input, stale }) => ({
      Service: service,
      Command: command,
      Input: input,
      MakesStale: stale,
    })),
    StaleEntries: entries,
  };
  context.show(json, () =>
    sections([
      ...calls.map(({ service, command, input, stale }) =>
        fields([
          ["Would send", `${service} ${command}`],
          ...Object.entries(input).map(([name, value]): Field => [`  ${name}`, textOf(value)]),
          ["Makes stale", stale.join(" ")],
        ]),
      ),
      fields([["In the cache", `${plural(entries, "answer")} would be asked for again`]]),
    ]),
  );
  context.note("this was a dry run: nothing was sent");
}

async function countEntries(context: CommandContext, targets: readonly string[]): Promise<number> {
  const { manager } = await context.cache();
  if (targets.length === 0) return 0;
  return (await manager.explain(targets)).entries.length;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || value === undefined ? value : JSON.stringify(value);
}
