import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ApplicationCommand =
  | "CreateApplication"
  | "DeleteApplication"
  | "DescribeApplication"
  | "GetApplicationAssignmentConfiguration"
  | "GetApplicationSessionConfiguration"
  | "ListApplications"
  | "PutApplicationAssignmentConfiguration"
  | "PutApplicationSessionConfiguration"
  | "UpdateApplication";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const applications: Rows<"sso-admin", ApplicationCommand> = {
  DescribeApplication: {
    kind: "read",
    key: { resource: "application", operation: "describe", identifier: ["ApplicationArn"] },
    lifetime: "describe",
    tags: ({ ApplicationArn }) => [tag.application(ApplicationArn), tag.applicationDetails(ApplicationArn)],
    absence: ({ ApplicationArn }) => [tag.applications(ApplicationArn)],
  },
  GetApplicationAssignmentConfiguration: {
    kind: "read",
    key: { resource: "application", operation: "assignment_configuration", identifier: ["ApplicationArn"] },
    lifetime: "describe",
    tags: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      tag.applicationAssignmentConfiguration(ApplicationArn),
    ],
  },
  GetApplicationSessionConfiguration: {
    kind: "read",
    key: { resource: "application", operation: "session_configuration", identifier: ["ApplicationArn"] },
    lifetime: "describe",
    tags: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      tag.applicationSessionConfiguration(ApplicationArn),
    ],
  },
  ListApplications: {
    kind: "read",
    key: { resource: "application", operation: "list" },
    lifetime: "list",
    tags: ({ InstanceArn }) => [tag.applications(InstanceArn)],
  },
  CreateApplication: {
    kind: "write",
    stale: ({ InstanceArn }) => [allApplications(InstanceArn)],
    staleAfter: ({ ApplicationArn }) => [tag.application(ApplicationArn), tag.resourceTags(ApplicationArn)],
  },
  UpdateApplication: {
    kind: "write",
    stale: ({ ApplicationArn }) => [tag.applicationDetails(ApplicationArn), allApplications(ApplicationArn)],
  },
  DeleteApplication: {
    kind: "write",
    stale: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      allApplications(ApplicationArn),
      tag.resourceTags(ApplicationArn),
      tag.assignmentPages,
    ],
  },
  PutApplicationAssignmentConfiguration: {
    kind: "write",
    stale: ({ ApplicationArn }) => [tag.applicationAssignmentConfiguration(ApplicationArn)],
  },
  PutApplicationSessionConfiguration: {
    kind: "write",
    stale: ({ ApplicationArn }) => [tag.applicationSessionConfiguration(ApplicationArn)],
  },
};

/** The lists of the instance that the ARN names; those of all instances when it names none. */
function allApplications(arn: string | undefined): string {
  return tag.orWhole(tag.applications, arn, "application:list");
}
