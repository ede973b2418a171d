import type { Organization } from "../organization.ts";
import type { RequestProgress, RequestRecord } from "../store/records.ts";
import type { Store, WritableState } from "../store/store.ts";
import { joined, provisioningKey } from "../store/tables.ts";
import { createAssignment, deleteAssignment } from "./assignment-effects.ts";

/**
 * Completes the asynchronous operations that are due, in the order in which they are due and each at its own time: as if
 * it had happened then, however long nobody asked.
 */
export function completeDue(
  store: Store,
  organization: Organization,
  now: number,
  propagationLag: number,
): void {
  const due = [...store.truth.requests.find("inProgress", "yes")]
    .map(({ value }) => ({ request: value, completesAt: completionOf(value) }))
    .filter(({ completesAt }) => completesAt <= now)
    .sort((a, b) => a.completesAt - b.completesAt);
  for (const { request, completesAt } of due) {
    const at = Math.min(completesAt, now);
    const state = store.writable(at, propagationLag);
    const progress = carryOut(state, request, organization);
    state.put("requests", request.requestId, { ...request, progress });
  }
}

function completionOf({ progress }: RequestRecord): number {
  return progress.status === "IN_PROGRESS" ? progress.completesAt : Number.POSITIVE_INFINITY;
}

function carryOut(state: WritableState, request: RequestRecord, organization: Organization): RequestProgress {
  switch (request.kind) {
    case "create-assignment":
      return createAssignment(state, request.assignment, organization);
    case "delete-assignment":
      return deleteAssignment(state, request.assignment, organization);
    case "provision":
      return provision(state, request.permissionSetArn, request.accountId);
  }
}

function provision(
  state: WritableState,
  permissionSetArn: string,
  accountId: string | undefined,
): RequestProgress {
  const permissionSet = state.permissionSets.get(permissionSetArn);
  const rows =
    accountId === undefined
      ? [...state.provisionings.find("permissionSet", permissionSetArn)]
      : [...state.assignments.find("accountAndPermissionSet", joined(accountId, permissionSetArn))];
  if (permissionSet === undefined || (accountId !== undefined && rows.length === 0)) {
    return { status: "FAILED", reason: "Received a 404 status error: Assignment not found." };
  }
  for (const account of new Set(rows.map(({ value }) => value.accountId))) {
    state.put("provisionings", provisioningKey(account, permissionSetArn), {
      accountId: account,
      permissionSetArn,
      revision: permissionSet.revision,
    });
  }
  return { status: "SUCCEEDED" };
}
