import { exitCodes } from "./errors/exit-code.ts";
import { processOutput } from "./output/output.ts";
import { findScreen } from "./output/screen.ts";
import { runCommandLine } from "./run-command-line.ts";

/**
 * Runs a command line as this process, and ends it: the only place that does.
 * @param line without the program's name
 */
export async function main(line: readonly string[]): Promise<never> {
  process.once("SIGINT", exitAtOnce);
  const code = await runCommandLine(line, {
    variables: process.env,
    output: processOutput,
    ask,
    interruption,
    screen: () => findScreen(process.env),
  });
  // Everything is written and closed by now. A connection that AWS keeps open would only hold up the terminal.
  process.exit(code);
}

function exitAtOnce(): never {
  process.exit(exitCodes.interrupted);
}

/** The first one asks for the end; after that, the process ends as it always does. */
function interruption(): AbortSignal {
  process.off("SIGINT", exitAtOnce);
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

async function ask(question: string): Promise<boolean | undefined> {
  const { ask: askAtTerminal } = await import("./output/ask.ts");
  return askAtTerminal(question);
}
