import type { CommandContext } from "../command-context.ts";
import { CliError, usageError } from "../errors/cli-error.ts";

/** What a command that takes something away is given. */
export interface Consent {
  readonly yes: boolean;
  /** As the predecessor called it. */
  readonly force: boolean;
}

/**
 * Goes on only if the user wants it. Where nobody can be asked, the line has to say so: what cannot be taken back must not
 * be done because somebody was not there.
 * @param what ends the question "Do you want to …": `delete the user "ada"`
 * @throws CliError when it is not wanted, or nobody has said so
 */
export async function assertConfirmed(
  context: CommandContext,
  { yes, force }: Consent,
  what: string,
): Promise<void> {
  if (yes || force) return;
  const answer = await context.confirm(`Do you want to ${what}?`);
  if (answer === undefined) {
    throw usageError(
      `there is nobody to ask whether to ${what}`,
      "add --yes to do it, or --dry-run to see it",
    );
  }
  if (!answer) throw new CliError(`nothing was done: you did not want to ${what}`);
}
