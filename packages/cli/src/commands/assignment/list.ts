import type { CommandContext } from "../../command-context.ts";
import {
  listAssignments as allAssignments,
  listAssignmentsOfAccount,
  listAssignmentsOfPermissionSet,
  listAssignmentsOfPrincipal,
  type Assignment,
} from "../../identity-center/assignments.ts";
import { assertAccount } from "../../identity-center/assert-account.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { describePermissionSets, findPermissionSetArn } from "../../identity-center/permission-sets.ts";
import {
  assertPrincipal,
  findPrincipal,
  nameOfPrincipals,
  type PrincipalType,
} from "../../identity-center/principals.ts";
import { table } from "../../output/view.ts";
import { sortedBy } from "../../sorted-by.ts";
import { untilInterrupted } from "../../until-interrupted.ts";

export interface ListAssignmentsInput {
  readonly account: string | undefined;
  readonly permissionSet: string | undefined;
  readonly principal: string | undefined;
  readonly principalType: PrincipalType | undefined;
}

export async function listAssignments(context: CommandContext, input: ListAssignmentsInput): Promise<void> {
  const center = await context.identityCenter();
  const named = await untilInterrupted(context, async (signal) =>
    withNames(center, await select(center, input, signal)),
  );
  if (named.length === 0) await assertThere(context, center, input);
  const rows = sortedBy(named, (one) => [
    one.AccountId,
    one.PermissionSetName,
    one.PermissionSetArn,
    one.PrincipalName,
    one.PrincipalId,
  ]);
  context.show({ AccountAssignments: rows }, () =>
    table(
      ["Permission Set", "Principal Name", "Principal Type", "Account"],
      rows.map(
        ({ PermissionSetName, PermissionSetArn, PrincipalName, PrincipalId, PrincipalType, AccountId }) => [
          PermissionSetName ?? PermissionSetArn,
          // AWS keeps the assignments of principals that are deleted.
          PrincipalName ?? `${PrincipalId} (deleted)`,
          PrincipalType,
          AccountId,
        ],
      ),
    ),
  );
}

/** Of what is not there AWS says the same as of what has nothing. */
async function assertThere(
  context: CommandContext,
  center: IdentityCenter,
  { account, principal, principalType }: ListAssignmentsInput,
): Promise<void> {
  if (principal !== undefined) await assertPrincipal(center, principal, principalType);
  if (account !== undefined) await assertAccount(context, center, account);
}

async function select(
  center: IdentityCenter,
  input: ListAssignmentsInput,
  signal: AbortSignal,
): Promise<readonly Assignment[]> {
  const { permissionSet, principal, principalType } = input;
  const account = input.account === undefined ? undefined : await findAccountId(center, input.account);
  const arn = permissionSet === undefined ? undefined : await findPermissionSetArn(center, permissionSet);
  if (principal !== undefined) {
    const found = await findPrincipal(center, principal, principalType);
    const assignments = await listAssignmentsOfPrincipal(center, found);
    return assignments.filter(
      ({ AccountId, PermissionSetArn }) =>
        (account === undefined || AccountId === account) && (arn === undefined || PermissionSetArn === arn),
    );
  }
  if (account !== undefined) return listAssignmentsOfAccount(center, account, arn);
  return arn === undefined ? allAssignments(center, signal) : listAssignmentsOfPermissionSet(center, arn);
}

interface NamedAssignment extends Assignment {
  readonly PermissionSetName: string | undefined;
  readonly PrincipalName: string | undefined;
}

async function withNames(
  center: IdentityCenter,
  assignments: readonly Assignment[],
): Promise<readonly NamedAssignment[]> {
  const arns = [...new Set(assignments.map(({ PermissionSetArn }) => PermissionSetArn))];
  const [permissionSets, nameOf] = await Promise.all([
    describePermissionSets(center, arns),
    nameOfPrincipals(center, assignments),
  ]);
  const names = new Map(permissionSets.map(({ PermissionSetArn, Name }) => [PermissionSetArn, Name]));
  return assignments.map((assignment) => ({
    ...assignment,
    PermissionSetName: names.get(assignment.PermissionSetArn),
    PrincipalName: nameOf(assignment),
  }));
}
