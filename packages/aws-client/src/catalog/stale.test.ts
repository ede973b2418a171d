import { parseCacheKey } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { createCommandKey } from "../command-key.ts";
import { rowsOf } from "./catalog.ts";
import type { Fields } from "./row.ts";
import type { CommandName, Service } from "./sdk-commands.ts";

type Command = CommandName<"identitystore"> | CommandName<"sso-admin">;

interface World {
  /** Makes everything in it something else than in another world. */
  readonly name: string;
  readonly principalType?: "USER" | "GROUP";
  readonly paged?: boolean;
}

/** Every field of every input and output. A row takes what its command has. */
function fieldsOf({ name, principalType = "USER", paged = false }: World): Fields {
  const ids = {
    IdentityStoreId: `d-${name}`,
    UserId: `user-${name}`,
    GroupId: `group-${name}`,
    MembershipId: `membership-${name}`,
    MemberId: { UserId: `user-${name}` },
    InstanceArn: `arn:aws:sso:::instance/ssoins-${name}`,
    PermissionSetArn: `arn:aws:sso:::permissionSet/ssoins-${name}/ps-1`,
    AccountId: `account-${name}`,
    PrincipalId: principalType === "USER" ? `user-${name}` : `group-${name}`,
    PrincipalType: principalType,
    ApplicationArn: `arn:aws:sso::1:application/ssoins-${name}/apl-1`,
    TrustedTokenIssuerArn: `arn:aws:sso::1:trustedTokenIssuer/ssoins-${name}/tti-1`,
  };
  const Grant = { JwtBearer: { AuthorizedTokenIssuers: [ids] } };
  return {
    ...ids,
    GroupIds: [ids.GroupId],
    TargetId: ids.AccountId,
    TargetType: "AWS_ACCOUNT",
    AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: name } },
    RegionName: `region-${name}`,
    ResourceArn: ids.PermissionSetArn,
    Scope: `scope-${name}`,
    AuthenticationMethodType: "IAM",
    GrantType: "authorization_code",
    ApplicationProviderArn: `arn:aws:sso::aws:applicationProvider/${name}`,
    PermissionSet: ids,
    GroupMemberships: [ids],
    AccountAssignments: [ids],
    ApplicationAssignments: [ids],
    Grant,
    Grants: [{ Grant }],
    ...(paged ? { NextToken: "more" } : {}),
  };
}

/** The names that the answers to all reads of a world depend on, by command. */
function readsOf(world: World): Map<string, ReadonlySet<string>> {
  const fields = fieldsOf(world);
  const found = new Map<string, ReadonlySet<string>>();
  for (const service of ["identitystore", "sso-admin"] as const) {
    for (const [command, row] of rowsOf(service)) {
      if (row.kind !== "read") continue;
      const segments = createCommandKey(row.key, fields).split(":");
      const prefixes = segments.map((_, index) => segments.slice(0, index + 1).join(":"));
      const besides = world.paged === true ? row.pageTags?.(fields) : row.outputTags?.(fields);
      found.set(command, new Set(["*", ...prefixes, ...row.tags(fields), ...(besides ?? [])]));
    }
  }
  return found;
}

function targetsOf(command: string, world: World, known: boolean): readonly string[] {
  const fields = fieldsOf(world);
  const row = rowsOf("identitystore").get(command) ?? rowsOf("sso-admin").get(command);
  if (row?.kind !== "write") throw new Error(`${command} is no write`);
  const membership = {
    identityStoreId: String(fields["IdentityStoreId"]),
    membershipId: String(fields["MembershipId"]),
    groupId: String(fields["GroupId"]),
    userId: String(fields["UserId"]),
  };
  return [...row.stale(fields, known ? membership : undefined), ...(row.staleAfter?.(fields, fields) ?? [])];
}

/** The reads of `there` that a write in `here` makes stale. */
function reached(command: string, here: World, there: World, known = true): string[] {
  const targets = targetsOf(command, here, known);
  return [...readsOf(there)]
    .filter(([, tags]) => targets.some((target) => tags.has(target)))
    .map(([read]) => read)
    .toSorted();
}

