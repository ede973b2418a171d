import type { CommandContext } from "../../command-context.ts";
import { notFoundError } from "../../errors/cli-error.ts";
import { findAccountId, stateOfAccount, type Account } from "../../identity-center/accounts.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { listTags } from "../../identity-center/organization-tags.ts";
import { pathOf, placesAbove } from "../../identity-center/organization-tree.ts";
import { fields } from "../../output/view.ts";

export interface ShowAccountInput {
  readonly account: string;
}

export async function showAccount(
  context: CommandContext,
  { account: text }: ShowAccountInput,
): Promise<void> {
  const center = await context.identityCenter();
  const id = await findAccountId(center, text);
  const [account, places, tags] = await Promise.all([
    describe(center, id),
    placesAbove(center, id).catch(unlessMissing),
    listTags(center, id).catch(unlessMissing),
  ]);
  if (account === undefined) {
    throw notFoundError(
      `there is no account "${text}" in the organisation`,
      '"awsideman org search" finds them',
    );
  }
  const above = places ?? [];
  const json = {
    ...account,
    Parents: above.map(({ id: Id, name: Name }) => ({ Id, Name })),
    Tags: tags ?? [],
  };
  context.show(json, () =>
    fields([
      ["Account ID", account.Id],
      ["Name", account.Name],
      ["Email", account.Email],
      ["Status", stateOfAccount(account)],
      ["In", pathOf(above)],
      ["Joined", account.JoinedTimestamp?.toISOString()],
      ["Joined by", account.JoinedMethod?.toLowerCase()],
      ["Tags", (tags ?? []).map(({ Key, Value }) => `${Key}=${Value}`).join(", ")],
      ["ARN", account.Arn],
    ]),
  );
}

async function describe({ organizations }: IdentityCenter, AccountId: string): Promise<Account | undefined> {
  return (await organizations.call("DescribeAccount", { AccountId }).catch(unlessMissing))?.Account;
}

/** Each of the three questions has an error of its own for an account that is not there. */
function unlessMissing(error: unknown): undefined {
  const names = ["AccountNotFoundException", "ChildNotFoundException", "TargetNotFoundException"];
  if (error instanceof Error && names.includes(error.name)) return undefined;
  throw error;
}
