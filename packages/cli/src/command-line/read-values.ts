import { usageError } from "../errors/cli-error.ts";
import type { Command } from "./command.ts";
import {
  kebabCase,
  type ArgumentDescription,
  type OptionDescription,
  type Options,
  type TextRule,
  type Values,
} from "./option.ts";
import type { Token } from "./tokens.ts";
import { unknownWord } from "./unknown-word.ts";

/** What an option is that is not on the line. */
const absent: Readonly<Record<OptionDescription["kind"], Values[string]>> = {
  flag: false,
  text: undefined,
  texts: [],
  count: undefined,
  duration: undefined,
  choice: undefined,
};

type OptionToken = Extract<Token, { readonly kind: "option" }>;

/**
 * Reads what the options of a line say. Flags that are not there are false; of an option that is there twice, the last
 * one counts, unless it is one that may be repeated.
 * @param help where to look when something is wrong
 * @throws CliError
 */
export async function readOptions(tokens: readonly Token[], options: Options, help: string): Promise<Values> {
  const values: Record<string, Values[string]> = {};
  for (const [name, { kind }] of Object.entries(options)) values[name] = absent[kind];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = token.name === undefined ? undefined : options[token.name];
    if (token.name === undefined || option === undefined) {
      const known = Object.keys(options).map((name) => `--${kebabCase(name)}`);
      throw await unknownWord("option", token.written, known, help);
    }
    const value = readOption(token, option, help);
    const before = values[token.name];
    values[token.name] = Array.isArray(before) ? [...(before as readonly string[]), String(value)] : value;
  }
  for (const [name, option] of Object.entries(options)) {
    const value = values[name];
    const isMissing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (option.kind !== "flag" && option.required && isMissing) {
      throw usageError(`--${kebabCase(name)} ${option.value} is missing`, `see "${help}"`);
    }
  }
  return values;
}

/**
 * Reads the words of a line that come after the command's name.
 * @throws CliError
 */
export function readArguments(words: readonly string[], command: Command, help: string): Values {
  const values: Record<string, string | readonly string[] | undefined> = {};
  const known: readonly (readonly [string, ArgumentDescription])[] = Object.entries(command.arguments);
  for (const [index, [name, argument]] of known.entries()) {
    const given = words.slice(index, argument.several ? undefined : index + 1);
    const shown = argumentName(name);
    if (given.length === 0 && !argument.optional) throw usageError(`${shown} is missing`, `see "${help}"`);
    const texts = given.map((word) => readWord(shown, word, argument));
    values[name] = argument.several ? texts : texts[0];
  }
  const extra = known.some(([, { several }]) => several) ? undefined : words[known.length];
  if (extra !== undefined) {
    throw usageError(`${command.name} takes no "${extra}"`, `quote a name that has spaces; see "${help}"`);
  }
  return values;
}

/** `permissionSet` as the help writes it: `PERMISSION_SET`. */
export function argumentName(name: string): string {
  return kebabCase(name).replaceAll("-", "_").toUpperCase();
}

function readOption(token: OptionToken, option: OptionDescription, help: string): string | number | boolean {
  const { written, value, attached } = token;
  if (option.kind === "flag") {
    if (value === undefined) return true;
    throw usageError(`${written} takes no value, received "${value}"`, `see "${help}"`);
  }
  if (value === undefined || (!attached && value.startsWith("-") && value !== "-")) {
    const form = written.startsWith("--") ? `${written}=${option.value}` : `${written}${option.value}`;
    throw usageError(
      `${written} needs a value, ${option.value}`,
      `one that begins with a dash is written ${form}`,
    );
  }
  switch (option.kind) {
    case "count": {
      const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (count >= option.minimum && Number.isSafeInteger(count)) return count;
      throw usageError(`${written} must be a whole number from ${option.minimum}, received "${value}"`);
    }
    case "duration": {
      const milliseconds = readDuration(value);
      if (milliseconds !== undefined) return milliseconds;
      throw usageError(`${written} must be a time such as 30s, 5m or 1h, received "${value}"`);
    }
    case "choice": {
      const choice = option.choices.find((one) => one.toLowerCase() === value.toLowerCase());
      if (choice !== undefined) return choice;
      throw mistaken(written, option.choices, value);
    }
    case "text":
      if (value === "" && option.mayBeEmpty) return value;
      return readText(written, value, option.rule);
    case "texts":
      return readText(written, value, option.rule);
  }
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function readDuration(value: string): number | undefined {
  const [, amount, unit = "s"] = /^(\d+)(ms|[smhd])?$/.exec(value) ?? [];
  const milliseconds = Number(amount) * (units[unit] as number);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

function readWord(name: string, word: string, { choices, rule }: ArgumentDescription): string {
  const text = readText(name, word, rule);
  if (choices === undefined || choices.includes(text)) return text;
  throw mistaken(name, choices, text);
}

function mistaken(name: string, choices: readonly string[], received: string): Error {
  const all = [choices.slice(0, -1).join(", "), choices.at(-1)].join(" or ");
  return usageError(`${name} must be ${all}, received "${received}"`);
}

function readText(name: string, value: string, rule: TextRule | undefined): string {
  if (value === "") throw usageError(`${name} is empty`);
  if (rule === undefined || rule.pattern.test(value)) return value;
  throw usageError(`${name} must be ${rule.meaning}, received "${value}"`);
}