const membershipReads = [
  "GetGroupMembershipId",
  "IsMemberInGroups",
  "ListGroupMemberships",
  "ListGroupMembershipsForMember",
] as const;
const forPrincipal = [
  "ListAccountAssignmentsForPrincipal",
  "ListApplicationAssignmentsForPrincipal",
] as const;
const provisioned = [
  "ListAccountsForProvisionedPermissionSet",
  "ListPermissionSetsProvisionedToAccount",
] as const;
const namingPrincipals = [
  "DescribeApplicationAssignment",
  "DescribeGroupMembership",
  ...membershipReads,
  "ListAccountAssignments",
  "ListApplicationAssignments",
  ...forPrincipal,
] as const;
const ofPermissionSet = [
  "DescribePermissionSet",
  "GetInlinePolicyForPermissionSet",
  "GetPermissionsBoundaryForPermissionSet",
  "ListManagedPoliciesInPermissionSet",
  "ListCustomerManagedPolicyReferencesInPermissionSet",
] as const;
const ofApplication = [
  "DescribeApplication",
  "GetApplicationAccessScope",
  "GetApplicationAssignmentConfiguration",
  "GetApplicationAuthenticationMethod",
  "GetApplicationGrant",
  "GetApplicationSessionConfiguration",
  "ListApplicationAccessScopes",
  "ListApplicationAuthenticationMethods",
  "ListApplicationGrants",
  "DescribeApplicationAssignment",
  "ListApplicationAssignments",
  "ListApplicationAssignmentsForPrincipal",
] as const;

/** What each write makes stale of the things it names, as the services' documentation has it. */
const stale: Readonly<Record<string, readonly Command[]>> = {
  CreateUser: ["ListUsers", "DescribeUser", "GetUserId"],
  UpdateUser: ["DescribeUser", "GetUserId", "ListUsers"],
  DeleteUser: ["DescribeUser", "GetUserId", "ListUsers", ...namingPrincipals],
  CreateGroup: ["ListGroups", "DescribeGroup", "GetGroupId", "ListGroupMemberships"],
  UpdateGroup: ["DescribeGroup", "GetGroupId", "ListGroups"],
  DeleteGroup: [
    "DescribeGroup",
    "DescribeGroupMembership",
    "GetGroupId",
    "GetGroupMembershipId",
    "IsMemberInGroups",
    "ListGroupMemberships",
    "ListGroupMembershipsForMember",
    "ListGroups",
  ],
  CreateGroupMembership: ["DescribeGroupMembership", ...membershipReads, ...forPrincipal],
  DeleteGroupMembership: ["DescribeGroupMembership", ...membershipReads, ...forPrincipal],
  CreatePermissionSet: [
    "ListPermissionSets",
    ...ofPermissionSet,
    "ListTagsForResource",
    "ListAccountAssignments",
    "ListAccountAssignmentsForPrincipal",
    "ListAccountsForProvisionedPermissionSet",
  ],
  UpdatePermissionSet: ["DescribePermissionSet", ...provisioned],
  DeletePermissionSet: [
    "ListPermissionSets",
    ...ofPermissionSet,
    "ListTagsForResource",
    "ListAccountAssignments",
    "ListAccountAssignmentsForPrincipal",
    ...provisioned,
  ],
  PutInlinePolicyToPermissionSet: ["GetInlinePolicyForPermissionSet", ...provisioned],
  DeleteInlinePolicyFromPermissionSet: ["GetInlinePolicyForPermissionSet", ...provisioned],
  PutPermissionsBoundaryToPermissionSet: ["GetPermissionsBoundaryForPermissionSet", ...provisioned],
  DeletePermissionsBoundaryFromPermissionSet: ["GetPermissionsBoundaryForPermissionSet", ...provisioned],
  AttachManagedPolicyToPermissionSet: ["ListManagedPoliciesInPermissionSet", ...provisioned],
  DetachManagedPolicyFromPermissionSet: ["ListManagedPoliciesInPermissionSet", ...provisioned],
  AttachCustomerManagedPolicyReferenceToPermissionSet: [
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    ...provisioned,
  ],
  DetachCustomerManagedPolicyReferenceFromPermissionSet: [
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    ...provisioned,
  ],
  ProvisionPermissionSet: provisioned,
  CreateAccountAssignment: ["ListAccountAssignments", "ListAccountAssignmentsForPrincipal", ...provisioned],
  DeleteAccountAssignment: ["ListAccountAssignments", "ListAccountAssignmentsForPrincipal", ...provisioned],
  CreateApplication: ["ListApplications", ...ofApplication],
  UpdateApplication: ["DescribeApplication", "ListApplications"],
  DeleteApplication: ["ListApplications", ...ofApplication],
  CreateApplicationAssignment: [
    "DescribeApplicationAssignment",
    "ListApplicationAssignments",
    "ListApplicationAssignmentsForPrincipal",
  ],
  DeleteApplicationAssignment: [
    "DescribeApplicationAssignment",
    "ListApplicationAssignments",
    "ListApplicationAssignmentsForPrincipal",
  ],
  PutApplicationAssignmentConfiguration: ["GetApplicationAssignmentConfiguration"],
  PutApplicationSessionConfiguration: ["GetApplicationSessionConfiguration"],
  PutApplicationAccessScope: ["GetApplicationAccessScope", "ListApplicationAccessScopes"],
  DeleteApplicationAccessScope: ["GetApplicationAccessScope", "ListApplicationAccessScopes"],
  PutApplicationAuthenticationMethod: [
    "GetApplicationAuthenticationMethod",
    "ListApplicationAuthenticationMethods",
  ],
  DeleteApplicationAuthenticationMethod: [
    "GetApplicationAuthenticationMethod",
    "ListApplicationAuthenticationMethods",
  ],
  PutApplicationGrant: ["GetApplicationGrant", "ListApplicationGrants"],
  DeleteApplicationGrant: ["GetApplicationGrant", "ListApplicationGrants"],
  CreateTrustedTokenIssuer: ["ListTrustedTokenIssuers", "DescribeTrustedTokenIssuer"],
  UpdateTrustedTokenIssuer: ["ListTrustedTokenIssuers", "DescribeTrustedTokenIssuer"],
  DeleteTrustedTokenIssuer: [
    "ListTrustedTokenIssuers",
    "DescribeTrustedTokenIssuer",
    "GetApplicationGrant",
    "ListApplicationGrants",
  ],
  TagResource: ["ListTagsForResource"],
  UntagResource: ["ListTagsForResource"],
  CreateInstance: ["ListInstances", "DescribeInstance"],
  UpdateInstance: ["ListInstances", "DescribeInstance"],
  CreateInstanceAccessControlAttributeConfiguration: ["DescribeInstanceAccessControlAttributeConfiguration"],
  UpdateInstanceAccessControlAttributeConfiguration: ["DescribeInstanceAccessControlAttributeConfiguration"],
  DeleteInstanceAccessControlAttributeConfiguration: ["DescribeInstanceAccessControlAttributeConfiguration"],
  AddRegion: ["ListRegions", "DescribeRegion", "DescribeInstance", "ListInstances"],
  RemoveRegion: ["ListRegions", "DescribeRegion", "DescribeInstance", "ListInstances"],
};

