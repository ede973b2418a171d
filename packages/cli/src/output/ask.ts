import { createInterface } from "node:readline/promises";
import { isatty } from "node:tty";

/** Asks for yes or no, with no as the answer to anything else; undefined when there is no person to ask. */
export async function ask(question: string): Promise<boolean | undefined> {
  if (!isatty(0) || !isatty(2)) return undefined;
  const { stdin, stderr } = process;
  using line = createInterface({ input: stdin, output: stderr });
  const answer = await line.question(`${question} [y/N] `);
  return /^y(?:es)?$/i.test(answer.trim());
}
