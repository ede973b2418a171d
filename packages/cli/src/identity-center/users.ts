import { cacheMetadata, type CommandOutput } from "@awsideman/aws-client";
import { notFoundError } from "../errors/cli-error.ts";
import type { Attributes } from "../filters.ts";
import { findCached, findMany, type Collection } from "./collection.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";
import type { Page } from "./page.ts";
import { isResourceId } from "./resource-id.ts";

export type User = NonNullable<CommandOutput<"identitystore", "ListUsers">["Users"]>[number];

/** What people filter users by. */
export const userAttributes: Attributes<User> = {
  UserName: ({ UserName }) => [UserName],
  DisplayName: ({ DisplayName }) => [DisplayName],
  Email: ({ Emails = [] }) => Emails.map(({ Value }) => Value),
  GivenName: ({ Name }) => [Name?.GivenName],
  FamilyName: ({ Name }) => [Name?.FamilyName],
  Title: ({ Title }) => [Title],
  UserType: ({ UserType }) => [UserType],
  UserStatus: ({ UserStatus }) => [UserStatus],
  UserId: ({ UserId }) => [UserId],
};

/** All users, page by page. */
export async function* listUsers({
  identityStore,
  instance,
  report,
}: IdentityCenter): AsyncGenerator<Page<User>> {
  const { IdentityStoreId } = await instance();
  const pages = identityStore.paginate("ListUsers", { IdentityStoreId });
  let done = 0;
  for await (const { Users: items = [], NextToken } of pages) {
    report({ what: "users", done: (done += items.length) });
    yield { items, isLast: !NextToken };
  }
}

/** Those of the users that are there, by identifier, in few calls. */
export async function findUsers(
  center: IdentityCenter,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, User>> {
  return findMany(ids, await usersOf(center));
}

async function usersOf(center: IdentityCenter): Promise<Collection<User>> {
  const { identityStore } = center;
  const { IdentityStoreId } = await center.instance();
  return {
    async *pages() {
      for await (const page of identityStore.paginate("ListUsers", { IdentityStoreId }))
        yield { items: page.Users ?? [], isCached: cacheMetadata(page)?.hit === true };
    },
    isListed: () => identityStore.has("ListUsers", { IdentityStoreId }),
    isKnown: (UserId) => identityStore.has("DescribeUser", { IdentityStoreId, UserId }),
    describe: (UserId) => describeUser(center, UserId),
    idOf: ({ UserId }) => UserId,
  };
}

/** @returns undefined for a user that is not there, or not any more */
export async function describeUser(center: IdentityCenter, UserId: string): Promise<User | undefined> {
  const { IdentityStoreId } = await center.instance();
  return orUndefined(center.identityStore.call("DescribeUser", { IdentityStoreId, UserId }));
}

/**
 * Finds the identifier of a user from what people type: the identifier itself, the user name, or an e-mail address.
 * @throws CliError when there is no such user
 */
export async function findUserId(center: IdentityCenter, text: string): Promise<string> {
  return isResourceId(text) ? text : required(await lookUpUserId(center, text), text);
}

/** The same for a name or an address; undefined when nobody has it. */
export async function lookUpUserId(center: IdentityCenter, name: string): Promise<string | undefined> {
  const { IdentityStoreId } = await center.instance();
  const paths = name.includes("@") ? ["userName", "emails.value"] : ["userName"];
  for (const AttributePath of paths) {
    const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue: name } };
    const input = { IdentityStoreId, AlternateIdentifier };
    if (AttributePath === "userName" && !(await center.identityStore.has("GetUserId", input))) {
      const listed = await findCached(await usersOf(center), ({ UserName }) => UserName === name);
      if (listed !== undefined) return listed.UserId;
    }
    const found = await orUndefined(center.identityStore.call("GetUserId", input));
    if (found?.UserId !== undefined) return found.UserId;
  }
  return undefined;
}

/** @throws CliError when there is no such user */
export async function findUser(center: IdentityCenter, text: string): Promise<User> {
  return required(await describeUser(center, await findUserId(center, text)), text);
}

/** The name that people know a user by. */
export function nameOfUser({ DisplayName, Name }: User): string | undefined {
  return DisplayName ?? ([Name?.GivenName, Name?.FamilyName].filter(Boolean).join(" ") || undefined);
}

/** The first address, or the one that is marked so. */
export function emailOfUser({ Emails = [] }: User): string | undefined {
  return (Emails.find(({ Primary }) => Primary) ?? Emails[0])?.Value;
}

function required<Value>(value: Value | undefined, text: string): Value {
  if (value !== undefined) return value;
  throw notFoundError(`there is no user "${text}"`, '"awsideman user list" shows them');
}