/** Lists that have nothing in them that a write could name. */
const ofNoWorld = new Set(["ListInstances"]);

const here: World = { name: "here" };
const elsewhere: World = { name: "elsewhere" };

test("the table has every write but one", () => {
  const writes = (["identitystore", "sso-admin"] satisfies Service[]).flatMap((service) =>
    [...rowsOf(service)].filter(([, { kind }]) => kind === "write").map(([name]) => name),
  );
  expect([...Object.keys(stale), "DeleteInstance"].toSorted()).toEqual(writes.toSorted());
});

describe.each(Object.entries(stale))("%s", (command, reads) => {
  test("makes stale what depends on it, and nothing else", () => {
    expect(reached(command, here, here)).toEqual([...new Set(reads)].toSorted());
  });

  test("leaves alone what is about something else", () => {
    expect(reached(command, here, elsewhere).filter((read) => !ofNoWorld.has(read))).toEqual([]);
  });
});

test.each([
  "DeleteUser",
  "DeleteGroup",
  "DeletePermissionSet",
  "DeleteApplication",
  "DeleteTrustedTokenIssuer",
])("%s reaches pages of lists, although they do not carry the names in their rows", (command) => {
  const lists = reached(command, here, here).filter((read) => {
    const row = rowsOf("identitystore").get(read) ?? rowsOf("sso-admin").get(read);
    return row?.kind === "read" && row.pageTags !== undefined;
  });
  expect(lists).not.toEqual([]);
  expect(reached(command, here, { ...here, paged: true })).toEqual(expect.arrayContaining(lists));
});

test("DeleteGroup reaches what its members may use through it", () => {
  const group: World = { ...here, principalType: "GROUP" };
  expect(reached("DeleteGroup", here, group)).toEqual(expect.arrayContaining([...forPrincipal]));
});

test.each(["CreateAccountAssignment", "DeleteAccountAssignment"])(
  "%s of a group reaches every user's list",
  (command) => {
    const group: World = { ...here, principalType: "GROUP" };
    expect(reached(command, group, { ...here, principalType: "USER" })).toContain(
      "ListAccountAssignmentsForPrincipal",
    );
    expect(reached(command, group, { ...elsewhere })).toEqual([]);
  },
);

