import type { CommandContext } from "../../command-context.ts";
import { describeAccount, findAccountId, stateOfAccount } from "../../identity-center/accounts.ts";
import { isAboutMissing, noSuchAccount } from "../../identity-center/assert-account.ts";
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
    describeAccount(center, id),
    placesAbove(center, id).catch(unlessMissing),
    listTags(center, id).catch(unlessMissing),
  ]);
  if (account === undefined) throw noSuchAccount(text);
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

function unlessMissing(error: unknown): undefined {
  if (!isAboutMissing(error)) throw error;
}
