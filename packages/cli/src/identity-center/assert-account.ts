import type { CommandContext } from "../command-context.ts";
import { notFoundError } from "../errors/cli-error.ts";
import { describeAccount, isAccountId } from "./accounts.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { ifTold } from "./if-told.ts";

/**
 * Makes sure that there is an account where nothing is found in it: Identity Center says the same of one that nobody has.
 * Where Organizations does not tell, that is said.
 * @param text as it was typed: one that was found by its name is there
 * @throws CliError when there is none
 */
export async function assertAccount(
  context: CommandContext,
  center: IdentityCenter,
  text: string,
): Promise<void> {
  if (!isAccountId(text)) return;
  const told = await ifTold(context, async () => ({ account: await describeAccount(center, text) }));
  if (told === undefined)
    context.note(`it is not known whether there is an account ${text}: Organizations does not tell`);
  else if (told.account === undefined) throw noSuchAccount(text);
}

export function noSuchAccount(account: string): Error {
  return notFoundError(
    `there is no account "${account}" in the organisation`,
    '"awsideman org search" finds them',
  );
}

/** Whether AWS says of an account by its ID that it is not there; each question has an error of its own for that. */
export function isAboutMissing(error: unknown): boolean {
  return error instanceof Error && ["ChildNotFoundException", "TargetNotFoundException"].includes(error.name);
}
