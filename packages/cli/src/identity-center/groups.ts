import { cacheMetadata, type CommandOutput } from "@awsideman/aws-client";
import { notFoundError } from "../errors/cli-error.ts";
import type { Attributes } from "../filters.ts";
import { findCached, findMany, type Collection } from "./collection.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";
import type { Page } from "./page.ts";
import { isResourceId } from "./resource-id.ts";

export type Group = NonNullable<CommandOutput<"identitystore", "ListGroups">["Groups"]>[number];
export type Membership = NonNullable<
  CommandOutput<"identitystore", "ListGroupMemberships">["GroupMemberships"]
>[number];

/** What people filter groups by. */
export const groupAttributes: Attributes<Group> = {
  DisplayName: ({ DisplayName }) => [DisplayName],
  Description: ({ Description }) => [Description],
  GroupId: ({ GroupId }) => [GroupId],
};

/** All groups, page by page. */
export async function* listGroups({
  identityStore,
  instance,
  report,
}: IdentityCenter): AsyncGenerator<Page<Group>> {
  const { IdentityStoreId } = await instance();
  const pages = identityStore.paginate("ListGroups", { IdentityStoreId });
  let done = 0;
  for await (const { Groups: items = [], NextToken } of pages) {
    report({ what: "groups", done: (done += items.length) });
    yield { items, isLast: !NextToken };
  }
}

/** Those of the groups that are there, by identifier, in few calls. */
export async function findGroups(
  center: IdentityCenter,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Group>> {
  return findMany(ids, await groupsOf(center));
}

async function groupsOf(center: IdentityCenter): Promise<Collection<Group>> {
  const { identityStore } = center;
  const { IdentityStoreId } = await center.instance();
  return {
    async *pages() {
      for await (const page of identityStore.paginate("ListGroups", { IdentityStoreId }))
        yield { items: page.Groups ?? [], isCached: cacheMetadata(page)?.hit === true };
    },
    isListed: () => identityStore.has("ListGroups", { IdentityStoreId }),
    isKnown: (GroupId) => identityStore.has("DescribeGroup", { IdentityStoreId, GroupId }),
    describe: (GroupId) => describeGroup(center, GroupId),
    idOf: ({ GroupId }) => GroupId,
  };
}

/** @returns undefined for a group that is not there, or not any more */
export async function describeGroup(center: IdentityCenter, GroupId: string): Promise<Group | undefined> {
  const { IdentityStoreId } = await center.instance();
  return orUndefined(center.identityStore.call("DescribeGroup", { IdentityStoreId, GroupId }));
}

/**
 * Finds the identifier of a group from what people type: the identifier itself, or the name.
 * @throws CliError when there is no such group
 */
export async function findGroupId(center: IdentityCenter, text: string): Promise<string> {
  return isResourceId(text) ? text : required(await lookUpGroupId(center, text), text);
}

/** The same for a name; undefined when no group has it. */
export async function lookUpGroupId(center: IdentityCenter, name: string): Promise<string | undefined> {
  const { IdentityStoreId } = await center.instance();
  const AlternateIdentifier = { UniqueAttribute: { AttributePath: "displayName", AttributeValue: name } };
  const input = { IdentityStoreId, AlternateIdentifier };
  if (!(await center.identityStore.has("GetGroupId", input))) {
    const listed = await findCached(await groupsOf(center), ({ DisplayName }) => DisplayName === name);
    if (listed !== undefined) return listed.GroupId;
  }
  return (await orUndefined(center.identityStore.call("GetGroupId", input)))?.GroupId;
}

/** @throws CliError when there is no such group */
export async function findGroup(center: IdentityCenter, text: string): Promise<Group> {
  return required(await describeGroup(center, await findGroupId(center, text)), text);
}

/** @throws AWS's error when there is no such group */
export async function listMemberships(
  center: IdentityCenter,
  GroupId: string,
): Promise<readonly Membership[]> {
  const { IdentityStoreId } = await center.instance();
  const memberships: Membership[] = [];
  for await (const page of center.identityStore.paginate("ListGroupMemberships", {
    IdentityStoreId,
    GroupId,
  })) {
    memberships.push(...(page.GroupMemberships ?? []));
  }
  return memberships;
}

/** The identifiers of the groups that a user is in. */
export async function listGroupIdsOfUser(center: IdentityCenter, UserId: string): Promise<readonly string[]> {
  const { IdentityStoreId } = await center.instance();
  const ids: string[] = [];
  const input = { IdentityStoreId, MemberId: { UserId } };
  for await (const page of center.identityStore.paginate("ListGroupMembershipsForMember", input)) {
    for (const { GroupId } of page.GroupMemberships ?? []) if (GroupId !== undefined) ids.push(GroupId);
  }
  return ids;
}

function required<Value>(value: Value | undefined, text: string): Value {
  if (value !== undefined) return value;
  throw notFoundError(`there is no group "${text}"`, '"awsideman group list" shows them');
}
