import type { Command } from "../command-line/command.ts";
import { globalOptions } from "../command-line/global-options.ts";
import {
  kebabCase,
  type ArgumentDescription,
  type OptionDescription,
  type Options,
} from "../command-line/option.ts";
import { tokenize } from "../command-line/tokens.ts";

/** A word that may stand where somebody asks, and what it is. */
export interface Suggestion {
  readonly word: string;
  readonly about: string;
}

/** Of what there are names. */
export type NameKind =
  | "user"
  | "group"
  | "principal"
  | "permissionSet"
  | "account"
  | "profile"
  | "setting"
  | "key"
  | "keyPattern"
  | "keyResource"
  | "ruleOperation"
  | "ruleResource"
  | "explained";

/** What may stand there. `before` is a part of the word that stays: `--profile=`. */
export type Completions =
  | { readonly kind: "words"; readonly before: string; readonly words: readonly Suggestion[] }
  | { readonly kind: "names"; readonly before: string; readonly of: NameKind }
  | { readonly kind: "files" }
  | { readonly kind: "none" };

const nothing: Completions = { kind: "none" };

/** Arguments and options by whose name one knows what they name, alone or in a group of commands, or in one of them. */
const named: Readonly<Record<string, NameKind>> = {
  user: "user",
  group: "group",
  principal: "principal",
  permissionSet: "permissionSet",
  account: "account",
  profile: "profile",
  awsProfile: "profile",
  "profile name": "profile",
  "config setting": "setting",
  "cache key": "key",
  "cache pattern": "keyPattern",
  "cache clear resource": "keyResource",
  "cache operation": "ruleOperation",
  "cache resource": "ruleResource",
  "cache explain what": "explained",
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
    if (option.kind !== "flag") return ofValue(last.name, option, "", command);
  }
  if (current.startsWith("-") && !isOpen) return ofOption(current, options, command);
  const given = wordsOf(words, options);
  if (given.length === 0) return { kind: "words", before: "", words: groupsOf(commands) };
  if (given.length === 1)
    return { kind: "words", before: "", words: commandsOf(given[0] as string, commands) };
  return command === undefined ? nothing : ofArgument(given.slice(2), command);
}

/** @param given the command's arguments before this one */
function ofArgument(given: readonly string[], command: Command): Completions {
  const all: readonly (readonly [string, ArgumentDescription])[] = Object.entries(command.arguments);
  const [name, argument] = all[given.length] ?? all.find(([, { several }]) => several) ?? [];
  if (name === undefined || argument === undefined) return nothing;
  if (argument.choices !== undefined)
    return ofChoices(
      argument.choices.filter((choice) => !given.includes(choice)),
      "",
    );
  return name === "file" ? { kind: "files" } : ofName(name, "", command);
}

function ofOption(current: string, options: Options, command: Command | undefined): Completions {
  const equals = current.indexOf("=");
  if (equals !== -1) {
    const entry = Object.entries(options).find(
      ([name]) => `--${kebabCase(name)}` === current.slice(0, equals),
    );
    return entry === undefined ? nothing : ofValue(entry[0], entry[1], current.slice(0, equals + 1), command);
  }
  const words = Object.entries(options).map(([name, { summary }]) => ({
    word: `--${kebabCase(name)}`,
    about: summary,
  }));
  return { kind: "words", before: "", words };
}

function ofValue(
  name: string,
  option: OptionDescription,
  before: string,
  command: Command | undefined,
): Completions {
  if (option.kind === "choice") return ofChoices(option.choices, before);
  if (option.kind !== "text") return nothing;
  return /^(?:FILE|FOLDER)$/.test(option.value) ? { kind: "files" } : ofName(name, before, command);
}

function ofChoices(choices: readonly string[], before: string): Completions {
  return { kind: "words", before, words: choices.map((word) => ({ word, about: "" })) };
}

function ofName(name: string, before: string, command: Command | undefined): Completions {
  const [group] = command?.name.split(" ") ?? [];
  const of = named[`${command?.name} ${name}`] ?? named[`${group} ${name}`] ?? named[name];
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
