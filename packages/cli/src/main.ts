import { exitCodes } from "./errors/exit-code.ts";
import { processOutput } from "./output/output.ts";
import { runCommandLine } from "./run-command-line.ts";

/**
 * Runs a command line as this process, and ends it: the only place that does.
 * @param line without the program's name
 */
export async function main(line: readonly string[]): Promise<never> {
  process.once("SIGINT", () => process.exit(exitCodes.interrupted));
  const code = await runCommandLine(line, { variables: process.env, output: processOutput, ask });
  // Everything is written and closed by now. A connection that AWS keeps open would only hold up the terminal.
  process.exit(code);
}

async function ask(question: string): Promise<boolean> {
  const { ask: askAtTerminal } = await import("./output/ask.ts");
  return askAtTerminal(question);
}
