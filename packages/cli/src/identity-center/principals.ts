import { notFoundError, usageError } from "../errors/cli-error.ts";
import { describeGroup, findGroups, lookUpGroupId } from "./groups.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { isResourceId } from "./resource-id.ts";
import { describeUser, findUsers, lookUpUserId } from "./users.ts";

export type PrincipalType = "USER" | "GROUP";

/** A user or a group. */
export interface Principal {
  readonly PrincipalId: string;
  readonly PrincipalType: PrincipalType;
}

/**
 * Finds out who is meant by an identifier or a name, to be read about: where both a user and a group have the name, it
 * is the user.
 * @param type where it is known
 * @throws CliError when there is nobody
 */
export async function findPrincipal(
  center: IdentityCenter,
  text: string,
  type: PrincipalType | undefined,
): Promise<Principal> {
  // With both, an identifier needs no question.
  if (isResourceId(text) && type !== undefined) return { PrincipalId: text, PrincipalType: type };
  const user = type === "GROUP" ? undefined : await findUser(center, text);
  const found = user ?? (type === "USER" ? undefined : await findGroup(center, text));
  if (found !== undefined) return found;
  throw noSuchPrincipal(text, type);
}

export function noSuchPrincipal(text: string, type?: PrincipalType): Error {
  const what = type === undefined ? "user or group" : type.toLowerCase();
  return notFoundError(
    `there is no ${what} "${text}"`,
    '"awsideman user list" and "awsideman group list" show them',
  );
}

/**
 * Makes sure that somebody is there of whom nothing is found: one who is named by ID and type was not looked up.
 * @throws CliError when there is nobody, or nobody any more
 */
export async function assertPrincipal(
  center: IdentityCenter,
  text: string,
  PrincipalType: PrincipalType | undefined,
): Promise<void> {
  if (PrincipalType === undefined || !isResourceId(text)) return;
  const principal = { PrincipalId: text, PrincipalType };
  const nameOf = await nameOfPrincipals(center, [principal]);
  if (nameOf(principal) === undefined) throw noSuchPrincipal(text, PrincipalType);
}

/**
 * The same, to be given something or to have it taken away: it must be clear who.
 * @throws CliError when there is nobody, and when it could be either
 */
export async function findOnlyPrincipal(
  center: IdentityCenter,
  text: string,
  type: PrincipalType | undefined,
): Promise<Principal> {
  const found = await findPrincipal(center, text, type);
  const isCertain = type !== undefined || found.PrincipalType === "GROUP" || isResourceId(text);
  if (isCertain || (await findGroup(center, text)) === undefined) return found;
  throw usageError(
    `both a user and a group are called "${text}"`,
    "say which one with --principal-type USER or --principal-type GROUP",
  );
}

/** The names that people know principals by: user names, and names of groups; those that are gone have none. */
export async function nameOfPrincipals(
  center: IdentityCenter,
  principals: readonly Principal[],
): Promise<(principal: Principal) => string | undefined> {
  const idsOf = (type: PrincipalType): readonly string[] =>
    principals.filter(({ PrincipalType }) => PrincipalType === type).map(({ PrincipalId }) => PrincipalId);
  const [users, groups] = await Promise.all([
    findUsers(center, idsOf("USER")),
    findGroups(center, idsOf("GROUP")),
  ]);
  return ({ PrincipalId, PrincipalType }) =>
    PrincipalType === "USER" ? users.get(PrincipalId)?.UserName : groups.get(PrincipalId)?.DisplayName;
}

async function findUser(center: IdentityCenter, text: string): Promise<Principal | undefined> {
  const id = isResourceId(text)
    ? (await describeUser(center, text))?.UserId
    : await lookUpUserId(center, text);
  return id === undefined ? undefined : { PrincipalId: id, PrincipalType: "USER" };
}

async function findGroup(center: IdentityCenter, text: string): Promise<Principal | undefined> {
  const id = isResourceId(text)
    ? (await describeGroup(center, text))?.GroupId
    : await lookUpGroupId(center, text);
  return id === undefined ? undefined : { PrincipalId: id, PrincipalType: "GROUP" };
}
