import { exitCodes } from "./errors/exit-code.ts";
import { processOutput } from "./output/output.ts";
import { runCommandLine } from "./run-command-line.ts";

process.once("SIGINT", () => process.exit(exitCodes.interrupted));

const code = await runCommandLine(process.argv.slice(2), {
  variables: process.env,
  output: processOutput,
  ask,
});
// Everything is written and closed by now. A connection that AWS keeps open would only hold up the terminal.
process.exit(code);

async function ask(question: string): Promise<boolean> {
  const { ask } = await import("./output/ask.ts");
  return ask(question);
}
