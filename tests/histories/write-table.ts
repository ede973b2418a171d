import type { Table } from "./read-table.ts";
import type { World } from "./world.ts";

type Input = Readonly<Record<string, unknown>>;

const managed = ["ReadOnlyAccess", "PowerUserAccess", "SecurityAudit", "ViewOnlyAccess"].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);
const references = ["one", "two", "three", "four"].map((Name) => ({ Name, Path: "/" }));

/** How many of each there are at most, and how few before more of them are made than taken away. */
const most = { users: 12, groups: 6, permissionSets: 6, memberships: 30, units: 8, policies: 4 };

/** Of every command that changes the identity store, what it may be told. */
export const storeWrites: Table = {
  CreateUser: (world) => {
    const UserName = world.name("user");
    if (world.state.users.length >= most.users) return undefined;
    if (world.state.users.some(({ attributes }) => attributes.UserName === UserName)) return undefined;
    return { UserName, DisplayName: world.text(), Name: { GivenName: "G", FamilyName: "F" } };
  },
  UpdateUser: (world) => ({
    UserId: world.user(),
    Operations: [
      world.chance(0.3)
        ? { AttributePath: "userName", AttributeValue: world.name("user") }
        : { AttributePath: "displayName", AttributeValue: world.text() },
    ],
  }),
  DeleteUser: (world) => (world.state.users.length > most.users / 2 ? { UserId: world.user() } : undefined),
  CreateGroup: (world) => {
    const DisplayName = world.name("group");
    if (world.state.groups.length >= most.groups) return undefined;
    return world.state.groups.some(({ displayName }) => displayName === DisplayName)
      ? undefined
      : { DisplayName };
  },
  UpdateGroup: (world) => ({
    GroupId: world.group(),
    Operations: [
      world.chance(0.3)
        ? { AttributePath: "displayName", AttributeValue: world.name("group") }
        : { AttributePath: "description", AttributeValue: world.text() },
    ],
  }),
  DeleteGroup: (world) =>
    world.state.groups.length > most.groups / 2 ? { GroupId: world.group() } : undefined,
  CreateGroupMembership: (world) =>
    world.state.memberships.length < most.memberships
      ? { GroupId: world.group(), MemberId: { UserId: world.user() } }
      : undefined,
  DeleteGroupMembership: (world) => ({ MembershipId: world.membership() }),
};

