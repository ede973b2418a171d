import { createCacheKey } from "@awsideman/cache-core";
import type { CommandContext } from "../command-context.ts";
import { listAccounts, mayNotAsk } from "./accounts.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";

/** More accounts than these are not asked about one by one. */
const few = 5;

/** Milliseconds for which nobody asks again who was told that he may not: every answer from the cache would wait for it. */
const refusalLifetime = 10 * 60_000;

const refusalKey = createCacheKey("organizations", "refused");

/**
 * Finds the names of accounts. They are a courtesy: who may not ask Organizations, or cannot reach it, sees identifiers, and
 * everything else as ever.
 */
export async function nameOfAccounts(
  context: CommandContext,
  center: IdentityCenter,
  accountIds: readonly string[],
): Promise<(accountId: string) => string | undefined> {
  const names = await findNames(context, center, [...new Set(accountIds)]);
  return (accountId) => names.get(accountId);
}

async function findNames(
  context: CommandContext,
  center: IdentityCenter,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { manager } = await context.cache();
  const own = manager.withScope({ caller: context.settings.caller() });
  if ((await own.get(refusalKey)) === true) return new Map();
  try {
    return await askNames(center, ids);
  } catch (error) {
    if (mayNotAsk(error)) await own.getOrLoad(refusalKey, () => true, { ttl: refusalLifetime });
    if (context.settings.verbose)
      context.note("the names of accounts are not known: Organizations does not tell");
    return new Map();
  }
}

async function askNames(
  center: IdentityCenter,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { organizations } = center;
  const asksEach = ids.length <= few && !(await organizations.has("ListAccounts", {}));
  const accounts = asksEach
    ? await mapBounded(ids, async (AccountId) => {
        // One that has left the organisation is in old assignments still.
        const answer = await organizations.call("DescribeAccount", { AccountId }).catch(unlessMissing);
        return answer?.Account;
      })
    : await listAccounts(center);
  const names = new Map<string, string>();
  for (const account of accounts) {
    if (account?.Id !== undefined && account.Name !== undefined) names.set(account.Id, account.Name);
  }
  return names;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && error.name === "AccountNotFoundException") return undefined;
  throw error;
}
