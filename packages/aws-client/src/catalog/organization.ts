import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type OrganizationCommand =
  | "CreateOrganization"
  | "DeleteOrganization"
  | "DeleteResourcePolicy"
  | "DescribeOrganization"
  | "DescribeResourcePolicy"
  | "LeaveOrganization"
  | "PutResourcePolicy";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/ */
export const organization: Rows<"organizations", OrganizationCommand> = {
  DescribeOrganization: {
    kind: "read",
    key: { resource: "organization", operation: "describe" },
    lifetime: "structure",
    tags: () => [tag.organization],
  },
  DescribeResourcePolicy: {
    kind: "read",
    key: { resource: "organization", operation: "resource_policy" },
    lifetime: "structure",
    tags: () => [tag.organizationResourcePolicy],
  },
  PutResourcePolicy: {
    kind: "write",
    stale: () => [tag.organizationResourcePolicy],
    staleAfter: ({ ResourcePolicy }) => [tag.organizationTags(ResourcePolicy?.ResourcePolicySummary?.Id)],
  },
  DeleteResourcePolicy: { kind: "write", stale: () => [tag.organizationResourcePolicy] },
  // The caller is in another organisation now, or in none. Identity Center belongs to it.
  CreateOrganization: { kind: "write", stale: () => [tag.everything] },
  DeleteOrganization: { kind: "write", stale: () => [tag.everything] },
  LeaveOrganization: { kind: "write", stale: () => [tag.everything] },
};
