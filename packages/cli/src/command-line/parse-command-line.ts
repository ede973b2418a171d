import { usageError } from "../errors/cli-error.ts";
import type { Command } from "./command.ts";
import { globalOptions, type GlobalValues } from "./global-options.ts";
import type { Values } from "./option.ts";
import { readArguments, readOptions } from "./read-values.ts";
import { tokenize, type Token } from "./tokens.ts";
import { unknownWord } from "./unknown-word.ts";

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

/**
 * Reads a command line. The options of every command may stand anywhere, a command's own anywhere after its name.
 * @throws CliError, for usage, in one line with what to do
 */
export async function parseCommandLine(
  line: readonly string[],
  commands: readonly Command[],
): Promise<ParsedLine> {
  const outline = tokenize(line, globalOptions);
  const words = wordsOf(outline);
  const wants = (name: string): boolean =>
    outline.some((token) => token.kind === "option" && token.name === name);

  if (words[0] === "help") return { kind: "help", about: await find(words.slice(1), commands) };
  if (words[1] === "help" && words.length === 2)
    return { kind: "help", about: await find(words.slice(0, 1), commands) };
  if (wants("help")) return { kind: "help", about: await find(words, commands) };
  if (wants("version")) return { kind: "version" };
  if (words.length === 0) {
    // Nothing is asked for: at least what is there must be right.
    await readOptions(outline, globalOptions, "awsideman --help");
    return { kind: "help", about: commands };
  }
  const [command] = await find(words, commands);
  if (words.length === 1 || command === undefined) throw incomplete(words[0] as string, commands);
  const options = { ...globalOptions, ...command.options };
  const tokens = tokenize(line, options);
  const help = `awsideman ${command.name} --help`;
  const given = await readOptions(tokens, options, help);
  return {
    kind: "run",
    command,
    values: { ...given, ...readArguments(wordsOf(tokens).slice(2), command, help) },
    // Its type is that of the table which these were read by.
    globals: given as unknown as GlobalValues,
  };
}

function wordsOf(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => (token.kind === "word" ? [token.text] : []));
}

/** The commands that the first words name: all of them, a group, or one. */
async function find(words: readonly string[], commands: readonly Command[]): Promise<readonly Command[]> {
  const [group, name] = words;
  if (group === undefined) return commands;
  const inGroup = commands.filter((command) => command.name.startsWith(`${group} `));
  if (inGroup.length === 0) {
    const groups = [...new Set(commands.map((command) => command.name.split(" ")[0] as string))];
    throw await unknownWord("command", group, groups, "awsideman --help");
  }
  if (name === undefined) return inGroup;
  const named = inGroup.filter((command) => command.name === `${group} ${name}`);
  if (named.length > 0) return named;
  const names = inGroup.map((command) => command.name);
  throw await unknownWord("command", `${group} ${name}`, names, `awsideman ${group} --help`);
}

function incomplete(group: string, commands: readonly Command[]): Error {
  const names = commands.flatMap(({ name }) =>
    name.startsWith(`${group} `) ? [name.slice(`${group} `.length)] : [],
  );
  return usageError(`${group} needs a command: ${names.join(", ")}`, `see "awsideman ${group} --help"`);
}
