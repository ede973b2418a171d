import {
  accountId,
  pageFields,
  permissionSetArn,
  principalType,
  resourceId,
  type PageInput,
} from "../input/common-fields.ts";
import { oneOf, optional, structure, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { conflict } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { AssignmentRecord, PrincipalType, RequestRecord } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import { assignmentKey, joined, type ReadonlyTables } from "../store/tables.ts";
import {
  describeProgress,
  listRequests,
  newRequest,
  requestId,
  requireCapacity,
  requireRequest,
  statusListFields,
} from "./asynchronous-requests.ts";
import type { Members, OperationContext, OperationTable } from "./operation.ts";
import {
  instanceRead,
  instanceStatus,
  instanceWrite,
  permissionSetRead,
  requirePermissionSet,
} from "./sso-admin.ts";

interface AssignmentInput {
  readonly TargetId: string;
  readonly TargetType: "AWS_ACCOUNT";
  readonly PermissionSetArn: string;
  readonly PrincipalType: PrincipalType;
  readonly PrincipalId: string;
}

interface ListAssignmentsInput extends PageInput {
  readonly AccountId: string;
}

interface ForPrincipalInput extends PageInput {
  readonly PrincipalId: string;
  readonly PrincipalType: PrincipalType;
  readonly Filter?: { readonly AccountId?: string | undefined } | undefined;
}

type AssignmentRequest = Extract<RequestRecord, { readonly assignment: AssignmentRecord }>;

/** How many creations may be under way at once. */
const outstandingCreations = 15;

const assignmentFields: Fields<AssignmentInput> = {
  TargetId: accountId,
  TargetType: oneOf(["AWS_ACCOUNT"]),
  PermissionSetArn: permissionSetArn,
  PrincipalType: principalType,
  PrincipalId: resourceId,
};

const listFields: Fields<ListAssignmentsInput> = { ...pageFields, AccountId: accountId };

const forPrincipalFields: Fields<ForPrincipalInput> = {
  ...pageFields,
  PrincipalId: resourceId,
  PrincipalType: principalType,
  Filter: optional(
    structure<{ readonly AccountId?: string | undefined }>({ AccountId: optional(accountId) }),
  ),
};

export const accountAssignmentOperations: OperationTable = {
  CreateAccountAssignment: instanceWrite(assignmentFields, (state, input, context) => {
    requireCapacity(state, "create-assignment", outstandingCreations);
    const request = accept(state, "create-assignment", input, context);
    return { AccountAssignmentCreationStatus: describeRequest(request) };
  }),

  DeleteAccountAssignment: instanceWrite(assignmentFields, (state, input, context) => {
    const request = accept(state, "delete-assignment", input, context);
    return { AccountAssignmentDeletionStatus: describeRequest(request) };
  }),

  DescribeAccountAssignmentCreationStatus: instanceStatus(
    { AccountAssignmentCreationRequestId: requestId },
    (tables, input) => ({
      AccountAssignmentCreationStatus: describeRequest(
        requireRequest(tables, "create-assignment", input.AccountAssignmentCreationRequestId),
      ),
    }),
  ),

  DescribeAccountAssignmentDeletionStatus: instanceStatus(
    { AccountAssignmentDeletionRequestId: requestId },
    (tables, input) => ({
      AccountAssignmentDeletionStatus: describeRequest(
        requireRequest(tables, "delete-assignment", input.AccountAssignmentDeletionRequestId),
      ),
    }),
  ),

  ListAccountAssignmentCreationStatus: instanceStatus(statusListFields, (tables, input, context) => {
    const page = listRequests(tables, "create-assignment", input, context);
    return { AccountAssignmentsCreationStatus: page.items, NextToken: page.nextToken };
  }),

  ListAccountAssignmentDeletionStatus: instanceStatus(statusListFields, (tables, input, context) => {
    const page = listRequests(tables, "delete-assignment", input, context);
    return { AccountAssignmentsDeletionStatus: page.items, NextToken: page.nextToken };
  }),

  ListAccountAssignments: permissionSetRead(listFields, (permissionSet, input, context, tables) => {
    const term = joined(input.AccountId, permissionSet.permissionSetArn);
    const page = paginate(input, context, (after) =>
      tables.assignments.find("accountAndPermissionSet", term, after),
    );
    return {
      AccountAssignments: page.items.map(describeAssignment),
      NextToken: page.nextToken,
    };
  }),

  ListAccountAssignmentsForPrincipal: instanceRead(forPrincipalFields, (tables, input, context) => {
    const page = paginate(input, context, (after) =>
      assignmentsOf(tables, input).filter(({ position }) => position > after),
    );
    return {
      AccountAssignments: page.items.map(describeAssignment),
      NextToken: page.nextToken,
    };
  }),
};

function accept<Kind extends AssignmentRequest["kind"]>(
  state: WritableState,
  kind: Kind,
  input: AssignmentInput,
  context: OperationContext,
): AssignmentRequest {
  requirePermissionSet(state, input.PermissionSetArn);
  const assignment: AssignmentRecord = {
    accountId: input.TargetId,
    permissionSetArn: input.PermissionSetArn,
    principalType: input.PrincipalType,
    principalId: input.PrincipalId,
  };
  requireUndisturbed(state, assignment);
  const request: AssignmentRequest = { ...newRequest(context), kind, assignment };
  state.put("requests", request.requestId, request);
  return request;
}

/** The service works on one request for an assignment at a time. */
function requireUndisturbed(tables: ReadonlyTables, assignment: AssignmentRecord): void {
  const key = assignmentKey(assignment);
  for (const { value } of tables.requests.find("inProgress", "yes")) {
    if ("assignment" in value && assignmentKey(value.assignment) === key) {
      throw conflict("There is a request in progress for the same account assignment.");
    }
  }
}

/** A user's assignments are its own and those of its groups, as the groups' rows. */
function assignmentsOf(tables: ReadonlyTables, input: ForPrincipalInput): readonly Row<AssignmentRecord>[] {
  const rows = [...rowsOf(tables, input.PrincipalType, input.PrincipalId)];
  if (input.PrincipalType === "USER") {
    for (const { value } of tables.memberships.find("user", input.PrincipalId)) {
      rows.push(...rowsOf(tables, "GROUP", value.groupId));
    }
  }
  const account = input.Filter?.AccountId;
  return rows
    .filter(({ value }) => account === undefined || value.accountId === account)
    .sort((a, b) => a.position - b.position);
}

function* rowsOf(
  tables: ReadonlyTables,
  type: PrincipalType,
  id: string,
): IterableIterator<Row<AssignmentRecord>> {
  for (const row of tables.assignments.find("principal", id)) {
    if (row.value.principalType === type) yield row;
  }
}

function describeRequest(request: AssignmentRequest): Members {
  const { assignment } = request;
  return {
    ...describeProgress(request),
    TargetId: assignment.accountId,
    TargetType: "AWS_ACCOUNT",
    PermissionSetArn: assignment.permissionSetArn,
    PrincipalType: assignment.principalType,
    PrincipalId: assignment.principalId,
  };
}

function describeAssignment(assignment: AssignmentRecord): Members {
  return {
    AccountId: assignment.accountId,
    PermissionSetArn: assignment.permissionSetArn,
    PrincipalType: assignment.principalType,
    PrincipalId: assignment.principalId,
  };
}