/** Of every command that changes the instance. */
export const instanceWrites: Table = {
  UpdateInstance: (world) => ({ Name: world.text() }),
  CreatePermissionSet: (world) => {
    const Name = world.name("set");
    if (world.state.permissionSets.length >= most.permissionSets) return undefined;
    if (world.state.permissionSets.some(({ name }) => name === Name)) return undefined;
    return { Name, Tags: [{ Key: "made", Value: world.text() }] };
  },
  UpdatePermissionSet: (world) => ({ PermissionSetArn: world.permissionSet(), Description: world.text() }),
  DeletePermissionSet: (world) => {
    const { permissionSets, assignments } = world.state;
    if (permissionSets.length <= most.permissionSets / 2) return undefined;
    const unused = world.find(
      permissionSets,
      ({ permissionSetArn }) => !assignments.some((other) => other.permissionSetArn === permissionSetArn),
    );
    return { PermissionSetArn: unused?.permissionSetArn };
  },
  PutInlinePolicyToPermissionSet: (world) => ({
    PermissionSetArn: world.permissionSet(),
    InlinePolicy: JSON.stringify({ Version: "2012-10-17", Id: world.text() }),
  }),
  DeleteInlinePolicyFromPermissionSet: (world) => ({
    PermissionSetArn: world.find(world.state.permissionSets, ({ inlinePolicy }) => inlinePolicy !== "")
      ?.permissionSetArn,
  }),
  PutPermissionsBoundaryToPermissionSet: (world) => ({
    PermissionSetArn: world.permissionSet(),
    PermissionsBoundary: { ManagedPolicyArn: world.pick(managed) },
  }),
  DeletePermissionsBoundaryFromPermissionSet: (world) => ({
    PermissionSetArn: world.find(
      world.state.permissionSets,
      ({ permissionsBoundary }) => permissionsBoundary !== undefined,
    )?.permissionSetArn,
  }),
  AttachManagedPolicyToPermissionSet: (world) => ({
    PermissionSetArn: world.permissionSet(),
    ManagedPolicyArn: world.pick(managed),
  }),
  DetachManagedPolicyFromPermissionSet: (world) => {
    const set = world.find(world.state.permissionSets, ({ managedPolicies }) => managedPolicies.length > 0);
    return {
      PermissionSetArn: set?.permissionSetArn,
      ManagedPolicyArn: world.pick(set?.managedPolicies ?? [])?.value,
    };
  },
  AttachCustomerManagedPolicyReferenceToPermissionSet: (world) => ({
    PermissionSetArn: world.permissionSet(),
    CustomerManagedPolicyReference: world.pick(references),
  }),
  DetachCustomerManagedPolicyReferenceFromPermissionSet: (world) => {
    const set = world.find(
      world.state.permissionSets,
      ({ customerManagedPolicies }) => customerManagedPolicies.length > 0,
    );
    return {
      PermissionSetArn: set?.permissionSetArn,
      CustomerManagedPolicyReference: world.pick(set?.customerManagedPolicies ?? [])?.value,
    };
  },
  CreateAccountAssignment: (world) => ({
    ...target(world.account(), world.permissionSet()),
    ...world.principal(),
  }),
  DeleteAccountAssignment: (world) => {
    const assignment = world.pick(world.state.assignments);
    return {
      ...target(assignment?.accountId, assignment?.permissionSetArn),
      PrincipalType: assignment?.principalType,
      PrincipalId: assignment?.principalId,
    };
  },
  ProvisionPermissionSet: (world) => {
    const provisioned = world.pick(world.state.provisionings);
    return world.chance(0.5)
      ? target(provisioned?.accountId, provisioned?.permissionSetArn)
      : { PermissionSetArn: provisioned?.permissionSetArn, TargetType: "ALL_PROVISIONED_ACCOUNTS" };
  },
  TagResource: (world) => ({
    ResourceArn: taggable(world),
    Tags: [{ Key: world.pick(["team", "cost"]), Value: world.text() }],
  }),
  UntagResource: (world) => ({ ResourceArn: taggable(world), TagKeys: ["team"] }),
};

/** Of every command that changes the organisation. */
export const organizationWrites: Table = {
  CreateOrganizationalUnit: (world) =>
    world.state.organizationalUnits.length < most.units
      ? { ParentId: world.parent(), Name: world.name("unit") }
      : undefined,
  UpdateOrganizationalUnit: (world) => ({ OrganizationalUnitId: world.unit(), Name: world.name("unit") }),
  DeleteOrganizationalUnit: (world) => {
    const { organizationalUnits, accounts } = world.state;
    const parents = [...organizationalUnits, ...accounts].map(({ parentId }) => parentId);
    const empty = world.find(
      organizationalUnits,
      ({ organizationalUnitId }) => !parents.includes(organizationalUnitId),
    );
    return { OrganizationalUnitId: empty?.organizationalUnitId };
  },
  MoveAccount: (world) => {
    const account = world.pick(world.state.accounts);
    return {
      AccountId: account?.accountId,
      SourceParentId: account?.parentId,
      DestinationParentId: world.parent(),
    };
  },
  CreatePolicy: (world) =>
    world.state.organizationPolicies.length < most.policies
      ? { Name: world.text(), Description: "", Content: "{}", Type: "SERVICE_CONTROL_POLICY" }
      : undefined,
  AttachPolicy: (world) => ({ PolicyId: world.organizationPolicy(), TargetId: world.node() }),
  DetachPolicy: (world) => {
    const attachment = world.pick(world.state.policyAttachments);
    return { PolicyId: attachment?.policyId, TargetId: attachment?.targetId };
  },
  TagResource: (world) => ({
    ResourceId: world.node(),
    Tags: [{ Key: world.pick(["team", "cost"]), Value: world.text() }],
  }),
  UntagResource: (world) => ({ ResourceId: world.node(), TagKeys: ["team"] }),
};

function target(account: string | undefined, permissionSet: string | undefined): Input {
  return { PermissionSetArn: permissionSet, TargetType: "AWS_ACCOUNT", TargetId: account };
}

function taggable(world: World): string | undefined {
  return world.chance(0.3) ? world.InstanceArn : world.permissionSet();
}
