import { createCacheKey } from "@awsideman/cache-core";
import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type PermissionSetPolicyCommand =
  | "AttachCustomerManagedPolicyReferenceToPermissionSet"
  | "AttachManagedPolicyToPermissionSet"
  | "DeleteInlinePolicyFromPermissionSet"
  | "DeletePermissionsBoundaryFromPermissionSet"
  | "DetachCustomerManagedPolicyReferenceFromPermissionSet"
  | "DetachManagedPolicyFromPermissionSet"
  | "GetInlinePolicyForPermissionSet"
  | "GetPermissionsBoundaryForPermissionSet"
  | "ListCustomerManagedPolicyReferencesInPermissionSet"
  | "ListManagedPoliciesInPermissionSet"
  | "PutInlinePolicyToPermissionSet"
  | "PutPermissionsBoundaryToPermissionSet";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const permissionSetPolicies: Rows<"sso-admin", PermissionSetPolicyCommand> = {
  GetInlinePolicyForPermissionSet: {
    kind: "read",
    key: { resource: "permission_set", operation: "inline_policy", identifier: ["PermissionSetArn"] },
    lifetime: "describe",
    tags: ({ PermissionSetArn }) => [tag.inlinePolicy(PermissionSetArn), ...policiesOf(PermissionSetArn)],
  },
  GetPermissionsBoundaryForPermissionSet: {
    kind: "read",
    key: { resource: "permission_set", operation: "permissions_boundary", identifier: ["PermissionSetArn"] },
    lifetime: "describe",
    tags: ({ PermissionSetArn }) => [
      tag.permissionsBoundary(PermissionSetArn),
      ...policiesOf(PermissionSetArn),
    ],
    // Most permission sets have none, and are none the less what they are: this is AWS's way to say "nothing".
    absence: () => [],
    absenceLifetime: "describe",
  },
  ListManagedPoliciesInPermissionSet: {
    kind: "read",
    key: { resource: "permission_set", operation: "managed_policies", identifier: ["PermissionSetArn"] },
    lifetime: "list",
    tags: ({ PermissionSetArn }) => [tag.managedPolicies(PermissionSetArn), ...policiesOf(PermissionSetArn)],
  },
  ListCustomerManagedPolicyReferencesInPermissionSet: {
    kind: "read",
    key: {
      resource: "permission_set",
      operation: "customer_managed_policies",
      identifier: ["PermissionSetArn"],
    },
    lifetime: "list",
    tags: ({ PermissionSetArn }) => [
      tag.customerManagedPolicies(PermissionSetArn),
      ...policiesOf(PermissionSetArn),
    ],
  },
  PutInlinePolicyToPermissionSet: { kind: "write", stale: changes(tag.inlinePolicy) },
  DeleteInlinePolicyFromPermissionSet: { kind: "write", stale: changes(tag.inlinePolicy) },
  PutPermissionsBoundaryToPermissionSet: { kind: "write", stale: changes(tag.permissionsBoundary) },
  DeletePermissionsBoundaryFromPermissionSet: { kind: "write", stale: changes(tag.permissionsBoundary) },
  AttachManagedPolicyToPermissionSet: { kind: "write", stale: changes(tag.managedPolicies) },
  DetachManagedPolicyFromPermissionSet: { kind: "write", stale: changes(tag.managedPolicies) },
  AttachCustomerManagedPolicyReferenceToPermissionSet: {
    kind: "write",
    stale: changes(tag.customerManagedPolicies),
  },
  DetachCustomerManagedPolicyReferenceFromPermissionSet: {
    kind: "write",
    stale: changes(tag.customerManagedPolicies),
  },
};

/** The second puts all policies of one permission set within reach of `permission_set:policies:<arn>`. */
function policiesOf(permissionSetArn: string | undefined): readonly string[] {
  const permissionSet = tag.permissionSet(permissionSetArn);
  return [permissionSet, createCacheKey("permission_set", "policies", permissionSetArn as string)];
}

interface PermissionSetInput {
  readonly InstanceArn: string | undefined;
  readonly PermissionSetArn: string | undefined;
}

/** One family of policies of the permission set, which is now provisioned in an old version. */
function changes(
  family: (permissionSetArn: string | undefined) => string,
): (input: PermissionSetInput) => readonly string[] {
  return ({ InstanceArn, PermissionSetArn }) => [
    family(PermissionSetArn),
    tag.provisionedPermissionSet(PermissionSetArn),
    tag.provisionedInAccounts(InstanceArn),
  ];
}
