import type { PageInput } from "../input/common-fields.ts";
import { oneOf, text, type Field, type Fields } from "../input/field.ts";
import { ServiceError } from "../service-error.ts";
import type { OrganizationPolicyRecord, PolicyAttachmentRecord } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import type { Members, OperationContext, OperationTable } from "./operation.ts";
import {
  isNode,
  nodeId,
  organizationRead,
  organizationWrite,
  smallPage,
  smallPageFields,
} from "./organizations.ts";

interface CreateInput {
  readonly Content: string;
  readonly Description: string;
  readonly Name: string;
  readonly Type: string;
}

interface OfTargetInput extends PageInput {
  readonly TargetId: string;
  readonly Filter: string;
}

const type: Field<string> = oneOf(["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY"]);
const attachmentFields: Fields<PolicyAttachment> = { PolicyId: nodeId, TargetId: nodeId };

interface PolicyAttachment {
  readonly PolicyId: string;
  readonly TargetId: string;
}

/** Policies are only kept: nothing is denied because of them. */
export const organizationPolicyOperations: OperationTable = {
  DescribePolicy: organizationRead({ PolicyId: nodeId }, (tables, input, context) => {
    const policy = requirePolicy(tables, input.PolicyId);
    return { Policy: { PolicySummary: show(policy, context), Content: policy.content } };
  }),

  ListPolicies: organizationRead<PageInput & { readonly Filter: string }>(
    { ...smallPageFields, Filter: type },
    (tables, input, context) => {
      const page = smallPage(input, context, (after) =>
        tables.organizationPolicies.find("type", input.Filter, after),
      );
      return { Policies: page.items.map((policy) => show(policy, context)), NextToken: page.nextToken };
    },
  ),

  ListPoliciesForTarget: organizationRead<OfTargetInput>(
    { ...smallPageFields, TargetId: nodeId, Filter: type },
    (tables, input, context) => {
      requireTarget(tables, input.TargetId, context);
      const page = smallPage(input, context, (after) => ofType(tables, input, after));
      return {
        Policies: page.items.map(({ policyId }) => show(requirePolicy(tables, policyId), context)),
        NextToken: page.nextToken,
      };
    },
  ),

  ListTargetsForPolicy: organizationRead<PageInput & { readonly PolicyId: string }>(
    { ...smallPageFields, PolicyId: nodeId },
    (tables, input, context) => {
      requirePolicy(tables, input.PolicyId);
      const page = smallPage(input, context, (after) =>
        tables.policyAttachments.find("policy", input.PolicyId, after),
      );
      return {
        Targets: page.items.map(({ targetId }) => showTarget(tables, targetId, context)),
        NextToken: page.nextToken,
      };
    },
  ),

  CreatePolicy: organizationWrite<CreateInput>(
    { Content: text(), Description: text({ minimum: 0 }), Name: text({ maximum: 128 }), Type: type },
    (state, input, context) => {
      const policy: OrganizationPolicyRecord = {
        policyId: context.newOrganizationId("p-"),
        name: input.Name,
        description: input.Description,
        type: input.Type,
        content: input.Content,
        awsManaged: false,
      };
      state.put("organizationPolicies", policy.policyId, policy);
      return { Policy: { PolicySummary: show(policy, context), Content: policy.content } };
    },
  ),

  AttachPolicy: organizationWrite(attachmentFields, (state, input, context) => {
    const key = requireAttachable(state, input, context);
    if (state.policyAttachments.get(key) !== undefined) {
      throw new ServiceError("DuplicatePolicyAttachmentException", "It is attached already.");
    }
    state.put("policyAttachments", key, { policyId: input.PolicyId, targetId: input.TargetId });
    return {};
  }),

  DetachPolicy: organizationWrite(attachmentFields, (state, input, context) => {
    const key = requireAttachable(state, input, context);
    if (state.policyAttachments.get(key) === undefined) {
      throw new ServiceError("PolicyNotAttachedException", "It is not attached.");
    }
    state.remove("policyAttachments", key);
    return {};
  }),
};

function* ofType(tables: ReadonlyTables, { TargetId, Filter }: OfTargetInput, after: number) {
  for (const row of tables.policyAttachments.find("target", TargetId, after)) {
    if (tables.organizationPolicies.get(row.value.policyId)?.type === Filter) yield row;
  }
}

function requirePolicy(tables: ReadonlyTables, id: string): OrganizationPolicyRecord {
  const policy = tables.organizationPolicies.get(id);
  if (policy !== undefined) return policy;
  throw new ServiceError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
}

function requireTarget(tables: ReadonlyTables, id: string, context: OperationContext): void {
  if (isNode(tables, id, context)) return;
  throw new ServiceError("TargetNotFoundException", "You specified a target that doesn't exist.");
}

function requireAttachable(
  state: WritableState,
  { PolicyId, TargetId }: PolicyAttachment,
  context: OperationContext,
): string {
  requirePolicy(state, PolicyId);
  requireTarget(state, TargetId, context);
  return attachmentKey({ policyId: PolicyId, targetId: TargetId });
}

function attachmentKey({ policyId, targetId }: PolicyAttachmentRecord): string {
  return `${policyId} ${targetId}`;
}

function show(policy: OrganizationPolicyRecord, { organization }: OperationContext): Members {
  const { policyId, name, description, type: Type, awsManaged } = policy;
  const owner = awsManaged ? "aws" : organization.accountIds[0];
  return {
    Id: policyId,
    Arn: `arn:aws:organizations::${owner}:policy/${Type.toLowerCase()}/${policyId}`,
    Name: name,
    Description: description,
    Type,
    AwsManaged: awsManaged,
  };
}

function showTarget(tables: ReadonlyTables, id: string, { organization }: OperationContext): Members {
  const account = tables.accounts.get(id);
  if (account !== undefined) return { TargetId: id, Name: account.name, Type: "ACCOUNT" };
  const unit = tables.organizationalUnits.get(id);
  if (unit !== undefined) return { TargetId: id, Name: unit.name, Type: "ORGANIZATIONAL_UNIT" };
  return { TargetId: organization.rootId, Name: "Root", Type: "ROOT" };
}
