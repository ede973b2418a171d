import { operationName, progressOf } from "./operation.ts";
import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type AccountAssignmentCommand =
  | "CreateAccountAssignment"
  | "DeleteAccountAssignment"
  | "DescribeAccountAssignmentCreationStatus"
  | "DescribeAccountAssignmentDeletionStatus"
  | "ListAccountAssignmentCreationStatus"
  | "ListAccountAssignmentDeletionStatus"
  | "ListAccountAssignments"
  | "ListAccountAssignmentsForPrincipal";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const accountAssignments: Rows<"sso-admin", AccountAssignmentCommand> = {
  ListAccountAssignments: {
    kind: "read",
    key: { resource: "assignment", operation: "list", identifier: ["AccountId", "PermissionSetArn"] },
    lifetime: "list",
    tags: ({ AccountId, PermissionSetArn }) => [
      tag.accountAssignments(AccountId, PermissionSetArn),
      tag.account(AccountId),
      tag.permissionSet(PermissionSetArn),
    ],
    outputTags: ({ AccountAssignments }) =>
      (AccountAssignments ?? []).map((row) => tag.principal(row.PrincipalId)),
    pageTags: () => [tag.assignmentPages],
  },
  ListAccountAssignmentsForPrincipal: {
    kind: "read",
    key: { resource: "assignment", operation: "list_for_principal", identifier: ["PrincipalId"] },
    lifetime: "list",
    tags: ({ InstanceArn, PrincipalId, PrincipalType }) => [
      tag.accountAssignmentsOf(PrincipalId),
      tag.principal(PrincipalId),
      // Within reach of `assignment:list:*`, like the list by account.
      "assignment:list",
      ...(PrincipalType === "GROUP"
        ? []
        : [tag.assignmentsOfUsers, tag.accountAssignmentsOfUsers(InstanceArn)]),
    ],
    // A user's list holds what comes through groups, too: in these rows the group is the principal.
    outputTags: ({ AccountAssignments }) =>
      (AccountAssignments ?? []).flatMap((row) => [
        tag.principal(row.PrincipalId),
        tag.permissionSet(row.PermissionSetArn),
        tag.account(row.AccountId),
      ]),
    pageTags: () => [tag.assignmentPages],
  },
  CreateAccountAssignment: {
    kind: "write",
    stale: changedBy,
    progress: ({ AccountAssignmentCreationStatus }) =>
      progressOf("account-assignment-creation", AccountAssignmentCreationStatus),
  },
  DeleteAccountAssignment: {
    kind: "write",
    stale: changedBy,
    progress: ({ AccountAssignmentDeletionStatus }) =>
      progressOf("account-assignment-deletion", AccountAssignmentDeletionStatus),
  },
  DescribeAccountAssignmentCreationStatus: {
    kind: "poll",
    single: {
      key: {
        resource: "assignment",
        operation: "creation_status",
        identifier: ["AccountAssignmentCreationRequestId"],
      },
      operation: ({ AccountAssignmentCreationRequestId }) =>
        operationName("account-assignment-creation", AccountAssignmentCreationRequestId),
      finished: ({ AccountAssignmentCreationStatus }) =>
        progressOf("account-assignment-creation", AccountAssignmentCreationStatus).state === "finished",
    },
  },
  DescribeAccountAssignmentDeletionStatus: {
    kind: "poll",
    single: {
      key: {
        resource: "assignment",
        operation: "deletion_status",
        identifier: ["AccountAssignmentDeletionRequestId"],
      },
      operation: ({ AccountAssignmentDeletionRequestId }) =>
        operationName("account-assignment-deletion", AccountAssignmentDeletionRequestId),
      finished: ({ AccountAssignmentDeletionStatus }) =>
        progressOf("account-assignment-deletion", AccountAssignmentDeletionStatus).state === "finished",
    },
  },
  ListAccountAssignmentCreationStatus: { kind: "poll" },
  ListAccountAssignmentDeletionStatus: { kind: "poll" },
};

interface AssignmentInput {
  readonly InstanceArn: string | undefined;
  readonly TargetId: string | undefined;
  readonly PermissionSetArn: string | undefined;
  readonly PrincipalType: string | undefined;
  readonly PrincipalId: string | undefined;
}

function changedBy(input: AssignmentInput): readonly string[] {
  return [
    tag.accountAssignments(input.TargetId, input.PermissionSetArn),
    tag.accountAssignmentsOf(input.PrincipalId),
    // Who is in the group is not known here.
    ...(input.PrincipalType === "USER" ? [] : [tag.accountAssignmentsOfUsers(input.InstanceArn)]),
    // The first assignment to an account provisions the permission set there; the last one that goes takes it away.
    tag.provisionedInAccount(input.TargetId),
    tag.provisionedPermissionSet(input.PermissionSetArn),
  ];
}
