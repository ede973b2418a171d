import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type PermissionSetCommand =
  | "CreatePermissionSet"
  | "DeletePermissionSet"
  | "DescribePermissionSet"
  | "ListPermissionSets"
  | "UpdatePermissionSet";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const permissionSets: Rows<"sso-admin", PermissionSetCommand> = {
  DescribePermissionSet: {
    kind: "read",
    key: { resource: "permission_set", operation: "describe", identifier: ["PermissionSetArn"] },
    lifetime: "describe",
    tags: ({ PermissionSetArn }) => [
      tag.permissionSet(PermissionSetArn),
      tag.permissionSetDetails(PermissionSetArn),
    ],
    absence: ({ InstanceArn }) => [tag.permissionSets(InstanceArn)],
  },
  ListPermissionSets: {
    kind: "read",
    key: { resource: "permission_set", operation: "list" },
    lifetime: "list",
    tags: ({ InstanceArn }) => [tag.permissionSets(InstanceArn)],
  },
  CreatePermissionSet: {
    kind: "write",
    stale: ({ InstanceArn }) => [tag.permissionSets(InstanceArn)],
    staleAfter: ({ PermissionSet }) => [
      tag.permissionSet(PermissionSet?.PermissionSetArn),
      tag.resourceTags(PermissionSet?.PermissionSetArn),
    ],
  },
  UpdatePermissionSet: {
    kind: "write",
    // Where it is provisioned, it is now provisioned in an old version.
    stale: ({ InstanceArn, PermissionSetArn }) => [
      tag.permissionSetDetails(PermissionSetArn),
      tag.provisionedPermissionSet(PermissionSetArn),
      tag.provisionedInAccounts(InstanceArn),
    ],
  },
  DeletePermissionSet: {
    kind: "write",
    stale: ({ InstanceArn, PermissionSetArn }) => [
      tag.permissionSets(InstanceArn),
      tag.permissionSet(PermissionSetArn),
      tag.provisionedInAccounts(InstanceArn),
      tag.resourceTags(PermissionSetArn),
      tag.assignmentPages,
    ],
  },
};
