import type { CommandContext } from "../../command-context.ts";
import type { Access } from "../../identity-center/access.ts";
import { nameOfAccounts } from "../../identity-center/account-names.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { describePermissionSets } from "../../identity-center/permission-sets.ts";
import { nameOfPrincipals, type Principal, type PrincipalType } from "../../identity-center/principals.ts";

/** What somebody may use, with the names that people know; what is deleted has none. */
export interface NamedAccess {
  readonly AccountId: string;
  readonly AccountName: string | undefined;
  readonly PermissionSetArn: string;
  readonly PermissionSetName: string | undefined;
  readonly PrincipalId: string;
  readonly PrincipalType: PrincipalType;
  readonly PrincipalName: string | undefined;
  /** It was given to a group that the principal is in. */
  readonly Inherited: boolean;
  readonly GroupId: string | undefined;
  readonly GroupName: string | undefined;
}

export async function withNames(
  context: CommandContext,
  center: IdentityCenter,
  access: readonly Access[],
): Promise<readonly NamedAccess[]> {
  const arns = [...new Set(access.map(({ PermissionSetArn }) => PermissionSetArn))];
  const principals = access.flatMap(({ PrincipalId, PrincipalType, throughGroup }): Principal[] => [
    { PrincipalId, PrincipalType },
    ...(throughGroup === undefined ? [] : [groupOf(throughGroup)]),
  ]);
  const [permissionSets, nameOf, accountName] = await Promise.all([
    describePermissionSets(center, arns),
    nameOfPrincipals(center, principals),
    nameOfAccounts(
      context,
      center,
      access.map(({ AccountId }) => AccountId),
    ),
  ]);
  const names = new Map(permissionSets.map(({ PermissionSetArn, Name }) => [PermissionSetArn, Name]));
  return access.map(({ AccountId, PermissionSetArn, PrincipalId, PrincipalType, throughGroup }) => ({
    AccountId,
    AccountName: accountName(AccountId),
    PermissionSetArn,
    PermissionSetName: names.get(PermissionSetArn),
    PrincipalId,
    PrincipalType,
    PrincipalName: nameOf({ PrincipalId, PrincipalType }),
    Inherited: throughGroup !== undefined,
    GroupId: throughGroup,
    GroupName: throughGroup === undefined ? undefined : nameOf(groupOf(throughGroup)),
  }));
}

/** As people read it. */
export function nameOfPermissionSet({ PermissionSetName, PermissionSetArn }: NamedAccess): string {
  return PermissionSetName ?? PermissionSetArn;
}

function groupOf(PrincipalId: string): Principal {
  return { PrincipalId, PrincipalType: "GROUP" };
}

/** As people read it: AWS keeps the assignments of principals that are deleted. */
export function whoHas({ PrincipalName, PrincipalId, PrincipalType }: NamedAccess): string {
  const name = PrincipalName ?? `${PrincipalId} (deleted)`;
  return PrincipalType === "GROUP" ? `${name} (group)` : name;
}

export function through({ Inherited, GroupName, GroupId }: NamedAccess): string {
  return Inherited ? `group ${GroupName ?? `${GroupId} (deleted)`}` : "directly";
}
