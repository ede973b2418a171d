import type { Organisation, Write } from "./organisation.ts";

const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/** Every write that the simulator supports, and what it concerns. */
export function writesOf(organisation: Organisation): readonly Write[] {
  const {
    IdentityStoreId,
    InstanceArn,
    ada,
    ben,
    admins,
    readers,
    adaInAdmins,
    full,
    bare,
    production,
    staging,
  } = organisation;
  const inStore = (command: string, input: object, asksAgain: readonly string[]): Write => ({
    service: "identityStore",
    command,
    input: { IdentityStoreId, ...input },
    asksAgain,
  });
  const inInstance = (command: string, input: object, asksAgain: readonly string[]): Write => ({
    service: "ssoAdmin",
    command,
    input: { InstanceArn, ...input },
    asksAgain,
  });
  /** Where a permission set is provisioned, any change of it makes the provisioned version an old one. */
  const ofFull = (command: string, input: object, asksAgain: string): Write =>
    inInstance(command, { PermissionSetArn: full, ...input }, [
      asksAgain,
      "ListAccountsForProvisionedPermissionSet full",
      "ListAccountsForProvisionedPermissionSet full, latest",
      "ListPermissionSetsProvisionedToAccount production",
      "ListPermissionSetsProvisionedToAccount staging",
    ]);
  const assignment = { PermissionSetArn: full, TargetType: "AWS_ACCOUNT" };
  const usersOf = ["ListUsers", "ListUsers one a page", "ListUsers by name"];
  return [
    inStore(
      "CreateUser",
      { UserName: "dora", DisplayName: "Dora", Name: { GivenName: "D", FamilyName: "O" } },
      usersOf,
    ),
    inStore(
      "UpdateUser",
      { UserId: ada, Operations: [{ AttributePath: "userName", AttributeValue: "ada2" }] },
      [...usersOf, "DescribeUser ada", "GetUserId ada", "GetUserId ben", "GetUserId cleo"],
    ),
    inStore("DeleteUser", { UserId: ada }, [
      ...usersOf,
      "DescribeUser ada",
      "GetUserId ada",
      "GetUserId ben",
      "GetUserId cleo",
      "ListGroupMembershipsForMember ada",
      "IsMemberInGroups ada in all",
      "GetGroupMembershipId ada in admins",
      "ListGroupMemberships admins",
      "DescribeGroupMembership adaInAdmins",
      "ListAccountAssignmentsForPrincipal ada",
      "ListAccountAssignments full in production",
    ]),
    inStore("CreateGroup", { DisplayName: "writers" }, ["ListGroups"]),
    inStore(
      "UpdateGroup",
      { GroupId: admins, Operations: [{ AttributePath: "displayName", AttributeValue: "root" }] },
      ["ListGroups", "DescribeGroup admins", "GetGroupId admins", "GetGroupId readers"],
    ),
    inStore("DeleteGroup", { GroupId: admins }, [
      "ListGroups",
      "DescribeGroup admins",
      "GetGroupId admins",
      "GetGroupId readers",
      "ListGroupMemberships admins",
      "DescribeGroupMembership adaInAdmins",
      "DescribeGroupMembership benInAdmins",
      "GetGroupMembershipId ada in admins",
      "GetGroupMembershipId ben in admins",
      "ListGroupMembershipsForMember ada",
      "ListGroupMembershipsForMember ben",
      "IsMemberInGroups ada in all",
      "IsMemberInGroups ben in all",
      "IsMemberInGroups cleo in all",
      "ListAccountAssignmentsForPrincipal ada",
      "ListAccountAssignmentsForPrincipal ben",
      "ListAccountAssignmentsForPrincipal admins",
      "ListAccountAssignments some in production",
    ]),
    inStore("CreateGroupMembership", { GroupId: readers, MemberId: { UserId: ada } }, [
      "ListGroupMemberships readers",
      "ListGroupMembershipsForMember ada",
      "IsMemberInGroups ada in all",
      "ListAccountAssignmentsForPrincipal ada",
    ]),
    inStore("DeleteGroupMembership", { MembershipId: adaInAdmins }, [
      "ListGroupMemberships admins",
      "ListGroupMembershipsForMember ada",
      "IsMemberInGroups ada in all",
      "GetGroupMembershipId ada in admins",
      "DescribeGroupMembership adaInAdmins",
      "ListAccountAssignmentsForPrincipal ada",
    ]),
    inInstance("UpdateInstance", { Name: "ours" }, ["DescribeInstance", "ListInstances"]),
    inInstance("CreatePermissionSet", { Name: "none" }, ["ListPermissionSets"]),
    ofFull("UpdatePermissionSet", { Description: "all" }, "DescribePermissionSet full"),
    ofFull(
      "PutInlinePolicyToPermissionSet",
      { InlinePolicy: policy },
      "GetInlinePolicyForPermissionSet full",
    ),
    ofFull("DeleteInlinePolicyFromPermissionSet", {}, "GetInlinePolicyForPermissionSet full"),
    ofFull(
      "PutPermissionsBoundaryToPermissionSet",
      { PermissionsBoundary: { CustomerManagedPolicyReference: { Name: "limit" } } },
      "GetPermissionsBoundaryForPermissionSet full",
    ),
    ofFull("DeletePermissionsBoundaryFromPermissionSet", {}, "GetPermissionsBoundaryForPermissionSet full"),
    ofFull(
      "AttachManagedPolicyToPermissionSet",
      { ManagedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      "ListManagedPoliciesInPermissionSet full",
    ),
    ofFull(
      "DetachManagedPolicyFromPermissionSet",
      { ManagedPolicyArn: managed },
      "ListManagedPoliciesInPermissionSet full",
    ),
    ofFull(
      "AttachCustomerManagedPolicyReferenceToPermissionSet",
      { CustomerManagedPolicyReference: { Name: "other" } },
      "ListCustomerManagedPolicyReferencesInPermissionSet full",
    ),
    ofFull(
      "DetachCustomerManagedPolicyReferenceFromPermissionSet",
      { CustomerManagedPolicyReference: { Name: "own", Path: "/" } },
      "ListCustomerManagedPolicyReferencesInPermissionSet full",
    ),
    inInstance("DeletePermissionSet", { PermissionSetArn: bare }, [
      "ListPermissionSets",
      "DescribePermissionSet bare",
      "GetInlinePolicyForPermissionSet bare",
      "ListManagedPoliciesInPermissionSet bare",
      "ListCustomerManagedPolicyReferencesInPermissionSet bare",
      "ListTagsForResource bare",
      "ListAccountAssignments bare in production",
      "ListAccountAssignments bare in staging",
      "ListAccountsForProvisionedPermissionSet bare",
      "ListAccountsForProvisionedPermissionSet bare, latest",
      "ListPermissionSetsProvisionedToAccount production",
      "ListPermissionSetsProvisionedToAccount staging",
    ]),
    inInstance(
      "ProvisionPermissionSet",
      { PermissionSetArn: full, TargetType: "AWS_ACCOUNT", TargetId: production },
      [
        "ListAccountsForProvisionedPermissionSet full",
        "ListAccountsForProvisionedPermissionSet full, latest",
        "ListPermissionSetsProvisionedToAccount production",
      ],
    ),
    inInstance(
      "CreateAccountAssignment",
      { ...assignment, TargetId: staging, PrincipalType: "USER", PrincipalId: ben },
      [
        "ListAccountAssignments full in staging",
        "ListAccountAssignmentsForPrincipal ben",
        "ListAccountsForProvisionedPermissionSet full",
        "ListAccountsForProvisionedPermissionSet full, latest",
        "ListPermissionSetsProvisionedToAccount staging",
      ],
    ),
    // Who is in the group is not known to the cache, so it can be any user.
    inInstance(
      "CreateAccountAssignment",
      { ...assignment, TargetId: staging, PrincipalType: "GROUP", PrincipalId: readers },
      [
        "ListAccountAssignments full in staging",
        "ListAccountAssignmentsForPrincipal ada",
        "ListAccountAssignmentsForPrincipal ben",
        "ListAccountAssignmentsForPrincipal cleo",
        "ListAccountAssignmentsForPrincipal readers",
        "ListAccountsForProvisionedPermissionSet full",
        "ListAccountsForProvisionedPermissionSet full, latest",
        "ListPermissionSetsProvisionedToAccount staging",
      ],
    ),
    inInstance(
      "DeleteAccountAssignment",
      { ...assignment, TargetId: production, PrincipalType: "USER", PrincipalId: ada },
      [
        "ListAccountAssignments full in production",
        "ListAccountAssignmentsForPrincipal ada",
        "ListAccountsForProvisionedPermissionSet full",
        "ListAccountsForProvisionedPermissionSet full, latest",
        "ListPermissionSetsProvisionedToAccount production",
      ],
    ),
    inInstance("TagResource", { ResourceArn: full, Tags: [{ Key: "team", Value: "b" }] }, [
      "ListTagsForResource full",
    ]),
    inInstance("UntagResource", { ResourceArn: full, TagKeys: ["team"] }, ["ListTagsForResource full"]),
  ];
}
