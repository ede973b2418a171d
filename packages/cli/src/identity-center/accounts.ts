import type { CommandOutput } from "@awsideman/aws-client";
import { CliError, notFoundError, usageError } from "../errors/cli-error.ts";
import { exitCodes } from "../errors/exit-code.ts";
import type { IdentityCenter } from "./identity-center.ts";

/** An account as Organizations knows it. */
export type Account = NonNullable<CommandOutput<"organizations", "ListAccounts">["Accounts"]>[number];

/** Whether a text is the identifier of an account rather than a name. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** @throws AWS's error for those who may not ask Organizations */
export async function listAccounts({ organizations, report }: IdentityCenter): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  for await (const page of organizations.paginate("ListAccounts", {})) {
    accounts.push(...(page.Accounts ?? []));
    report({ what: "accounts", done: accounts.length });
  }
  return accounts;
}

/**
 * @returns undefined for an account that is not in the organisation
 * @throws AWS's error for those who may not ask Organizations
 */
export async function describeAccount(
  { organizations }: IdentityCenter,
  AccountId: string,
): Promise<Account | undefined> {
  try {
    return (await organizations.call("DescribeAccount", { AccountId })).Account;
  } catch (error) {
    if (error instanceof Error && error.name === "AccountNotFoundException") return undefined;
    throw error;
  }
}

/** What has become of an account; AWS has called it the status, and calls it the state. */
export function stateOfAccount({ State, Status }: Account): string | undefined {
  return State ?? Status;
}

/**
 * Finds the identifier of an account from what people type: the identifier itself, of which nobody is asked, or the name.
 * @throws CliError when there is no such account, more than one, or nobody may say
 */
export async function findAccountId(center: IdentityCenter, text: string): Promise<string> {
  const [id] = await findAccountIds(center, [text]);
  return id as string;
}

/** The same for several, in their order; they are listed once. */
export async function findAccountIds(
  center: IdentityCenter,
  texts: readonly string[],
): Promise<readonly string[]> {
  const name = texts.find((text) => !isAccountId(text));
  const accounts = name === undefined ? [] : await accountsToChooseFrom(center, name);
  const ids: string[] = [];
  for (const text of texts) {
    ids.push(isAccountId(text) ? text : ((await chooseByName(accounts, text)).Id as string));
  }
  return ids;
}

async function chooseByName(accounts: readonly Account[], name: string): Promise<Account> {
  const wanted = name.toLowerCase();
  const exact = accounts.filter(({ Name }) => Name === name);
  const found = exact.length > 0 ? exact : accounts.filter(({ Name }) => Name?.toLowerCase() === wanted);
  const [only, other] = found;
  if (only !== undefined && other === undefined) return only;
  if (only !== undefined) {
    // Names of accounts are no identifiers: AWS takes the same one twice.
    throw usageError(
      `there is more than one account "${name}": ${found.map(({ Id }) => Id).join(", ")}`,
      "name it by its ID",
    );
  }
  const { didYouMean } = await import("../command-line/closest.ts");
  const names = accounts.flatMap(({ Name }) => Name ?? []);
  throw notFoundError(
    `there is no account "${name}"`,
    didYouMean(name, names, '"awsideman org search" finds them'),
  );
}

async function accountsToChooseFrom(center: IdentityCenter, name: string): Promise<readonly Account[]> {
  try {
    return await listAccounts(center);
  } catch (error) {
    if (!mayNotAsk(error)) throw error;
    throw new CliError(`AWS Organizations does not tell this caller which account is "${name}"`, {
      advice: "name the account by its ID of 12 digits",
      exitCode: exitCodes.denied,
      cause: error,
    });
  }
}

/** Whether AWS says that this caller, or this account, cannot ask Organizations at all. */
export function mayNotAsk(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["AccessDeniedException", "AccessDenied", "AWSOrganizationsNotInUseException"].includes(error.name)
  );
}
