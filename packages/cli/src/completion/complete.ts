import type { Command } from "../command-line/command.ts";
import { globalOptions, type GlobalValues } from "../command-line/global-options.ts";
import { readOptions } from "../command-line/read-values.ts";
import { tokenize } from "../command-line/tokens.ts";
import { exitCodes, type ExitCode } from "../errors/exit-code.ts";
import type { CommandContext } from "../command-context.ts";
import { readBashLine, toBashReplies } from "./bash-words.ts";
import { cachedNames } from "./cached-names.ts";
import { findCompletions, type Suggestion } from "./find-completions.ts";

/** What a shell is answered. */
export interface Completed {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/**
 * Answers a shell that asks what a word may become.
 * @param asked `bash BREAKS LINE`, or `zsh` or `fish` and the words of the line, the last one being typed
 * @param open opens what the words before say, where names are wanted
 */
export async function complete(
  asked: readonly string[],
  commands: readonly Command[],
  open: (words: readonly string[]) => Promise<AsyncDisposable & { readonly context: CommandContext }>,
): Promise<Completed> {
  const [shell, ...rest] = asked;
  const bash = shell === "bash" ? readBashLine(rest[1] ?? "") : undefined;
  const words = bash?.words ?? rest.slice(0, -1);
  const current = bash?.current ?? rest.at(-1) ?? "";
  const wanted = findCompletions(words, current, commands);
  if (wanted.kind === "files") return { text: "", exitCode: exitCodes.completeFiles };
  if (wanted.kind === "none") return { text: "", exitCode: exitCodes.ok };
  const { before } = wanted;
  const suggestions = wanted.kind === "words" ? wanted.words : await namesOf(wanted.of);
  const fitting = suggestions
    .map(({ word, about }) => ({ word: before + word, about }))
    .filter(({ word }) => word.startsWith(current));
  const shown =
    bash === undefined
      ? fitting.map((one) => (shell === "fish" && one.about !== "" ? `${one.word}\t${one.about}` : one.word))
      : toBashReplies(
          fitting.map(({ word }) => word),
          bash,
          rest[0] ?? "",
        );
  return { text: shown.map((line) => `${line}\n`).join(""), exitCode: exitCodes.ok };

  async function namesOf(kind: Parameters<typeof cachedNames>[0]): Promise<readonly Suggestion[]> {
    const opened = await open(words);
    try {
      return (await cachedNames(kind, opened.context)).map((word) => ({ word, about: "" }));
    } finally {
      await opened[Symbol.asyncDispose]();
    }
  }
}

/** What the options of every command say on an unfinished line. @throws CliError for a value that is none */
export async function globalsOf(words: readonly string[]): Promise<GlobalValues> {
  const tokens = tokenize(words, globalOptions).filter(
    (token) => token.kind === "option" && token.name !== undefined && token.name in globalOptions,
  );
  return (await readOptions(tokens, globalOptions, "")) as unknown as GlobalValues;
}
