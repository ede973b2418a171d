import { listAllAssignments, type CommandOutput } from "@awsideman/aws-client";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";
import type { Principal } from "./principals.ts";

/** Who has which permission set in which account. */
export interface Assignment extends Principal {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
}

/** Everybody's, everywhere, in the fewest calls. */
export async function listAssignments(
  { ssoAdmin, instance, report }: IdentityCenter,
  abortSignal?: AbortSignal,
): Promise<readonly Assignment[]> {
  const { InstanceArn } = await instance();
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void =>
    report({ what: "assignments", done, total });
  const options = { onProgress, ...(abortSignal === undefined ? {} : { abortSignal }) };
  const assignments: Assignment[] = [];
  for await (const assignment of listAllAssignments(ssoAdmin, InstanceArn, options))
    assignments.push(assignment);
  return assignments;
}

/** Those of one permission set, in all accounts where it is provisioned: elsewhere there are none. */
export async function listAssignmentsOfPermissionSet(
  center: IdentityCenter,
  PermissionSetArn: string,
): Promise<readonly Assignment[]> {
  const accounts = await accountsWithPermissionSet(center, PermissionSetArn);
  const lists = await mapBounded(accounts, (id) => listAssignmentsOfAccount(center, id, PermissionSetArn));
  return lists.flat();
}

/** @param permissionSetArn only this one; undefined: all that are provisioned to the account */
export async function listAssignmentsOfAccount(
  center: IdentityCenter,
  AccountId: string,
  permissionSetArn: string | undefined,
): Promise<readonly Assignment[]> {
  const arns =
    permissionSetArn === undefined ? await permissionSetsInAccount(center, AccountId) : [permissionSetArn];
  const { InstanceArn } = await center.instance();
  const lists = await mapBounded(arns, async (PermissionSetArn) => {
    const assignments: Assignment[] = [];
    const input = { InstanceArn, AccountId, PermissionSetArn };
    for await (const page of center.ssoAdmin.paginate("ListAccountAssignments", input)) {
      assignments.push(...complete(page.AccountAssignments));
    }
    return assignments;
  });
  return lists.flat();
}

/** What a principal has: a user also what its groups have, in the rows of those groups. */
export async function listAssignmentsOfPrincipal(
  { ssoAdmin, instance }: IdentityCenter,
  { PrincipalId, PrincipalType }: Principal,
): Promise<readonly Assignment[]> {
  const { InstanceArn } = await instance();
  const assignments: Assignment[] = [];
  const input = { InstanceArn, PrincipalId, PrincipalType };
  for await (const page of ssoAdmin.paginate("ListAccountAssignmentsForPrincipal", input)) {
    assignments.push(...complete(page.AccountAssignments));
  }
  return assignments;
}

/** The permission sets that are provisioned to an account: nobody has any other there. */
export async function permissionSetsInAccount(
  { ssoAdmin, instance }: IdentityCenter,
  AccountId: string,
): Promise<readonly string[]> {
  const { InstanceArn } = await instance();
  const arns: string[] = [];
  const input = { InstanceArn, AccountId };
  for await (const page of ssoAdmin.paginate("ListPermissionSetsProvisionedToAccount", input)) {
    arns.push(...(page.PermissionSets ?? []));
  }
  return arns;
}

/** The accounts that a permission set is provisioned to: elsewhere nobody has it. */
export async function accountsWithPermissionSet(
  { ssoAdmin, instance }: IdentityCenter,
  PermissionSetArn: string,
): Promise<readonly string[]> {
  const { InstanceArn } = await instance();
  const accounts: string[] = [];
  const input = { InstanceArn, PermissionSetArn };
  for await (const page of ssoAdmin.paginate("ListAccountsForProvisionedPermissionSet", input)) {
    accounts.push(...(page.AccountIds ?? []));
  }
  return accounts;
}

type Rows = CommandOutput<"sso-admin", "ListAccountAssignmentsForPrincipal">["AccountAssignments"];

/** The SDK calls every member optional; AWS gives all of these. */
function complete(rows: Rows): readonly Assignment[] {
  return (rows ?? []) as readonly Assignment[];
}
