import {
  explainCommand,
  explainWrite,
  servicesWith,
  type CommandQuestion,
  type Service,
} from "@awsideman/aws-client";
import { dropData, dropView } from "../../cache-entries/drop-view.ts";
import { explainFound } from "../../cache-entries/explain-found.ts";
import { explanationData, explanationFields } from "../../cache-entries/explanation-view.ts";
import { findKey } from "../../cache-entries/find-key.ts";
import { operationContext, rulePatterns, type RuleOptions } from "../../cache-entries/rule-names.ts";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { fields } from "../../output/view.ts";

export interface ExplainInput extends RuleOptions {
  readonly what: string;
  readonly resource: string | undefined;
  readonly id: string | undefined;
  readonly input: string | undefined;
  readonly service: Service | undefined;
  readonly limit: number | undefined;
}

const defaultLimit = 20;

/** Explains a key, a command of AWS with its input, or an operation on a resource. Changes nothing. */
export async function explain(context: CommandContext, input: ExplainInput): Promise<void> {
  const { what, resource } = input;
  if (resource !== undefined) return explainOperation(context, { ...input, resource });
  if (/^[A-Z][A-Za-z]+$/.test(what)) return explainCall(context, input);
  if (input.input !== undefined) throw usageError("--input goes with a command of AWS, such as DeleteUser");
  const key = await findKey(await context.cache(), what);
  if (!key.includes(":")) {
    throw usageError(
      `${JSON.stringify(what)} is no key, and no command of AWS`,
      "an operation goes with a resource, such as: delete user",
    );
  }
  await explainKey(context, key);
}

async function explainKey(context: CommandContext, key: string): Promise<void> {
  const explanation = await explainFound(context, key);
  context.show(explanationData(explanation), () => fields(explanationFields(explanation)));
}

async function explainOperation(
  context: CommandContext,
  input: ExplainInput & { readonly resource: string },
): Promise<void> {
  const { what, resource: named, id, limit = defaultLimit } = input;
  const { operation, resource, patterns } = rulePatterns(what, named, id, operationContext(input));
  const { manager } = await context.cache();
  const { entries } = await manager.explain(patterns);
  const concerns = patterns.map((target) => ({ target, meaning: undefined }));
  context.show({ operation, resource, id: id ?? null, ...dropData({ concerns, entries }) }, () =>
    dropView({ sentence: `${operation} ${resource} would drop`, concerns, entries, limit }),
  );
}

async function explainCall(context: CommandContext, input: ExplainInput): Promise<void> {
  const { limit = defaultLimit } = input;
  const question = await questionOf(input);
  const { manager } = await context.cache();
  const { namespace } = context.settings;
  try {
    const explained = explainCommand(question);
    if ("key" in explained) {
      if (explained.key !== undefined) return await explainKey(context, explained.key);
      const { service, command } = explained;
      return context.show({ service, command, key: null }, () =>
        fields([
          ["Call", `${service} ${command}`],
          ["Served now", "no: what it asks for goes on, and its answers are never cached"],
        ]),
      );
    }
    const write = await explainWrite(manager, question, { namespace });
    const { service, command, targets, entries } = write;
    const concerns = targets.map(({ tag, meaning }) => ({ target: tag, meaning }));
    const goesOn = write.kind === "write" && write.goesOn;
    context.show({ service, command, kind: write.kind, goesOn, ...dropData({ concerns, entries }) }, () =>
      dropView({ sentence: `${command} would drop`, concerns, entries, limit }),
    );
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw usageError(
      `the input does not say what ${question.command} is about`,
      `give its fields as JSON, as in --input '{"IdentityStoreId": "d-1234567890", "UserId": "..."}'`,
      error,
    );
  }
}

async function questionOf({ what, input = "{}", service }: ExplainInput): Promise<CommandQuestion> {
  const services = servicesWith(what);
  if (services.length === 0 && service === undefined) {
    throw usageError(
      `there is no command ${what} that the cache knows of`,
      "commands are named as in the AWS API, such as DeleteUser; for one that is newer, name its --service",
    );
  }
  if (services.length > 1 && service === undefined)
    throw usageError(`${what} is a command of ${services.join(" and ")}`, "name one of them with --service");
  return { service: service ?? (services[0] as Service), command: what, input: parseInput(input) };
}

function parseInput(text: string): CommandQuestion["input"] {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw usageError("--input must be JSON", `it is such as '{"IdentityStoreId": "d-1234567890"}'`, error);
  }
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw usageError("--input must be a JSON object", `it is such as '{"IdentityStoreId": "d-1234567890"}'`);
  return input as CommandQuestion["input"];
}
