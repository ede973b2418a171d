import { keyFronts, type CachedService, type Service } from "@awsideman/aws-client";
import { keyResources } from "../cache-entries/resource-patterns.ts";
import { ruleOperations, ruleResources } from "../cache-entries/rule-names.ts";
import { namesOfProfiles } from "../config/configured-profiles.ts";
import { settingTable } from "../config/setting-table.ts";
import type { CommandContext } from "../command-context.ts";
import { listGroups } from "../identity-center/groups.ts";
import type { IdentityCenter } from "../identity-center/identity-center.ts";
import type { Page } from "../identity-center/page.ts";
import { listPermissionSets } from "../identity-center/permission-sets.ts";
import { listUsers } from "../identity-center/users.ts";
import { SharedFiles } from "../settings/shared-files.ts";
import type { NameKind } from "./find-completions.ts";

type Source = (context: CommandContext) => Promise<readonly (string | undefined)[]>;

const sources: Readonly<Record<NameKind, Source>> = {
  user: async (context) => all(listUsers(await open(context)), ({ UserName }) => UserName),
  group: async (context) => all(listGroups(await open(context)), ({ DisplayName }) => DisplayName),
  principal: async (context) => {
    const found = await Promise.allSettled([sources.user(context), sources.group(context)]);
    return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  },
  permissionSet: async (context) => (await listPermissionSets(await open(context))).map(({ Name }) => Name),
  account: async (context) => {
    const { organizations } = await open(context);
    const ids: (string | undefined)[] = [];
    for await (const { Accounts = [] } of organizations.paginate("ListAccounts", {}))
      ids.push(...Accounts.map(({ Id }) => Id));
    return ids;
  },
  profile: async ({ opened }) => [
    ...namesOfProfiles(opened.configuration().file?.tree ?? {}),
    ...new SharedFiles(opened.variables).profileNames(),
  ],
  setting: async () => settingTable.map(({ name }) => name),
  key: async (context) => {
    const { manager } = await context.cache();
    const keys: string[] = [];
    for await (const { key } of manager.entries()) keys.push(key);
    return keys;
  },
  keyPattern: async () => keyFronts().map((front) => `${front}:*`),
  keyResource: async () => keyResources(),
  ruleOperation: async () => ruleOperations(),
  ruleResource: async () => ruleResources(),
  explained: async (context) => [...ruleOperations(), ...(await sources.key(context))],
};

/** The names of what is in the cache, in files, or in this program. Asks nobody; rejects, or gives fewer, where not all is there. */
export async function cachedNames(kind: NameKind, context: CommandContext): Promise<readonly string[]> {
  const names = await sources[kind](context);
  return [...new Set(names.filter((name) => name !== undefined && !/\p{Cc}/u.test(name)))] as string[];
}

async function all<Item>(
  pages: AsyncIterable<Page<Item>>,
  nameOf: (item: Item) => string | undefined,
): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const { items } of pages) names.push(...items.map(nameOf));
  return names;
}

/** Identity Center as it is in the cache: what is not there is an error. */
async function open(context: CommandContext): Promise<IdentityCenter> {
  const { openIdentityCenter } = await import("../open-identity-center.ts");
  const { settings, output } = context;
  const unreachable = (): Promise<never> => Promise.reject(new Error("Nobody is asked"));
  return openIdentityCenter(
    settings,
    await context.cache(),
    output,
    { watch: looking },
    undefined,
    unreachable,
  );
}

/** Looks first: who completes a word is no reader, and counts as none. */
function looking<S extends Service>(service: CachedService<S>): CachedService<S> {
  return {
    ...service,
    call: async (command, input, options) => {
      if (!(await service.has(command, input))) throw new Error("Not in the cache");
      return service.call(command, input, options);
    },
    async *paginate(command, input, options) {
      if (await service.has(command, input)) yield* service.paginate(command, input, options);
    },
  };
}
