import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { hasMatch } from "../../filters.ts";
import { stateOfAccount, type Account } from "../../identity-center/accounts.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { mapBounded } from "../../identity-center/map-bounded.ts";
import { listTags, type OrganizationTag } from "../../identity-center/organization-tags.ts";
import { accountsBelow, findPlace, pathOf, placesAbove } from "../../identity-center/organization-tree.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { matchText, matchWhole } from "../../match-text.ts";
import { table } from "../../output/view.ts";

export interface SearchInput {
  readonly query: string;
  readonly ou: string | undefined;
  readonly tag: readonly string[];
}

/** What a tag must be: its key, and a value unless any will do. */
interface WantedTag {
  readonly key: string;
  readonly matches: (value: string) => boolean;
}

export async function searchAccounts(
  context: CommandContext,
  { query, ou, tag }: SearchInput,
): Promise<void> {
  const wanted = tag.map(readTag);
  const matches = matchText(query);
  const center = await context.identityCenter();
  const place = ou === undefined ? undefined : await findPlace(center, ou);
  const candidates = (await accountsBelow(center, place)).filter(({ Id, Name, Email }) =>
    hasMatch([Id, Name, Email], matches),
  );
  const reading = new PartialReading("account");
  const found = await withTags(center, candidates, wanted, reading);
  reading.assertAny();
  const named = await mapBounded(found, async (account) => ({
    ...account,
    Path: pathOf(await placesAbove(center, account.Id as string)),
  }));
  context.show({ Accounts: named }, () =>
    table(
      ["Account Name", "Account ID", "Email", "Status", "OU Path"],
      named.map((account) => [
        account.Name,
        account.Id,
        account.Email,
        stateOfAccount(account),
        account.Path,
      ]),
    ),
  );
  reading.assertWhole();
}

/** @throws CliError for what is no tag */
function readTag(text: string): WantedTag {
  const [, key, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (key === undefined) throw usageError(`--tag must be KEY=VALUE or KEY, received "${text}"`);
  return { key, matches: value === undefined ? () => true : matchWhole(value, { caseSensitive: true }) };
}

async function withTags(
  center: IdentityCenter,
  accounts: readonly Account[],
  wanted: readonly WantedTag[],
  reading: PartialReading,
): Promise<readonly Account[]> {
  if (wanted.length === 0) return accounts;
  const has = (tags: readonly OrganizationTag[], { key, matches }: WantedTag): boolean =>
    tags.some(({ Key, Value }) => Key === key && matches(Value ?? ""));
  const judged = await mapBounded(accounts, async (account) => {
    const tags = await reading.attempt(() => listTags(center, account.Id as string));
    return tags !== undefined && wanted.every((one) => has(tags, one)) ? [account] : [];
  });
  return judged.flat();
}
