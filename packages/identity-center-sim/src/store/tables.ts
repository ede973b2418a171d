import { OrderedTable, type IndexTerms, type ReadonlyTable } from "./ordered-table.ts";
import type {
  AccountRecord,
  AssignmentRecord,
  ExternalId,
  GroupRecord,
  InstanceRecord,
  MembershipRecord,
  OrganizationalUnitRecord,
  OrganizationPolicyRecord,
  PermissionSetRecord,
  PolicyAttachmentRecord,
  ProvisioningRecord,
  RequestRecord,
  TagsRecord,
  UserRecord,
} from "./records.ts";

/** What each table holds. */
export interface Records {
  readonly users: UserRecord;
  readonly groups: GroupRecord;
  readonly memberships: MembershipRecord;
  readonly permissionSets: PermissionSetRecord;
  readonly assignments: AssignmentRecord;
  readonly provisionings: ProvisioningRecord;
  readonly tags: TagsRecord;
  readonly instances: InstanceRecord;
  readonly requests: RequestRecord;
  readonly accounts: AccountRecord;
  readonly organizationalUnits: OrganizationalUnitRecord;
  readonly organizationPolicies: OrganizationPolicyRecord;
  readonly policyAttachments: PolicyAttachmentRecord;
}

/** How each table can be searched. */
export interface Indexes {
  readonly users: "userName" | "email" | "externalId";
  readonly groups: "displayName" | "externalId";
  readonly memberships: "group" | "user" | "groupAndUser";
  readonly permissionSets: "name";
  readonly assignments: "principal" | "permissionSet" | "accountAndPermissionSet";
  readonly provisionings: "account" | "permissionSet";
  readonly tags: never;
  readonly instances: never;
  readonly requests: "kind" | "kindInProgress" | "inProgress";
  readonly accounts: "parent";
  readonly organizationalUnits: "parent";
  readonly organizationPolicies: "type";
  readonly policyAttachments: "policy" | "target";
}

export type TableName = keyof Records;

export type Tables = {
  readonly [Name in TableName]: OrderedTable<Records[Name], Indexes[Name]>;
};

export type ReadonlyTables = {
  readonly [Name in TableName]: ReadonlyTable<Records[Name], Indexes[Name]>;
};

export const tableNames: readonly TableName[] = [
  "users",
  "groups",
  "memberships",
  "permissionSets",
  "assignments",
  "provisionings",
  "tags",
  "instances",
  "requests",
  "accounts",
  "organizationalUnits",
  "organizationPolicies",
  "policyAttachments",
];

/** Joins the parts of a key or term. No identifier, ARN or path holds a space at its edge that could be confused. */
export function joined(...parts: readonly string[]): string {
  return parts.join(" ");
}

export function externalIdTerm(externalId: ExternalId): string {
  return JSON.stringify([externalId.Issuer, externalId.Id]);
}

export function assignmentKey(assignment: AssignmentRecord): string {
  return joined(
    assignment.accountId,
    assignment.permissionSetArn,
    assignment.principalType,
    assignment.principalId,
  );
}

export function provisioningKey(accountId: string, permissionSetArn: string): string {
  return joined(accountId, permissionSetArn);
}

export function createTables(): Tables {
  return {
    users: new OrderedTable(userTerms),
    groups: new OrderedTable(groupTerms),
    memberships: new OrderedTable(membershipTerms),
    permissionSets: new OrderedTable(permissionSetTerms),
    assignments: new OrderedTable(assignmentTerms),
    provisionings: new OrderedTable(provisioningTerms),
    tags: new OrderedTable<TagsRecord, never>({}),
    instances: new OrderedTable<InstanceRecord, never>({}),
    requests: new OrderedTable(requestTerms),
    accounts: new OrderedTable<AccountRecord, "parent">({ parent: ({ parentId }) => [parentId] }),
    organizationalUnits: new OrderedTable<OrganizationalUnitRecord, "parent">({
      parent: ({ parentId }) => [parentId],
    }),
    organizationPolicies: new OrderedTable<OrganizationPolicyRecord, "type">({ type: ({ type }) => [type] }),
    policyAttachments: new OrderedTable<PolicyAttachmentRecord, "policy" | "target">({
      policy: ({ policyId }) => [policyId],
      target: ({ targetId }) => [targetId],
    }),
  };
}

const userTerms: IndexTerms<UserRecord, Indexes["users"]> = {
  userName: (user) => [user.attributes.UserName],
  email: (user) => (user.attributes.Emails ?? []).flatMap((email) => email.Value ?? []),
  externalId: (user) => user.externalIds.map(externalIdTerm),
};

const groupTerms: IndexTerms<GroupRecord, Indexes["groups"]> = {
  displayName: (group) => [group.displayName],
  externalId: (group) => group.externalIds.map(externalIdTerm),
};

const membershipTerms: IndexTerms<MembershipRecord, Indexes["memberships"]> = {
  group: (membership) => [membership.groupId],
  user: (membership) => [membership.userId],
  groupAndUser: (membership) => [joined(membership.groupId, membership.userId)],
};

const permissionSetTerms: IndexTerms<PermissionSetRecord, Indexes["permissionSets"]> = {
  name: (permissionSet) => [permissionSet.name],
};

const assignmentTerms: IndexTerms<AssignmentRecord, Indexes["assignments"]> = {
  principal: (assignment) => [assignment.principalId],
  permissionSet: (assignment) => [assignment.permissionSetArn],
  accountAndPermissionSet: (assignment) => [joined(assignment.accountId, assignment.permissionSetArn)],
};

const provisioningTerms: IndexTerms<ProvisioningRecord, Indexes["provisionings"]> = {
  account: (provisioning) => [provisioning.accountId],
  permissionSet: (provisioning) => [provisioning.permissionSetArn],
};

const requestTerms: IndexTerms<RequestRecord, Indexes["requests"]> = {
  kind: (request) => [request.kind],
  kindInProgress: (request) => (isInProgress(request) ? [request.kind] : []),
  inProgress: (request) => (isInProgress(request) ? ["yes"] : []),
};

function isInProgress(request: RequestRecord): boolean {
  return request.progress.status === "IN_PROGRESS";
}
