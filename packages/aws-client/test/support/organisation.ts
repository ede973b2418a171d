import type { Identitystore } from "@aws-sdk/client-identitystore";
import type { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { IdentityCenterSim } from "@awsideman/identity-center-sim";

/** A small organisation in which everything exists at least twice. */
export interface Organisation {
  readonly IdentityStoreId: string;
  readonly InstanceArn: string;
  readonly ada: string;
  readonly ben: string;
  readonly cleo: string;
  readonly admins: string;
  readonly readers: string;
  readonly adaInAdmins: string;
  readonly benInAdmins: string;
  readonly cleoInReaders: string;
  readonly full: string;
  readonly some: string;
  /** A permission set that nobody is assigned, so that it can be deleted. */
  readonly bare: string;
  readonly production: string;
  readonly staging: string;
}

const managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const reference = { Name: "own", Path: "/" };

/**
 * ada and ben are in the group admins, cleo is in readers. ada may use `full` in production, and through admins `some` in
 * production; cleo may use `some` in staging.
 */
export function settleOrganisation(sim: IdentityCenterSim): Organisation {
  const { console, identityStoreId: IdentityStoreId, instanceArn: InstanceArn } = sim;
  const [, production = "", staging = ""] = sim.accountIds;
  const [ada = "", ben = "", cleo = ""] = ["ada", "ben", "cleo"].map((UserName) =>
    console.createUser({ UserName, Emails: [{ Value: `${UserName}@example.com`, Primary: true }] }),
  );
  const admins = console.createGroup("admins");
  const readers = console.createGroup("readers");
  const adaInAdmins = console.addMember(admins, ada);
  const benInAdmins = console.addMember(admins, ben);
  const cleoInReaders = console.addMember(readers, cleo);
  const [full = "", some = ""] = ["full", "some"].map((Name) => console.createPermissionSet({ Name }));
  for (const PermissionSetArn of [full, some]) {
    const ids = { InstanceArn, PermissionSetArn };
    sim.perform("PutInlinePolicyToPermissionSet", { ...ids, InlinePolicy: policy });
    sim.perform("PutPermissionsBoundaryToPermissionSet", {
      ...ids,
      PermissionsBoundary: { ManagedPolicyArn: managed },
    });
    sim.perform("AttachManagedPolicyToPermissionSet", { ...ids, ManagedPolicyArn: managed });
    sim.perform("AttachCustomerManagedPolicyReferenceToPermissionSet", {
      ...ids,
      CustomerManagedPolicyReference: reference,
    });
    sim.perform("TagResource", {
      InstanceArn,
      ResourceArn: PermissionSetArn,
      Tags: [{ Key: "team", Value: "a" }],
    });
  }
  const bare = console.createPermissionSet({ Name: "bare" });
  console.assign({ accountId: production, permissionSetArn: full, principalType: "USER", principalId: ada });
  console.assign({
    accountId: production,
    permissionSetArn: some,
    principalType: "GROUP",
    principalId: admins,
  });
  console.assign({ accountId: staging, permissionSetArn: some, principalType: "USER", principalId: cleo });
  sim.settle();
  return {
    IdentityStoreId,
    InstanceArn,
    ada,
    ben,
    cleo,
    admins,
    readers,
    adaInAdmins,
    benInAdmins,
    cleoInReaders,
    full,
    some,
    bare,
    production,
    staging,
  };
}

export interface Request {
  readonly service: "identityStore" | "ssoAdmin";
  readonly command: string;
  readonly input: object;
}

export interface Read extends Request {
  /** What is asked about whom. */
  readonly name: string;
}

/** Every question that the simulator answers, about everything there is. */
export function readsOf(organisation: Organisation): readonly Read[] {
  const { IdentityStoreId, InstanceArn, ...ids } = organisation;
  const nameOf = (id: string): string => Object.entries(ids).find(([, value]) => value === id)?.[0] ?? id;
  const reads: Read[] = [];
  const inStore = (command: string, about: string, input: object): void => {
    reads.push({
      service: "identityStore",
      name: `${command} ${about}`.trim(),
      command,
      input: { IdentityStoreId, ...input },
    });
  };
  const inInstance = (command: string, about: string, input: object): void => {
    reads.push({
      service: "ssoAdmin",
      name: `${command} ${about}`.trim(),
      command,
      input: { InstanceArn, ...input },
    });
  };
  const users = [ids.ada, ids.ben, ids.cleo];
  const groups = [ids.admins, ids.readers];
  const permissionSets = [ids.full, ids.some, ids.bare];
  const accounts = [ids.production, ids.staging];

  inStore("ListUsers", "", {});
  inStore("ListUsers", "one a page", { MaxResults: 1 });
  inStore("ListUsers", "by name", { Filters: [{ AttributePath: "UserName", AttributeValue: "ada" }] });
  inStore("ListGroups", "", {});
  for (const UserId of users) {
    const user = nameOf(UserId);
    const byName = { UniqueAttribute: { AttributePath: "userName", AttributeValue: user } };
    inStore("DescribeUser", user, { UserId });
    inStore("GetUserId", user, { AlternateIdentifier: byName });
    inStore("ListGroupMembershipsForMember", user, { MemberId: { UserId } });
    inStore("IsMemberInGroups", `${user} in all`, { MemberId: { UserId }, GroupIds: groups });
    for (const GroupId of groups) {
      inStore("GetGroupMembershipId", `${user} in ${nameOf(GroupId)}`, { GroupId, MemberId: { UserId } });
    }
    inInstance("ListAccountAssignmentsForPrincipal", user, { PrincipalId: UserId, PrincipalType: "USER" });
  }
  for (const GroupId of groups) {
    const group = nameOf(GroupId);
    const byName = { UniqueAttribute: { AttributePath: "displayName", AttributeValue: group } };
    inStore("DescribeGroup", group, { GroupId });
    inStore("GetGroupId", group, { AlternateIdentifier: byName });
    inStore("ListGroupMemberships", group, { GroupId });
    inInstance("ListAccountAssignmentsForPrincipal", group, { PrincipalId: GroupId, PrincipalType: "GROUP" });
  }
  for (const MembershipId of [ids.adaInAdmins, ids.benInAdmins, ids.cleoInReaders]) {
    inStore("DescribeGroupMembership", nameOf(MembershipId), { MembershipId });
  }
  inInstance("ListPermissionSets", "", {});
  for (const PermissionSetArn of permissionSets) {
    const permissionSet = nameOf(PermissionSetArn);
    inInstance("DescribePermissionSet", permissionSet, { PermissionSetArn });
    inInstance("GetInlinePolicyForPermissionSet", permissionSet, { PermissionSetArn });
    inInstance("GetPermissionsBoundaryForPermissionSet", permissionSet, { PermissionSetArn });
    inInstance("ListManagedPoliciesInPermissionSet", permissionSet, { PermissionSetArn });
    inInstance("ListCustomerManagedPolicyReferencesInPermissionSet", permissionSet, { PermissionSetArn });
    inInstance("ListAccountsForProvisionedPermissionSet", permissionSet, { PermissionSetArn });
    inInstance("ListAccountsForProvisionedPermissionSet", `${permissionSet}, latest`, {
      PermissionSetArn,
      ProvisioningStatus: "LATEST_PERMISSION_SET_PROVISIONED",
    });
    inInstance("ListTagsForResource", permissionSet, { ResourceArn: PermissionSetArn });
    for (const AccountId of accounts) {
      inInstance("ListAccountAssignments", `${permissionSet} in ${nameOf(AccountId)}`, {
        AccountId,
        PermissionSetArn,
      });
    }
  }
  for (const AccountId of accounts) {
    inInstance("ListPermissionSetsProvisionedToAccount", nameOf(AccountId), { AccountId });
  }
  inInstance("DescribeInstance", "", {});
  inInstance("ListTagsForResource", "the instance", { ResourceArn: InstanceArn });
  reads.push({ service: "ssoAdmin", name: "ListInstances", command: "ListInstances", input: {} });
  return reads;
}

export interface Write extends Request {
  /** The questions that are asked of AWS again after it; every other answer is still there. */
  readonly asksAgain: readonly string[];
}

/** What can be sent to either service. */
export interface Clients {
  readonly identityStore: Identitystore;
  readonly ssoAdmin: SSOAdmin;
}

/** Sends a request through the method of its command. */
export async function send(
  clients: Clients,
  { service, command, input }: Request,
): Promise<{ $metadata: object }> {
  const client = clients[service] as unknown as Record<
    string,
    (input: object) => Promise<{ $metadata: object }>
  >;
  const method = `${command.charAt(0).toLowerCase()}${command.slice(1)}`;
  const call = client[method];
  if (call === undefined) throw new Error(`There is no ${command}`);
  return call.call(client, structuredClone(input));
}

/** What a request is answered with, or the name of its error. */
export async function answerTo(
  clients: Clients,
  request: Request,
): Promise<{ $metadata: object } | { failed: string }> {
  try {
    return await send(clients, request);
  } catch (error) {
    return { failed: (error as Error).name };
  }
}

/** All pages of a list, or the one answer to anything else, or the name of the error. */
export async function allOf(clients: Clients, request: Request): Promise<readonly object[]> {
  const pages: object[] = [];
  let token: unknown;
  do {
    const input = token === undefined ? request.input : { ...request.input, NextToken: token };
    const {
      $metadata: _,
      NextToken,
      ...page
    } = (await answerTo(clients, { ...request, input })) as Record<string, unknown>;
    pages.push(page);
    token = NextToken;
  } while (token !== undefined);
  return pages;
}
