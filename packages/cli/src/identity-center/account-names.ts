import type { CommandContext } from "../command-context.ts";
import { describeAccount, listAccounts } from "./accounts.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { ifTold } from "./if-told.ts";
import { mapBounded } from "./map-bounded.ts";

/** More accounts than these are not asked about one by one. */
const few = 5;

/** Finds the names of accounts, where Organizations tells them. */
export async function nameOfAccounts(
  context: CommandContext,
  center: IdentityCenter,
  accountIds: readonly string[],
): Promise<(accountId: string) => string | undefined> {
  const ids = [...new Set(accountIds)];
  if (ids.length === 0) return () => undefined;
  const names = await ifTold(context, () => askNames(center, ids));
  if (names === undefined && context.settings.verbose)
    context.note("the names of accounts are not known: Organizations does not tell");
  return (accountId) => names?.get(accountId);
}

async function askNames(
  center: IdentityCenter,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { organizations } = center;
  const asksEach = ids.length <= few && !(await organizations.has("ListAccounts", {}));
  const accounts = asksEach
    ? // One that has left the organisation is in old assignments still.
      await mapBounded(ids, (id) => describeAccount(center, id))
    : await listAccounts(center);
  const names = new Map<string, string>();
  for (const account of accounts) {
    if (account?.Id !== undefined && account.Name !== undefined) names.set(account.Id, account.Name);
  }
  return names;
}
