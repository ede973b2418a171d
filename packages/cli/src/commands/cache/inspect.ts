import type { EntryExplanation } from "@awsideman/aws-client";
import { explainFound } from "../../cache-entries/explain-found.ts";
import { explanationData, explanationFields } from "../../cache-entries/explanation-view.ts";
import { findKey } from "../../cache-entries/find-key.ts";
import type { CommandContext } from "../../command-context.ts";
import { notFoundError } from "../../errors/cli-error.ts";
import { printable } from "../../output/text.ts";
import { fields, lines, sections } from "../../output/view.ts";

export interface InspectEntryInput {
  readonly key: string;
  readonly value: boolean;
}

/** Shows one entry, the caller's own or else another's; its value only where that was asked for. */
export async function inspectEntry(
  context: CommandContext,
  { key: text, value: withValue }: InspectEntryInput,
): Promise<void> {
  const cache = await context.cache();
  const key = await findKey(cache, text);
  const explanation = await ownOrOther(context, key);
  if (explanation.entry === undefined) {
    throw notFoundError(
      `there is no entry ${JSON.stringify(key)}`,
      `see "awsideman cache list", or why with "awsideman cache explain"`,
    );
  }
  const { namespace, caller } = explanation;
  const value = withValue
    ? ((await cache.manager.withScope({ namespace, caller }).peek(key))?.value ?? null)
    : undefined;
  context.show({ ...explanationData(explanation), ...(withValue ? { value } : {}) }, () => {
    const about = fields(explanationFields(explanation));
    if (!withValue) return about;
    const written = JSON.stringify(value, null, 2).split("\n").map(printable).join("\n");
    return sections([about, lines(`${written}\n`)]);
  });
}

async function ownOrOther(context: CommandContext, key: string): Promise<EntryExplanation> {
  const own = await explainFound(context, key);
  if (own.entry !== undefined) return own;
  const elsewhere = own.reasons.find((reason) => reason.kind === "other-scope");
  const [scope] = elsewhere?.scopes ?? [];
  if (scope === undefined) return own;
  const { manager } = await context.cache();
  return { ...(await manager.withScope(scope).explainKey(key)), call: own.call };
}
