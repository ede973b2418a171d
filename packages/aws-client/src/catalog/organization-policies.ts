import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type OrganizationPolicyCommand =
  | "AttachPolicy"
  | "CreatePolicy"
  | "DeletePolicy"
  | "DescribeEffectivePolicy"
  | "DescribePolicy"
  | "DetachPolicy"
  | "DisablePolicyType"
  | "EnablePolicyType"
  | "ListAccountsWithInvalidEffectivePolicy"
  | "ListEffectivePolicyValidationErrors"
  | "ListPolicies"
  | "ListPoliciesForTarget"
  | "ListTargetsForPolicy"
  | "UpdatePolicy";

/** AWS works it out from all policies above, at a time of its own choosing: nothing here knows when it changes. */
const workedOutByAws = { tags: () => [], stable: () => false } as const;

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Policy.html */
export const organizationPolicies: Rows<"organizations", OrganizationPolicyCommand> = {
  DescribePolicy: {
    kind: "read",
    key: { resource: "policy", operation: "describe", identifier: ["PolicyId"] },
    lifetime: "structure",
    tags: ({ PolicyId }) => [tag.policy(PolicyId)],
  },
  ListPolicies: {
    kind: "read",
    key: { resource: "policy", operation: "list", identifier: ["Filter"] },
    lifetime: "structure",
    tags: () => [tag.policies],
    outputTags: ({ Policies }) => (Policies ?? []).map(({ Id }) => tag.policy(Id)),
    pageTags: () => [tag.policyPages],
  },
  ListPoliciesForTarget: {
    kind: "read",
    key: { resource: "policy", operation: "list_for_target", identifier: ["TargetId", "Filter"] },
    lifetime: "structure",
    tags: ({ TargetId }) => [tag.policiesOf(TargetId), tag.organizationNode(TargetId), tag.policyAttachments],
    outputTags: ({ Policies }) => (Policies ?? []).map(({ Id }) => tag.policy(Id)),
    pageTags: () => [tag.policyPages],
  },
  ListTargetsForPolicy: {
    kind: "read",
    key: { resource: "policy", operation: "targets", identifier: ["PolicyId"] },
    lifetime: "structure",
    tags: ({ PolicyId }) => [
      tag.targetsOf(PolicyId),
      tag.policy(PolicyId),
      tag.policyTargets,
      tag.policyAttachments,
    ],
    outputTags: ({ Targets }) => (Targets ?? []).map(({ TargetId }) => tag.organizationNode(TargetId)),
    pageTags: () => [tag.organizationalUnitPages, tag.accountPages],
  },
  DescribeEffectivePolicy: {
    kind: "read",
    key: { resource: "policy", operation: "effective" },
    lifetime: "describe",
    ...workedOutByAws,
  },
  ListAccountsWithInvalidEffectivePolicy: {
    kind: "read",
    key: { resource: "policy", operation: "invalid_in_accounts" },
    lifetime: "list",
    ...workedOutByAws,
  },
  ListEffectivePolicyValidationErrors: {
    kind: "read",
    key: { resource: "policy", operation: "validation_errors" },
    lifetime: "list",
    ...workedOutByAws,
  },
  CreatePolicy: {
    kind: "write",
    stale: () => [tag.policies],
    staleAfter: ({ Policy }) => [
      tag.policy(Policy?.PolicySummary?.Id),
      tag.organizationTags(Policy?.PolicySummary?.Id),
    ],
  },
  UpdatePolicy: {
    kind: "write",
    stale: ({ PolicyId }) => [tag.policy(PolicyId), tag.policyPages],
  },
  DeletePolicy: {
    kind: "write",
    stale: ({ PolicyId }) => [
      tag.policies,
      tag.policy(PolicyId),
      tag.policyPages,
      tag.organizationTags(PolicyId),
    ],
  },
  AttachPolicy: { kind: "write", stale: changedBy },
  DetachPolicy: { kind: "write", stale: changedBy },
  EnablePolicyType: {
    kind: "write",
    stale: changedType,
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
  DisablePolicyType: {
    kind: "write",
    stale: changedType,
    progress: () => ({ state: "in-progress", operation: undefined }),
  },
};

function changedBy({
  PolicyId,
  TargetId,
}: {
  readonly PolicyId: string | undefined;
  readonly TargetId: string | undefined;
}): readonly string[] {
  return [tag.policiesOf(TargetId), tag.targetsOf(PolicyId)];
}

/** With a type, what AWS attaches to everything comes; with its end, all attachments of the type go. */
function changedType(): readonly string[] {
  return [tag.organizationRoots, tag.organization, tag.policies, tag.policyAttachments];
}
