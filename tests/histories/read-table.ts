import type { Request } from "./messages.ts";
import type { World } from "./world.ts";

type Input = Readonly<Record<string, unknown>>;
/** Returns an input, or undefined when there is nothing to ask about. */
export type Generator = (world: World) => Input | undefined;
export type Table = Readonly<Record<string, Generator>>;

const userName = (world: World): Input => ({
  AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: world.name("user") } },
});
const displayName = (world: World): Input => ({
  AlternateIdentifier: {
    UniqueAttribute: { AttributePath: "displayName", AttributeValue: world.name("group") },
  },
});
const permissionSet: Generator = (world) => ({ PermissionSetArn: world.permissionSet() });
const provisioningStatus = (world: World): Input =>
  world.chance(0.5) ? {} : { ProvisioningStatus: "LATEST_PERMISSION_SET_PROVISIONED" };
/** Most ask for whole pages. */
const page = (world: World): Input => (world.chance(0.8) ? {} : { MaxResults: 2 });

/** Of every command that reads from the identity store, what it may be asked. */
export const storeReads: Table = {
  DescribeUser: (world) => ({ UserId: world.user() }),
  DescribeGroup: (world) => ({ GroupId: world.group() }),
  DescribeGroupMembership: (world) => ({ MembershipId: world.membership() }),
  GetUserId: userName,
  GetGroupId: displayName,
  GetGroupMembershipId: (world) => ({ GroupId: world.group(), MemberId: { UserId: world.user() } }),
  IsMemberInGroups: (world) => ({
    MemberId: { UserId: world.user() },
    GroupIds: world.state.groups.slice(0, 3).map(({ groupId }) => groupId),
  }),
  ListUsers: (world) =>
    world.chance(0.2)
      ? { Filters: [{ AttributePath: "UserName", AttributeValue: world.name("user") }] }
      : page(world),
  ListGroups: page,
  ListGroupMemberships: (world) => ({ GroupId: world.group(), ...page(world) }),
  ListGroupMembershipsForMember: (world) => ({ MemberId: { UserId: world.user() }, ...page(world) }),
};

/** Of every command that reads from the instance. */
export const instanceReads: Table = {
  ListInstances: () => ({}),
  DescribeInstance: () => ({}),
  ListPermissionSets: page,
  DescribePermissionSet: permissionSet,
  GetInlinePolicyForPermissionSet: permissionSet,
  GetPermissionsBoundaryForPermissionSet: permissionSet,
  ListManagedPoliciesInPermissionSet: (world) => ({ ...permissionSet(world), ...page(world) }),
  ListCustomerManagedPolicyReferencesInPermissionSet: (world) => ({
    ...permissionSet(world),
    ...page(world),
  }),
  ListAccountAssignments: (world) => ({
    ...permissionSet(world),
    AccountId: world.account(),
    ...page(world),
  }),
  ListAccountAssignmentsForPrincipal: (world) => ({ ...world.principal(), ...page(world) }),
  ListAccountsForProvisionedPermissionSet: (world) => ({
    ...permissionSet(world),
    ...provisioningStatus(world),
  }),
  ListPermissionSetsProvisionedToAccount: (world) => ({
    AccountId: world.account(),
    ...provisioningStatus(world),
  }),
  ListTagsForResource: (world) => ({
    ResourceArn: world.chance(0.3) ? world.InstanceArn : world.permissionSet(),
  }),
};

const ofParent: Generator = (world) => ({ ParentId: world.parent(), ...page(world) });
const policyType = { Filter: "SERVICE_CONTROL_POLICY" };

/** Of every command that reads from the organisation. */
export const organizationReads: Table = {
  DescribeOrganization: () => ({}),
  ListRoots: () => ({}),
  DescribeOrganizationalUnit: (world) => ({ OrganizationalUnitId: world.unit() }),
  ListOrganizationalUnitsForParent: ofParent,
  ListChildren: (world) => ({
    ...ofParent(world),
    ChildType: world.chance(0.5) ? "ACCOUNT" : "ORGANIZATIONAL_UNIT",
  }),
  ListParents: (world) => ({ ChildId: world.chance(0.5) ? world.unit() : world.account() }),
  DescribeAccount: (world) => ({ AccountId: world.account() }),
  ListAccounts: page,
  ListAccountsForParent: ofParent,
  DescribePolicy: (world) => ({ PolicyId: world.organizationPolicy() }),
  ListPolicies: (world) => ({ ...policyType, ...page(world) }),
  ListPoliciesForTarget: (world) => ({ TargetId: world.node(), ...policyType, ...page(world) }),
  ListTargetsForPolicy: (world) => ({ PolicyId: world.organizationPolicy(), ...page(world) }),
  ListTagsForResource: (world) => ({ ResourceId: world.node() }),
};

/** Of every command that asks what became of asynchronous operations. */
export const polls: Table = {
  DescribeAccountAssignmentCreationStatus: (world) => ({
    AccountAssignmentCreationRequestId: requestId(world, "create-assignment"),
  }),
  DescribeAccountAssignmentDeletionStatus: (world) => ({
    AccountAssignmentDeletionRequestId: requestId(world, "delete-assignment"),
  }),
  DescribePermissionSetProvisioningStatus: (world) => ({
    ProvisionPermissionSetRequestId: requestId(world, "provision"),
  }),
  ListAccountAssignmentCreationStatus: page,
  ListAccountAssignmentDeletionStatus: page,
  ListPermissionSetProvisioningStatus: page,
};

function requestId(world: World, kind: string): string | undefined {
  // The latest first: the others' marks have been ended.
  const latest = world.state.requests.filter((request) => request.kind === kind).toReversed();
  return world.pick(latest.slice(0, 12))?.requestId;
}

/**
 * A request of a table, by its name; undefined when there is nothing to ask about at the moment.
 * @param service whose command it is
 */
export function requestOf(
  service: Request["service"],
  command: string,
  input: Input | undefined,
  world: World,
): Request | undefined {
  if (input === undefined || !isWhole(input)) return undefined;
  const { IdentityStoreId, InstanceArn } = world;
  if (service === "organizations") return { service, command, input };
  if (service === "identitystore") return { service, command, input: { IdentityStoreId, ...input } };
  return { service, command, input: command === "ListInstances" ? input : { InstanceArn, ...input } };
}

/** Nothing in it was looked for in vain. */
function isWhole(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isWhole);
  if (typeof value === "object" && value !== null) return Object.values(value).every(isWhole);
  return value !== undefined;
}
