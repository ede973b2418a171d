import type { Organization } from "../organization.ts";
import type { AssignmentRecord, RequestProgress } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import { assignmentKey, joined, provisioningKey } from "../store/tables.ts";

const succeeded: RequestProgress = { status: "SUCCEEDED" };

/** What a CreateAccountAssignment comes to when it is worked on. One that exists already is no error. */
export function createAssignment(
  state: WritableState,
  assignment: AssignmentRecord,
  organization: Organization,
): RequestProgress {
  const permissionSet = state.permissionSets.get(assignment.permissionSetArn);
  if (permissionSet === undefined) return missing("Permission set not found.");
  if (!organization.accountIds.includes(assignment.accountId)) {
    return missing(`AWS account ${assignment.accountId} was not found.`);
  }
  const failure = requireAssignee(state, assignment, organization);
  if (failure !== undefined) return failure;
  state.put("assignments", assignmentKey(assignment), assignment);
  // Assigning brings the latest permission set into the account.
  state.put("provisionings", provisioningKey(assignment.accountId, assignment.permissionSetArn), {
    accountId: assignment.accountId,
    permissionSetArn: assignment.permissionSetArn,
    revision: permissionSet.revision,
  });
  return succeeded;
}

/**
 * What a DeleteAccountAssignment comes to. The assignment of a principal that is gone cannot be deleted: the service looks
 * the principal up first, and fails.
 */
export function deleteAssignment(
  state: WritableState,
  assignment: AssignmentRecord,
  organization: Organization,
): RequestProgress {
  const failure = requireAssignee(state, assignment, organization);
  if (failure !== undefined) return failure;
  const key = assignmentKey(assignment);
  if (state.assignments.get(key) === undefined) {
    return missing("EntitlementItem doesn't exist with the given entitlement key.");
  }
  removeAssignment(state, assignment);
  return succeeded;
}

/** Removes an assignment; with the last one of a permission set in an account its role goes too. */
export function removeAssignment(state: WritableState, assignment: AssignmentRecord): void {
  state.remove("assignments", assignmentKey(assignment));
  const [other] = state.assignments.find(
    "accountAndPermissionSet",
    joined(assignment.accountId, assignment.permissionSetArn),
  );
  if (other === undefined) {
    state.remove("provisionings", provisioningKey(assignment.accountId, assignment.permissionSetArn));
  }
}

function requireAssignee(
  state: WritableState,
  assignment: AssignmentRecord,
  organization: Organization,
): RequestProgress | undefined {
  const { principalType, principalId } = assignment;
  const principal = principalType === "USER" ? state.users.get(principalId) : state.groups.get(principalId);
  return principal === undefined
    ? missing(
        `the ${principalType} assignee ${principalId} was not found in directory ${organization.identityStoreId}`,
      )
    : undefined;
}

function missing(what: string): RequestProgress {
  return { status: "FAILED", reason: `Received a 404 status error: ${what}` };
}
