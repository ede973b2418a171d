import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import {
  listAssignmentsOfAccount,
  listAssignmentsOfPrincipal,
  type Assignment,
} from "../../identity-center/assignments.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { describePermissionSets, findPermissionSetArn } from "../../identity-center/permission-sets.ts";
import { findPrincipal, nameOfPrincipals, type PrincipalType } from "../../identity-center/principals.ts";
import { table } from "../../output/view.ts";

export interface ListAssignmentsInput {
  readonly account: string | undefined;
  readonly permissionSet: string | undefined;
  readonly principal: string | undefined;
  readonly principalType: PrincipalType | undefined;
}

export async function listAssignments(context: CommandContext, input: ListAssignmentsInput): Promise<void> {
  if (input.account === undefined && input.principal === undefined) {
    throw usageError(
      "assignments are listed by account or by principal",
      "add --account ID or --principal NAME",
    );
  }
  const center = await context.identityCenter();
  const assignments = await select(center, input);
  const arns = [...new Set(assignments.map(({ PermissionSetArn }) => PermissionSetArn))];
  const [permissionSets, nameOf] = await Promise.all([
    describePermissionSets(center, arns),
    nameOfPrincipals(center, assignments),
  ]);
  const permissionSetNames = new Map(
    permissionSets.map(({ PermissionSetArn, Name }) => [PermissionSetArn, Name]),
  );
  const named = assignments.map((assignment) => ({
    ...assignment,
    PermissionSetName: permissionSetNames.get(assignment.PermissionSetArn),
    PrincipalName: nameOf(assignment),
  }));
  context.show({ AccountAssignments: named }, () =>
    table(
      ["Permission Set", "Principal Name", "Principal Type", "Account"],
      named.map(
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

async function select(center: IdentityCenter, input: ListAssignmentsInput): Promise<readonly Assignment[]> {
  const { account, permissionSet, principal, principalType } = input;
  const arn = permissionSet === undefined ? undefined : await findPermissionSetArn(center, permissionSet);
  if (principal === undefined) return listAssignmentsOfAccount(center, account as string, arn);
  const found = await findPrincipal(center, principal, principalType);
  const assignments = await listAssignmentsOfPrincipal(center, found);
  return assignments.filter(
    ({ AccountId, PermissionSetArn }) =>
      (account === undefined || AccountId === account) && (arn === undefined || PermissionSetArn === arn),
  );
}
