import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import { processOutput } from "./output.ts";

/** Asks for yes or no, with no as the answer to anything else; undefined when there is no person to ask. */
export async function ask(question: string): Promise<boolean | undefined> {
  if (!isatty(0) || !isatty(2)) return undefined;
  // The terminal's own editing: Control-C interrupts the process, as it does everywhere else, and nothing is drawn.
  const line = createInterface({ input: process.stdin, terminal: false });
  // Whatever ends it without an answer, what comes next stands on a line of its own.
  process.once("exit", endLine);
  processOutput.note(`${question} [y/N] `);
  const answer = await new Promise<string | undefined>((resolve) => {
    line.once("line", resolve).once("close", () => resolve(undefined));
  });
  line.close();
  process.off("exit", endLine);
  if (answer === undefined) endLine();
  return answer !== undefined && /^y(?:es)?$/i.test(answer.trim());
}

function endLine(): void {
  processOutput.note("\n");
}
