import type { CommandOutput } from "@awsideman/aws-client";
import { notFoundError } from "../errors/cli-error.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";
import type { Page } from "./page.ts";
import { isResourceId } from "./resource-id.ts";

export type User = NonNullable<CommandOutput<"identitystore", "ListUsers">["Users"]>[number];

/** All users, page by page. */
export async function* listUsers({ identityStore, instance }: IdentityCenter): AsyncGenerator<Page<User>> {
  const { IdentityStoreId } = await instance();
  for await (const { Users: items = [], NextToken } of identityStore.paginate("ListUsers", {
    IdentityStoreId,
  }))
    yield { items, isLast: !NextToken };
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
    const found = await orUndefined(
      center.identityStore.call("GetUserId", { IdentityStoreId, AlternateIdentifier }),
    );
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
