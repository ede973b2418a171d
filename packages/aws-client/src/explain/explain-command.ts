import type { Cache, Explanation } from "@awsideman/cache-core";
import { findRow, readsByName, services } from "../catalog/catalog.ts";
import type { AnyWriteRow, Fields } from "../catalog/row.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import { everything } from "../catalog/tag.ts";
import { createCommandKey } from "../command-key.ts";
import { MembershipIndex, type Membership } from "../membership-index.ts";
import { assertString, mistake } from "../options.ts";
import { tagMeaning } from "./tag-meaning.ts";

/** A command and what it is given. */
export interface CommandQuestion {
  readonly service: Service;
  /** Without `Command`: `ListUsers`. */
  readonly command: string;
  readonly input: Fields;
}

/** A name that answers depend on and that writes invalidate. */
export interface TagExplanation {
  readonly tag: string;
  /** What is true of the answers that carry it: `lists users of the store d-1`. */
  readonly meaning: string;
}

/** What the cache does with a command. */
export type CommandExplanation =
  /**
   * `key`: of its answer. `tags`: what the answer depends on by what was asked; what is in it may add to that.
   */
  | (CommandName & { readonly kind: "read"; readonly key: string; readonly tags: readonly TagExplanation[] })
  /** It asks what has become of an operation. Undefined: of many, which is never cached. */
  | (CommandName & { readonly kind: "poll"; readonly key: string | undefined })
  /** `goesOn`: it may go on after its answer, and keeps what it touches out of the cache until its end was seen. */
  | (CommandName & {
      readonly kind: "write";
      readonly targets: readonly TagExplanation[];
      readonly goesOn: boolean;
    })
  /** It is newer than this package: never cached, and a write invalidates everything. */
  | (CommandName & {
      readonly kind: "unknown";
      readonly takenAs: "read" | "write";
      readonly targets: readonly TagExplanation[];
    });

interface CommandName {
  readonly service: Service;
  readonly command: string;
}

/** What a write would drop, and why: the explanation of the command with the entries that are there. */
export type WriteExplanation = Extract<CommandExplanation, { readonly kind: "write" | "unknown" }> & {
  readonly entries: Explanation["entries"];
};

/** The services that have a command of this name. */
export function servicesWith(command: string): readonly Service[] {
  return services.filter((service) => findRow(service, command) !== undefined);
}

/**
 * Returns what the cache does with a command, by the catalogue alone.
 * @throws TypeError or RangeError where the input does not say what is asked for, or what is touched
 */
export function explainCommand(question: CommandQuestion): CommandExplanation {
  return explain(question, undefined);
}

/**
 * Resolves with what a write would drop, every caller's, and which of its targets would: nothing is changed. What it
 * touches besides, known from its answer only, is not in it. Rejects for a command that only reads.
 */
export async function explainWrite(
  cache: Cache,
  question: CommandQuestion,
  { namespace = "" }: { readonly namespace?: string } = {},
): Promise<WriteExplanation> {
  const shared = cache.withScope({ namespace, caller: "" });
  assertQuestion(question);
  const row = findRow(question.service, question.command);
  const membership = row?.kind === "write" ? await findMembership(shared, row, question.input) : undefined;
  const explanation = explain(question, membership);
  if (explanation.kind === "read" || explanation.kind === "poll")
    throw new TypeError(`\`command\` must be a command that writes, received ${question.command}`);
  const { entries } = await shared.explain(explanation.targets.map(({ tag }) => tag));
  return { ...explanation, entries };
}

function explain(question: CommandQuestion, membership: Membership | undefined): CommandExplanation {
  assertQuestion(question);
  const { service, command, input } = question;
  const row = findRow(service, command);
  switch (row?.kind) {
    case "read":
      return {
        kind: "read",
        service,
        command,
        key: createCommandKey(row.key, input),
        tags: explained(row.tags(input)),
      };
    case "poll":
      return { kind: "poll", service, command, key: row.single && createCommandKey(row.single.key, input) };
    case "write": {
      const targets = explained(row.stale(input, membership));
      return { kind: "write", service, command, targets, goesOn: row.progress !== undefined };
    }
    case undefined: {
      const takenAs = readsByName(command) ? "read" : "write";
      const targets = explained(takenAs === "read" ? [] : [everything]);
      return { kind: "unknown", service, command, takenAs, targets };
    }
  }
}

function explained(tags: readonly string[]): readonly TagExplanation[] {
  return [...new Set(tags)].map((tag) => ({ tag, meaning: tagMeaning(tag) }));
}

async function findMembership(
  shared: Cache,
  row: AnyWriteRow,
  input: Fields,
): Promise<Membership | undefined> {
  const reference = row.membership?.(input);
  return reference && new MembershipIndex(shared).find(reference);
}

function assertQuestion({ service, command, input }: CommandQuestion): void {
  if (!services.includes(service)) throw mistake("service", services.join(" or "), service);
  assertString(command, "command");
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw mistake("input", "an object", input);
}
