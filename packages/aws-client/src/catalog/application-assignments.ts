import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ApplicationAssignmentCommand =
  | "CreateApplicationAssignment"
  | "DeleteApplicationAssignment"
  | "DescribeApplicationAssignment"
  | "ListApplicationAssignments"
  | "ListApplicationAssignmentsForPrincipal";

/** Within reach of `assignment:*`: assignments to applications are assignments, too. */
const assignmentsPattern = "assignment";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const applicationAssignments: Rows<"sso-admin", ApplicationAssignmentCommand> = {
  DescribeApplicationAssignment: {
    kind: "read",
    key: { resource: "application", operation: "assignment", identifier: ["ApplicationArn", "PrincipalId"] },
    lifetime: "describe",
    tags: ({ ApplicationArn, PrincipalId }) => [
      tag.application(ApplicationArn),
      tag.applicationAssignment(ApplicationArn, PrincipalId),
      tag.principal(PrincipalId),
      assignmentsPattern,
    ],
    absence: () => [],
  },
  ListApplicationAssignments: {
    kind: "read",
    key: { resource: "application", operation: "assignments", identifier: ["ApplicationArn"] },
    lifetime: "list",
    tags: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      tag.applicationAssignments(ApplicationArn),
      assignmentsPattern,
    ],
    outputTags: ({ ApplicationAssignments }) =>
      (ApplicationAssignments ?? []).map((row) => tag.principal(row.PrincipalId)),
    pageTags: () => [tag.assignmentPages],
  },
  ListApplicationAssignmentsForPrincipal: {
    kind: "read",
    key: { resource: "application", operation: "assignments_for_principal", identifier: ["PrincipalId"] },
    lifetime: "list",
    tags: ({ InstanceArn, PrincipalId, PrincipalType }) => [
      tag.applicationAssignmentsOf(PrincipalId),
      tag.principal(PrincipalId),
      assignmentsPattern,
      ...(PrincipalType === "GROUP"
        ? []
        : [tag.assignmentsOfUsers, tag.applicationAssignmentsOfUsers(InstanceArn)]),
    ],
    outputTags: ({ ApplicationAssignments }) =>
      (ApplicationAssignments ?? []).flatMap((row) => [
        tag.principal(row.PrincipalId),
        tag.application(row.ApplicationArn),
      ]),
    pageTags: () => [tag.assignmentPages],
  },
  CreateApplicationAssignment: { kind: "write", stale: changedBy },
  DeleteApplicationAssignment: { kind: "write", stale: changedBy },
};

interface AssignmentInput {
  readonly ApplicationArn: string | undefined;
  readonly PrincipalId: string | undefined;
  readonly PrincipalType: string | undefined;
}

function changedBy({ ApplicationArn, PrincipalId, PrincipalType }: AssignmentInput): readonly string[] {
  return [
    tag.applicationAssignment(ApplicationArn, PrincipalId),
    tag.applicationAssignments(ApplicationArn),
    tag.applicationAssignmentsOf(PrincipalId),
    // Who is in the group is not known here.
    ...(PrincipalType === "USER"
      ? []
      : [tag.orWhole(tag.applicationAssignmentsOfUsers, ApplicationArn, tag.assignmentsOfUsers)]),
  ];
}
