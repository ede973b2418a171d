import { parseArgs, type ParseArgsConfig } from "node:util";
import { usageError } from "../errors/cli-error.ts";
import type { Command } from "./command.ts";
import { globalOptions, type GlobalValues } from "./global-options.ts";
import {
  kebabCase,
  type ArgumentDescription,
  type OptionDescription,
  type Options,
  type TextRule,
  type Values,
} from "./option.ts";

/** What a line says. */
export type ParsedLine =
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly values: Values;
      readonly globals: GlobalValues;
    }
  /** Help about commands: all, those of a group, or one. */
  | { readonly kind: "help"; readonly about: readonly Command[] }
  | { readonly kind: "version" };

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { readonly kind: "option" }>;

/**
 * Reads a command line. Options may stand anywhere, those of a command anywhere after its name.
 * @throws CliError, for usage, in one line with what to do
 */
export async function parseCommandLine(
  line: readonly string[],
  commands: readonly Command[],
): Promise<ParsedLine> {
  const outline = tokenize(line, globalOptions);
  const wantsHelp = outline.some(isOption("help"));
  if (!wantsHelp && outline.some(isOption("version"))) return { kind: "version" };
  const words = outline.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  if (words[0] === "help") return { kind: "help", about: await find(words.slice(1), commands) };
  if (wantsHelp || words.length === 0) {
    // Without a word an option is all there is, and it must be right.
    if (words.length === 0) await readOptions(outline, globalOptions, "awsideman --help");
    return { kind: "help", about: await find(words, commands) };
  }
  const [command, other] = await find(words, commands);
  if (command === undefined || other !== undefined) throw incomplete(words, commands);
  const options = { ...globalOptions, ...command.options };
  const tokens = tokenize(line, options);
  const help = `awsideman ${command.name} --help`;
  const values = await readOptions(tokens, options, help);
  const rest = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : [])).slice(2);
  return {
    kind: "run",
    command,
    values: { ...values, ...readArguments(rest, command, help) },
    globals: values as unknown as GlobalValues,
  };
}

/** The commands that the first words name: all of them, a group, or one. */
async function find(words: readonly string[], commands: readonly Command[]): Promise<readonly Command[]> {
  const [group, name] = words;
  if (group === undefined) return commands;
  const inGroup = commands.filter((command) => command.name.startsWith(`${group} `));
  if (inGroup.length === 0) {
    const groups = [...new Set(commands.map((command) => command.name.split(" ")[0] as string))];
    throw await unknown("command", group, groups, "", "awsideman --help");
  }
  if (name === undefined) return inGroup;
  const named = inGroup.filter((command) => command.name === `${group} ${name}`);
  if (named.length === 0) {
    const names = inGroup.map((command) => command.name.slice(group.length + 1));
    throw await unknown("command", `${group} ${name}`, names, `${group} `, `awsideman ${group} --help`);
  }
  return named;
}

function incomplete([group]: readonly string[], commands: readonly Command[]): Error {
  const names = commands.flatMap(({ name }) =>
    name.startsWith(`${group} `) ? [name.slice(`${group} `.length)] : [],
  );
  return usageError(`${group} needs a command: ${names.join(", ")}`, `see "awsideman ${group} --help"`);
}

function tokenize(line: readonly string[], options: Options): readonly Token[] {
  const known: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { kind, short }] of Object.entries(options)) {
    known[kebabCase(name)] = {
      type: kind === "flag" ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  return parseArgs({ args: [...line], options: known, strict: false, allowPositionals: true, tokens: true })
    .tokens;
}

function isOption(name: string): (token: Token) => boolean {
  return (token) => token.kind === "option" && token.name === name;
}

async function readOptions(tokens: readonly Token[], options: Options, help: string): Promise<Values> {
  const byName = new Map(
    Object.entries(options).map(([name, option]) => [kebabCase(name), { name, option }]),
  );
  const values: Record<string, string | number | boolean | undefined> = {};
  for (const [name, { kind }] of Object.entries(options)) values[name] = kind === "flag" ? false : undefined;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const known = byName.get(token.name);
    if (known === undefined) {
      throw await unknown(
        "option",
        token.rawName,
        [...byName.keys()].map((name) => `--${name}`),
        "",
        help,
      );
    }
    values[known.name] = readOption(token, known.option, help);
  }
  for (const [name, { name: key, option }] of byName) {
    if (option.kind !== "flag" && option.required && values[key] === undefined) {
      throw usageError(`--${name} ${option.value} is missing`, `see "${help}"`);
    }
  }
  return values;
}

function readOption(token: OptionToken, option: OptionDescription, help: string): string | number | boolean {
  const { rawName, value } = token;
  if (option.kind === "flag") {
    if (value !== undefined)
      throw usageError(`${rawName} takes no value, received "${value}"`, `see "${help}"`);
    return true;
  }
  if (value === undefined || (!token.inlineValue && value.startsWith("-") && value !== "-")) {
    throw usageError(
      `${rawName} needs a value, ${option.value}`,
      `one that begins with a dash is given as ${rawName.startsWith("--") ? `${rawName}=VALUE` : `${rawName}VALUE`}`,
    );
  }
  switch (option.kind) {
    case "count": {
      const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(count >= option.minimum && Number.isSafeInteger(count))) {
        throw usageError(`${rawName} must be a whole number from ${option.minimum}, received "${value}"`);
      }
      return count;
    }
    case "choice": {
      const choice = option.choices.find((one) => one.toLowerCase() === value.toLowerCase());
      if (choice === undefined) {
        throw usageError(`${rawName} must be ${option.choices.join(" or ")}, received "${value}"`);
      }
      return choice;
    }
    case "text":
      return readText(rawName, value, option.rule);
  }
}

function readArguments(given: readonly string[], command: Command, help: string): Values {
  const values: Record<string, string | undefined> = {};
  const known: readonly (readonly [string, ArgumentDescription])[] = Object.entries(command.arguments);
  for (const [index, [name, { optional = false, rule }]] of known.entries()) {
    const value = given[index];
    const shown = argumentName(name);
    if (value === undefined && !optional) throw usageError(`${shown} is missing`, `see "${help}"`);
    values[name] = value === undefined ? undefined : readText(shown, value, rule);
  }
  const extra = given[known.length];
  if (extra !== undefined) {
    throw usageError(`${command.name} takes no "${extra}"`, `quote a name that has spaces; see "${help}"`);
  }
  return values;
}

/** `permissionSet` as the help writes it: `PERMISSION_SET`. */
export function argumentName(name: string): string {
  return kebabCase(name).replaceAll("-", "_").toUpperCase();
}

function readText(name: string, value: string, rule: TextRule | undefined): string {
  if (value === "") throw usageError(`${name} is empty`);
  if (rule !== undefined && !rule.pattern.test(value)) {
    throw usageError(`${name} must be ${rule.meaning}, received "${value}"`);
  }
  return value;
}

async function unknown(
  what: string,
  given: string,
  known: readonly string[],
  prefix: string,
  help: string,
): Promise<Error> {
  const { closest } = await import("./closest.ts");
  const near = closest(given.slice(given.startsWith(prefix) ? prefix.length : 0), known);
  const advice = near === undefined ? `see "${help}"` : `did you mean "${prefix}${near}"?`;
  return usageError(`there is no ${what} "${given}"`, advice);
}
