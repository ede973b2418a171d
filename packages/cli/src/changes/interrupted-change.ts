import { CliError } from "../errors/cli-error.ts";
import { exitCodes } from "../errors/exit-code.ts";

/** What to throw once it is shown how far a change had got that was interrupted. */
export function interruptedChange(advice: string = "AWS goes on with what was sent"): CliError {
  return new CliError("interrupted", { advice, exitCode: exitCodes.interrupted });
}
