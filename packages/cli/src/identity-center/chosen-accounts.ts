import { notFoundError, usageError } from "../errors/cli-error.ts";
import { hasMatch } from "../filters.ts";
import { matchText } from "../match-text.ts";
import { findAccountIds, stateOfAccount } from "./accounts.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { accountsBelow, findPlace } from "./organization-tree.ts";

/** How a line says in which accounts. */
export interface AccountChoice {
  readonly account: string | undefined;
  /** IDs and names, with commas between them. */
  readonly accounts: readonly string[];
  readonly ou: string | undefined;
  readonly accountPattern: string | undefined;
}

export interface ChosenAccount {
  readonly id: string;
  readonly name: string | undefined;
}

/**
 * Whether one account was named, as ever, or any number of them, which may be one.
 * @throws CliError when none was named, or in more than one way
 */
export function isOneAccount(choice: AccountChoice): choice is AccountChoice & { readonly account: string } {
  const { account, accounts, ou, accountPattern } = choice;
  const searched = ou !== undefined || accountPattern !== undefined;
  const ways = [account !== undefined, accounts.length > 0, searched].filter(Boolean).length;
  const advice = "name an account, or use --accounts, or --ou and --account-pattern";
  if (ways === 0) throw usageError("the account is missing", advice);
  if (ways > 1) throw usageError("the accounts are named in more than one way", advice);
  return account !== undefined;
}

/**
 * Finds the accounts that a line names, each once. Of those that are searched for, only the active ones: AWS refuses the others.
 * @throws CliError when there is none, or one that is named is not there
 */
export async function findAccounts(
  center: IdentityCenter,
  { accounts, ou, accountPattern }: AccountChoice,
): Promise<readonly ChosenAccount[]> {
  if (accounts.length > 0) {
    const texts = accounts.flatMap((text) => text.split(",")).map((text) => text.trim());
    const named = [...new Set(texts.filter((text) => text !== ""))];
    if (named.length === 0) throw usageError("--accounts must name an account");
    const found = new Map<string, ChosenAccount>();
    for (const [index, id] of (await findAccountIds(center, named)).entries()) {
      const text = named[index];
      found.set(id, { id, name: id === text ? undefined : text });
    }
    return [...found.values()];
  }
  const place = ou === undefined ? undefined : await findPlace(center, ou);
  const matches = accountPattern === undefined ? () => true : matchText(accountPattern);
  const found = (await accountsBelow(center, place)).filter(
    (account) =>
      (stateOfAccount(account) ?? "ACTIVE") === "ACTIVE" && hasMatch([account.Id, account.Name], matches),
  );
  if (found.length === 0)
    throw notFoundError("there is no such active account", '"awsideman org search" finds them');
  return found.map(({ Id, Name }) => ({ id: Id as string, name: Name }));
}
