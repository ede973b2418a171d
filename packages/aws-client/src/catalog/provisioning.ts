import { operationName, progressOf } from "./operation.ts";
import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ProvisioningCommand =
  | "DescribePermissionSetProvisioningStatus"
  | "ListAccountsForProvisionedPermissionSet"
  | "ListPermissionSetProvisioningStatus"
  | "ListPermissionSetsProvisionedToAccount"
  | "ProvisionPermissionSet";

/** Within reach of `assignment:*`: assigning provisions. */
const assignmentsPattern = "assignment";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const provisioning: Rows<"sso-admin", ProvisioningCommand> = {
  ListAccountsForProvisionedPermissionSet: {
    kind: "read",
    key: { resource: "permission_set", operation: "accounts", identifier: ["PermissionSetArn"] },
    lifetime: "list",
    tags: ({ InstanceArn, PermissionSetArn }) => [
      tag.provisionedPermissionSet(PermissionSetArn),
      tag.permissionSet(PermissionSetArn),
      tag.provisioned(InstanceArn),
      assignmentsPattern,
    ],
  },
  ListPermissionSetsProvisionedToAccount: {
    kind: "read",
    key: { resource: "permission_set", operation: "provisioned_to", identifier: ["AccountId"] },
    lifetime: "list",
    tags: ({ InstanceArn, AccountId }) => [
      tag.provisionedInAccount(AccountId),
      tag.provisionedInAccounts(InstanceArn),
      tag.account(AccountId),
      tag.provisioned(InstanceArn),
      assignmentsPattern,
    ],
  },
  ProvisionPermissionSet: {
    kind: "write",
    stale: ({ InstanceArn, PermissionSetArn, TargetType, TargetId }) => [
      tag.provisionedPermissionSet(PermissionSetArn),
      TargetType === "AWS_ACCOUNT"
        ? tag.provisionedInAccount(TargetId)
        : tag.provisionedInAccounts(InstanceArn),
    ],
    progress: ({ PermissionSetProvisioningStatus }) =>
      progressOf("permission-set-provisioning", PermissionSetProvisioningStatus),
  },
  DescribePermissionSetProvisioningStatus: {
    kind: "poll",
    single: {
      key: {
        resource: "permission_set",
        operation: "provisioning_status",
        identifier: ["ProvisionPermissionSetRequestId"],
      },
      operation: ({ ProvisionPermissionSetRequestId }) =>
        operationName("permission-set-provisioning", ProvisionPermissionSetRequestId),
      finished: ({ PermissionSetProvisioningStatus }) =>
        progressOf("permission-set-provisioning", PermissionSetProvisioningStatus).state === "finished",
    },
  },
  ListPermissionSetProvisioningStatus: { kind: "poll" },
};
