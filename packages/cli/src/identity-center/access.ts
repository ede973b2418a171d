import {
  accountsWithPermissionSet,
  listAssignments,
  listAssignmentsOfAccount,
  listAssignmentsOfPrincipal,
  permissionSetsInAccount,
  type Assignment,
} from "./assignments.ts";
import { listGroupIdsOfUser, listMemberships } from "./groups.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";
import { orUndefined } from "./not-found.ts";
import type { PartialReading } from "./partial-reading.ts";
import type { Principal } from "./principals.ts";

/** What somebody may use, and why. */
export interface Access extends Assignment {
  /** The group that it comes through; undefined when it was given to the principal itself. */
  readonly throughGroup: string | undefined;
}

/**
 * What a principal may use. AWS tells that the management account only; for others it is found among all assignments.
 * @param takeLong does that, which takes longer, and ends it where somebody wants that
 */
export async function accessOfPrincipal(
  center: IdentityCenter,
  principal: Principal,
  takeLong: (work: (signal: AbortSignal) => Promise<readonly Assignment[]>) => Promise<readonly Assignment[]>,
): Promise<readonly Access[]> {
  const assignments = await listAssignmentsOfPrincipal(center, principal).catch(async (error: unknown) => {
    if (!(error instanceof Error) || error.name !== "AccessDeniedException") throw error;
    return takeLong((signal) => amongAll(center, principal, signal));
  });
  return assignments.map((assignment) => ({
    ...assignment,
    throughGroup: assignment.PrincipalId === principal.PrincipalId ? undefined : assignment.PrincipalId,
  }));
}

async function amongAll(
  center: IdentityCenter,
  { PrincipalId, PrincipalType }: Principal,
  signal: AbortSignal,
): Promise<readonly Assignment[]> {
  const groups = PrincipalType === "USER" ? await listGroupIdsOfUser(center, PrincipalId) : [];
  const all = await listAssignments(center, signal);
  return all.filter(
    (assignment) => assignment.PrincipalId === PrincipalId || groups.includes(assignment.PrincipalId),
  );
}

/** Everybody's assignments in an account, permission set by permission set. */
export async function assignmentsInAccount(
  center: IdentityCenter,
  AccountId: string,
  reading: PartialReading,
): Promise<readonly Assignment[]> {
  const arns = await permissionSetsInAccount(center, AccountId);
  let done = 0;
  const lists = await mapBounded(arns, async (arn) => {
    const list = await reading.attempt(() => listAssignmentsOfAccount(center, AccountId, arn));
    center.report({ what: "permission sets", done: ++done, total: arns.length });
    return list;
  });
  return lists.flatMap((list) => list ?? []);
}

/** Everybody's assignments of a permission set, account by account. */
export async function assignmentsOfPermissionSet(
  center: IdentityCenter,
  PermissionSetArn: string,
  reading: PartialReading,
): Promise<readonly Assignment[]> {
  const accounts = await accountsWithPermissionSet(center, PermissionSetArn);
  let done = 0;
  const lists = await mapBounded(accounts, async (id) => {
    const list = await reading.attempt(() => listAssignmentsOfAccount(center, id, PermissionSetArn));
    center.report({ what: "accounts", done: ++done, total: accounts.length });
    return list;
  });
  return lists.flatMap((list) => list ?? []);
}

/**
 * Puts the members of groups in their place. A group without members, one that is deleted, and one whose members cannot be
 * read stay as they are.
 */
export async function withMembers(
  center: IdentityCenter,
  assignments: readonly Assignment[],
  reading: PartialReading,
): Promise<readonly Access[]> {
  const ids = assignments.flatMap(({ PrincipalId, PrincipalType }) =>
    PrincipalType === "GROUP" ? [PrincipalId] : [],
  );
  const groups = [...new Set(ids)];
  const members = await mapBounded(groups, async (group) => {
    const memberships = await reading.attempt(() => orUndefined(listMemberships(center, group)));
    return [group, (memberships ?? []).flatMap(({ MemberId }) => MemberId?.UserId ?? [])] as const;
  });
  const membersOf = new Map(members);
  return assignments.flatMap((assignment): readonly Access[] => {
    const users = assignment.PrincipalType === "GROUP" ? membersOf.get(assignment.PrincipalId) : undefined;
    if (users === undefined || users.length === 0) return [{ ...assignment, throughGroup: undefined }];
    const throughGroup = assignment.PrincipalId;
    return users.map((PrincipalId) => ({
      ...assignment,
      PrincipalId,
      PrincipalType: "USER",
      throughGroup,
    }));
  });
}