test.each(["CreateApplicationAssignment", "DeleteApplicationAssignment"])(
  "%s of a group reaches every user's list",
  (command) => {
    const group: World = { ...here, principalType: "GROUP" };
    expect(reached(command, group, here)).toContain("ListApplicationAssignmentsForPrincipal");
    expect(reached(command, group, elsewhere)).toEqual([]);
  },
);

test("DeleteGroupMembership of an unknown membership reaches all memberships of the store, and what all users may use", () => {
  const unknown = reached("DeleteGroupMembership", here, { ...elsewhere }, false);
  expect(unknown).toEqual([...forPrincipal].toSorted());
  expect(reached("DeleteGroupMembership", here, here, false)).toEqual(
    ["DescribeGroupMembership", ...membershipReads, ...forPrincipal].toSorted(),
  );
});

/** What each write may make be there. */
const made: Readonly<Record<string, readonly Command[]>> = {
  CreateUser: ["DescribeUser", "GetUserId"],
  CreateGroup: ["DescribeGroup", "GetGroupId"],
  CreateGroupMembership: ["DescribeGroupMembership", "GetGroupMembershipId"],
  CreatePermissionSet: ["DescribePermissionSet"],
  PutPermissionsBoundaryToPermissionSet: ["GetPermissionsBoundaryForPermissionSet"],
  CreateApplication: ["DescribeApplication"],
  CreateApplicationAssignment: ["DescribeApplicationAssignment"],
  CreateTrustedTokenIssuer: ["DescribeTrustedTokenIssuer"],
  CreateInstance: ["DescribeInstance"],
  CreateInstanceAccessControlAttributeConfiguration: ["DescribeInstanceAccessControlAttributeConfiguration"],
  AddRegion: ["DescribeRegion"],
};

describe("that something is not there", () => {
  const rows = (["identitystore", "sso-admin"] as const).flatMap((service) => [...rowsOf(service)]);

  test.each(Object.entries(made))("is made stale by %s, whose answer may be lost", (command, reads) => {
    const fields = fieldsOf(here);
    const write = new Map(rows).get(command);
    const targets = write?.kind === "write" ? write.stale(fields) : [];
    const reachable = rows.flatMap(([name, row]) => {
      const tags = row.kind === "read" && row.absence ? [...row.tags(fields), ...row.absence(fields)] : [];
      return tags.some((name) => targets.includes(name)) ? [name] : [];
    });
    expect(reachable).toEqual(expect.arrayContaining([...reads]));
  });

  test("is an answer of no others, but for what AWS itself publishes", () => {
    const answers = rows.filter(([, row]) => row.kind === "read" && row.absence !== undefined);
    expect(answers.map(([name]) => name).toSorted()).toEqual(
      [...Object.values(made).flat(), "DescribeApplicationProvider"].toSorted(),
    );
  });
});

test("DeleteInstance reaches everything", () => {
  expect(reached("DeleteInstance", here, elsewhere)).toHaveLength(44);
});

test("an ARN that does not name its instance reaches the lists of all instances", () => {
  const row = rowsOf("sso-admin").get("UpdateApplication");
  const targets =
    row?.kind === "write" ? row.stale({ ApplicationArn: "arn:aws:sso::1:application/apl-1" }) : [];
  expect(targets).toContain("application:list");
});

test("an input that does not say what it touches is an error, so that everything is invalidated", () => {
  const row = rowsOf("identitystore").get("DeleteUser");
  expect(() => (row?.kind === "write" ? row.stale({ UserId: "u-1" }) : undefined)).toThrow(TypeError);
});

test("identifiers are found in either case", () => {
  const tags = readsOf({ name: "here" }).get("DescribeUser");
  const row = rowsOf("identitystore").get("UpdateUser");
  const targets = row?.kind === "write" ? row.stale({ IdentityStoreId: "d-here", UserId: "USER-HERE" }) : [];
  expect(targets.some((target) => tags?.has(target))).toBe(true);
});

test("every tag and every target can be a tag", () => {
  const all = [...readsOf(here).values()].flatMap((tags) => [...tags]);
  const targets = Object.keys(stale).flatMap((command) => targetsOf(command, here, true));
  for (const name of [...all, ...targets])
    expect(() => (name === "*" ? undefined : parseCacheKey(name))).not.toThrow();
});
