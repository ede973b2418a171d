import type { Command } from "../command-line/command.ts";
import { globalOptions } from "../command-line/global-options.ts";
import { kebabCase, type OptionDescription, type Options } from "../command-line/option.ts";
import { tokenize } from "../command-line/tokens.ts";

/** A word that may stand where somebody asks, and what it is. */
export interface Suggestion {
  readonly word: string;
  readonly about: string;
}

/** Of what there are names. */
export type NameKind = "user" | "group" | "principal" | "permissionSet" | "account" | "profile";

/** What may stand there. `before` is a part of the word that stays: `--profile=`. */
export type Completions =
  | { readonly kind: "words"; readonly before: string; readonly words: readonly Suggestion[] }
  | { readonly kind: "names"; readonly before: string; readonly of: NameKind }
  | { readonly kind: "files" }
  | { readonly kind: "none" };

const nothing: Completions = { kind: "none" };

/** Arguments and options by whose name one knows what they name, and what a group of commands calls just a name. */
const named: Readonly<Record<string, NameKind>> = {
  user: "user",
  group: "group",
  principal: "principal",
  permissionSet: "permissionSet",
  account: "account",
  profile: "profile",
  awsProfile: "profile",
  "profile name": "profile",
};

/**
 * Tells from the table of commands what may stand where somebody is typing.
 * @param words those before, without the program's name
 * @param current what is there of the word already
 */
export function findCompletions(
  words: readonly string[],
  current: string,
  commands: readonly Command[],
): Completions {
  const plain = wordsOf(words, globalOptions);
  const command = commands.find(({ name }) => name === plain.slice(0, 2).join(" "));
  const options: Options = { ...globalOptions, ...command?.options };
  const tokens = tokenize(words, options);
  const last = tokens.at(-1);
  const isOpen = words.includes("--");
  if (last?.kind === "option" && last.name !== undefined && last.value === undefined && !last.attached) {
    const option = options[last.name] as OptionDescription;
    if (option.kind !== "flag") return ofValue(last.name, option, "");
  }
  if (current.startsWith("-") && !isOpen) return ofOption(current, options);
  const given = wordsOf(words, options);
  if (given.length === 0) return { kind: "words", before: "", words: groupsOf(commands) };
  if (given.length === 1)
    return { kind: "words", before: "", words: commandsOf(given[0] as string, commands) };
  const [name] = Object.entries(command?.arguments ?? {})[given.length - 2] ?? [];
  if (name === undefined) return nothing;
  return ofName(name, "", command?.name.split(" ")[0]);
}

function ofOption(current: string, options: Options): Completions {
  const equals = current.indexOf("=");
  if (equals !== -1) {
    const entry = Object.entries(options).find(
      ([name]) => `--${kebabCase(name)}` === current.slice(0, equals),
    );
    return entry === undefined ? nothing : ofValue(entry[0], entry[1], current.slice(0, equals + 1));
  }
  const words = Object.entries(options).map(([name, { summary }]) => ({
    word: `--${kebabCase(name)}`,
    about: summary,
  }));
  return { kind: "words", before: "", words };
}

function ofValue(name: string, option: OptionDescription, before: string): Completions {
  if (option.kind === "choice")
    return { kind: "words", before, words: option.choices.map((word) => ({ word, about: "" })) };
  if (option.kind === "text" && option.value === "FILE") return { kind: "files" };
  return option.kind === "text" ? ofName(name, before, undefined) : nothing;
}

function ofName(name: string, before: string, group: string | undefined): Completions {
  const of = named[`${group} ${name}`] ?? named[name];
  return of === undefined ? nothing : { kind: "names", before, of };
}

function wordsOf(words: readonly string[], options: Options): readonly string[] {
  return tokenize(words, options).flatMap((token) => (token.kind === "word" ? [token.text] : []));
}

function groupsOf(commands: readonly Command[]): readonly Suggestion[] {
  const groups = new Map<string, string[]>();
  for (const { name } of commands) {
    const [group, rest] = name.split(" ") as [string, string];
    groups.set(group, [...(groups.get(group) ?? []), rest]);
  }
  return [...groups].map(([word, names]) => ({ word, about: names.join(", ") }));
}

function commandsOf(group: string, commands: readonly Command[]): readonly Suggestion[] {
  return commands.flatMap(({ name, summary }) =>
    name.startsWith(`${group} `) ? [{ word: name.slice(group.length + 1), about: summary }] : [],
  );
}
