import { CliError, notFoundError } from "../errors/cli-error.ts";
import { describeGroup, lookUpGroupId } from "./groups.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";
import { isResourceId } from "./resource-id.ts";
import { describeUser, lookUpUserId } from "./users.ts";

export type PrincipalType = "USER" | "GROUP";

/** A user or a group. */
export interface Principal {
  readonly PrincipalId: string;
  readonly PrincipalType: PrincipalType;
}

/**
 * Finds out who is meant by an identifier or a name.
 * @param type where it is known; a name can be both that of a user and that of a group
 * @throws CliError when there is nobody, or it could be either
 */
export async function findPrincipal(
  center: IdentityCenter,
  text: string,
  type: PrincipalType | undefined,
): Promise<Principal> {
  // With both, an identifier needs no question.
  if (isResourceId(text) && type !== undefined) return { PrincipalId: text, PrincipalType: type };
  const [userId, groupId] = await Promise.all([
    type === "GROUP" ? undefined : userIdOf(center, text),
    type === "USER" ? undefined : groupIdOf(center, text),
  ]);
  if (userId !== undefined && groupId !== undefined) {
    throw new CliError(`both a user and a group are called "${text}"`, {
      advice: "say which one with --principal-type USER or --principal-type GROUP",
      exitCode: 2,
    });
  }
  if (userId !== undefined) return { PrincipalId: userId, PrincipalType: "USER" };
  if (groupId !== undefined) return { PrincipalId: groupId, PrincipalType: "GROUP" };
  const what = type === undefined ? "user or group" : type.toLowerCase();
  throw notFoundError(
    `there is no ${what} "${text}"`,
    '"awsideman user list" and "awsideman group list" show them',
  );
}

/** The names that people know principals by: user names, and names of groups; those that are gone have none. */
export async function nameOfPrincipals(
  center: IdentityCenter,
  principals: readonly Principal[],
): Promise<(principal: Principal) => string | undefined> {
  const different = new Map(principals.map((principal) => [principal.PrincipalId, principal]));
  const names = await mapBounded([...different.values()], async ({ PrincipalId, PrincipalType }) => {
    const name =
      PrincipalType === "USER"
        ? (await describeUser(center, PrincipalId))?.UserName
        : (await describeGroup(center, PrincipalId))?.DisplayName;
    return [PrincipalId, name] as const;
  });
  const byId = new Map(names);
  return ({ PrincipalId }) => byId.get(PrincipalId);
}

async function userIdOf(center: IdentityCenter, text: string): Promise<string | undefined> {
  return isResourceId(text) ? (await describeUser(center, text))?.UserId : lookUpUserId(center, text);
}

async function groupIdOf(center: IdentityCenter, text: string): Promise<string | undefined> {
  return isResourceId(text) ? (await describeGroup(center, text))?.GroupId : lookUpGroupId(center, text);
}
