import { beforeEach, describe, expect, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { dataOf, failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";
import { settleOrganisation, type Organisation } from "./support/organisation.ts";

/** What caches in front of AWS easily get wrong, each through the SDK and against a server. */
async function prepare(options: Parameters<typeof startFixture>[0] = {}): Promise<Fixture & Organisation> {
  const fixture = await startFixture(options);
  return { ...fixture, ...settleOrganisation(fixture.sim) };
}

test("a write makes stale what was read before it, without being told to", async () => {
  const { identityStore, IdentityStoreId, ada: UserId } = await prepare();
  await identityStore.listUsers({ IdentityStoreId });
  await identityStore.describeUser({ IdentityStoreId, UserId });
  const Operations = [{ AttributePath: "displayName", AttributeValue: "Augusta" }];
  await identityStore.updateUser({ IdentityStoreId, UserId, Operations });
  expect((await identityStore.describeUser({ IdentityStoreId, UserId })).DisplayName).toBe("Augusta");
  expect((await identityStore.listUsers({ IdentityStoreId })).Users?.[0]?.DisplayName).toBe("Augusta");
});

test("operations on one permission set that take the same input do not share an answer", async () => {
  const { ssoAdmin, aws, InstanceArn, full: PermissionSetArn } = await prepare();
  const input = { InstanceArn, PermissionSetArn };
  const methods = [
    "describePermissionSet",
    "getInlinePolicyForPermissionSet",
    "getPermissionsBoundaryForPermissionSet",
    "listManagedPoliciesInPermissionSet",
    "listCustomerManagedPolicyReferencesInPermissionSet",
    "listAccountsForProvisionedPermissionSet",
  ] as const;
  for (const method of [...methods, ...methods]) {
    expect(dataOf(await ssoAdmin[method](input))).toEqual(dataOf(await aws.ssoAdmin[method](input)));
  }
});

test("what is asked about one user or account is not answered with what is known of another", async () => {
  const { identityStore, ssoAdmin, aws, IdentityStoreId, InstanceArn, ada, ben, production, staging } =
    await prepare();
  for (const UserId of [ada, ben, ada, ben]) {
    const groups = { IdentityStoreId, MemberId: { UserId } };
    expect(dataOf(await identityStore.listGroupMembershipsForMember(groups))).toEqual(
      dataOf(await aws.identityStore.listGroupMembershipsForMember(groups)),
    );
    const access = { InstanceArn, PrincipalId: UserId, PrincipalType: "USER" } as const;
    expect(dataOf(await ssoAdmin.listAccountAssignmentsForPrincipal(access))).toEqual(
      dataOf(await aws.ssoAdmin.listAccountAssignmentsForPrincipal(access)),
    );
  }
  for (const AccountId of [production, staging, production, staging]) {
    expect(dataOf(await ssoAdmin.listPermissionSetsProvisionedToAccount({ InstanceArn, AccountId }))).toEqual(
      dataOf(await aws.ssoAdmin.listPermissionSetsProvisionedToAccount({ InstanceArn, AccountId })),
    );
  }
});

test("another identity store is not answered with the users of this one", async () => {
  const { identityStore, IdentityStoreId } = await prepare();
  await identityStore.listUsers({ IdentityStoreId });
  const other = await failureOf(identityStore.listUsers({ IdentityStoreId: "d-9000000000" }));
  expect(other.name).toBe("ResourceNotFoundException");
});

test("namespaces, callers, regions and endpoints do not see each other's answers", async () => {
  const { aws, cache, clock, IdentityStoreId, sim } = await prepare();
  const { identityStore } = aws;
  await createCachedClient(identityStore, { cache, clock, caller: "ada" }).listUsers({ IdentityStoreId });
  const Region = identityStore.constructor as new (config: object) => typeof identityStore;
  const elsewhere = new Region({ ...sim.clientConfig, region: "eu-west-1" });
  const through = new Region({
    ...sim.clientConfig,
    endpoint: sim.clientConfig.endpoint.replace("127.0.0.1", "localhost"),
  });
  const others = [
    createCachedClient(identityStore, { cache, clock, caller: "ada", namespace: "other" }),
    createCachedClient(identityStore, { cache, clock, caller: "ben" }),
    createCachedClient(identityStore, { cache, clock }),
    createCachedClient(elsewhere, { cache, clock, caller: "ada" }),
    createCachedClient(through, { cache, clock, caller: "ada" }),
  ];
  for (const other of others) expect(isHit(await other.listUsers({ IdentityStoreId }))).toBe(false);
  for (const other of others) expect(isHit(await other.listUsers({ IdentityStoreId }))).toBe(true);
  elsewhere.destroy();
  through.destroy();
});

test("a write through one region's or caller's client makes stale what every other one has read", async () => {
  const { aws, cache, clock, IdentityStoreId, sim, ada: UserId } = await prepare();
  const Region = aws.identityStore.constructor as new (config: object) => typeof aws.identityStore;
  const elsewhere = new Region({ ...sim.clientConfig, region: "eu-west-1" });
  const reader = createCachedClient(elsewhere, { cache, clock, caller: "ben" });
  await reader.describeUser({ IdentityStoreId, UserId });
  const writer = createCachedClient(aws.identityStore, { cache, clock, caller: "ada" });
  await writer.deleteUser({ IdentityStoreId, UserId });
  expect((await failureOf(reader.describeUser({ IdentityStoreId, UserId }))).name).toBe(
    "ResourceNotFoundException",
  );
  elsewhere.destroy();
});

test("two asynchronous operations have two states, and none is kept before it is final", async () => {
  const { ssoAdmin, InstanceArn, full, some, staging, ben, clock } = await prepare({
    operationDuration: 1000,
  });
  const ids: (string | undefined)[] = [];
  for (const PermissionSetArn of [full, some]) {
    const target = { InstanceArn, PermissionSetArn, TargetType: "AWS_ACCOUNT", TargetId: staging } as const;
    const { AccountAssignmentCreationStatus } = await ssoAdmin.createAccountAssignment({
      ...target,
      PrincipalType: "USER",
      PrincipalId: ben,
    });
    ids.push(AccountAssignmentCreationStatus?.RequestId);
  }
  const states = (): Promise<unknown[]> =>
    Promise.all(
      ids.map(async (AccountAssignmentCreationRequestId) => {
        const input = { InstanceArn, AccountAssignmentCreationRequestId };
        const { AccountAssignmentCreationStatus } =
          await ssoAdmin.describeAccountAssignmentCreationStatus(input);
        return [AccountAssignmentCreationStatus?.RequestId, AccountAssignmentCreationStatus?.Status];
      }),
    );
  expect(await states()).toEqual(ids.map((id) => [id, "IN_PROGRESS"]));
  await clock.advance(1000);
  expect(await states()).toEqual(ids.map((id) => [id, "SUCCEEDED"]));
});

test("a short page is no answer to the question for the whole list", async () => {
  const { identityStore, IdentityStoreId } = await prepare();
  expect((await identityStore.listUsers({ IdentityStoreId, MaxResults: 1 })).Users).toHaveLength(1);
  expect((await identityStore.listUsers({ IdentityStoreId })).Users).toHaveLength(3);
});

describe("invalidating by hand reaches what clients have read", () => {
  /** For each read: whether it was a hit before it was invalidated, and after. */
  let hits: boolean[][] = [];
  beforeEach(() => {
    hits = [];
  });
  const note = async (
    invalidate: () => Promise<unknown>,
    read: () => Promise<{ readonly $metadata: object }>,
  ): Promise<void> => {
    await read();
    const before = isHit(await read());
    await invalidate();
    hits.push([before, isHit(await read())]);
  };

  test("by pattern", async () => {
    const fixture = await prepare();
    const {
      cache,
      identityStore,
      ssoAdmin,
      IdentityStoreId,
      InstanceArn,
      admins: GroupId,
      full: PermissionSetArn,
    } = fixture;
    await note(
      () => cache.invalidate("user:list:*"),
      () => identityStore.listUsers({ IdentityStoreId }),
    );
    await note(
      () => cache.invalidate(`group:members:${GroupId}`),
      () => identityStore.listGroupMemberships({ IdentityStoreId, GroupId }),
    );
    await note(
      () => cache.invalidate(`assignment:*:${fixture.production}:*`),
      () => ssoAdmin.listAccountAssignments({ InstanceArn, PermissionSetArn, AccountId: fixture.production }),
    );
    expect(hits).toEqual(Array(3).fill([true, false]));
  });

  test("by operation: members, permission sets by their ARN, assignments", async () => {
    const fixture = await prepare();
    const {
      cache,
      identityStore,
      ssoAdmin,
      IdentityStoreId,
      InstanceArn,
      admins,
      full: PermissionSetArn,
      ada,
    } = fixture;
    const memberReads = [
      () => identityStore.listGroupMemberships({ IdentityStoreId, GroupId: admins }),
      () => identityStore.listGroupMembershipsForMember({ IdentityStoreId, MemberId: { UserId: ada } }),
      () =>
        identityStore.isMemberInGroups({ IdentityStoreId, MemberId: { UserId: ada }, GroupIds: [admins] }),
      () =>
        identityStore.getGroupMembershipId({ IdentityStoreId, MemberId: { UserId: ada }, GroupId: admins }),
      () => identityStore.describeGroupMembership({ IdentityStoreId, MembershipId: fixture.adaInAdmins }),
    ];
    const byName = { UniqueAttribute: { AttributePath: "userName", AttributeValue: "ada" } };
    await note(
      () => cache.invalidateForOperation("update", "user", ada),
      () => identityStore.getUserId({ IdentityStoreId, AlternateIdentifier: byName }),
    );
    for (const read of memberReads) {
      await note(() => cache.invalidateForOperation("remove_member", "group", admins), read);
    }
    const input = { InstanceArn, PermissionSetArn };
    await note(
      () => cache.invalidateForOperation("update", "permission_set", PermissionSetArn),
      () => ssoAdmin.describePermissionSet(input),
    );
    const policyReads = [
      () => ssoAdmin.getInlinePolicyForPermissionSet(input),
      () => ssoAdmin.getPermissionsBoundaryForPermissionSet(input),
      () => ssoAdmin.listManagedPoliciesInPermissionSet(input),
      () => ssoAdmin.listCustomerManagedPolicyReferencesInPermissionSet(input),
    ];
    for (const read of policyReads) {
      await note(
        () => cache.invalidateForOperation("update_policies", "permission_set", PermissionSetArn),
        read,
      );
    }
    const assignmentReads = [
      () => ssoAdmin.listAccountAssignments({ ...input, AccountId: fixture.production }),
      () =>
        ssoAdmin.listAccountAssignmentsForPrincipal({ InstanceArn, PrincipalId: ada, PrincipalType: "USER" }),
      () => ssoAdmin.listAccountsForProvisionedPermissionSet(input),
      () => ssoAdmin.listPermissionSetsProvisionedToAccount({ InstanceArn, AccountId: fixture.production }),
    ];
    for (const read of assignmentReads) {
      await note(() => cache.invalidateForOperation("create", "assignment"), read);
    }
    expect(hits).toEqual(Array(15).fill([true, false]));
  });
});

test("a read that a write overtakes is not kept", async () => {
  const { identityStore, IdentityStoreId, sim } = await prepare();
  const hold = sim.faults.hold({ operation: "ListGroups", when: "after" });
  const early = identityStore.listGroups({ IdentityStoreId });
  await hold.reached;
  await identityStore.createGroup({ IdentityStoreId, DisplayName: "writers" });
  hold.release();
  expect((await early).Groups).toHaveLength(2);
  expect((await identityStore.listGroups({ IdentityStoreId })).Groups).toHaveLength(3);
});

test("ten who ask at once are one call", async () => {
  const { identityStore, IdentityStoreId, sim } = await prepare();
  const asked = Array.from({ length: 10 }, () => identityStore.listUsers({ IdentityStoreId }));
  expect((await Promise.all(asked)).every(({ Users }) => Users?.length === 3)).toBe(true);
  expect(sim.calls.of("ListUsers").received).toBe(1);
});

test("whoever changes an answer changes nobody else's", async () => {
  const { identityStore, IdentityStoreId } = await prepare();
  for (let time = 0; time < 3; time++) {
    const { Users } = await identityStore.listUsers({ IdentityStoreId });
    expect(Users?.map(({ UserName }) => UserName)).toEqual(["ada", "ben", "cleo"]);
    Users?.splice(0);
  }
});

test("an answer with nothing in it is an answer", async () => {
  const { ssoAdmin, InstanceArn, bare: PermissionSetArn } = await prepare();
  await ssoAdmin.getInlinePolicyForPermissionSet({ InstanceArn, PermissionSetArn });
  const empty = await ssoAdmin.getInlinePolicyForPermissionSet({ InstanceArn, PermissionSetArn });
  expect(isHit(empty)).toBe(true);
});

test("a list that was throttled in the middle is not kept as if it were whole", async () => {
  const { identityStore, IdentityStoreId, sim } = await prepare({ pageSize: 1 });
  const all = async (): Promise<number> => {
    let pages = 0;
    for await (const _ of identityStore.paginateListUsers({ IdentityStoreId })) pages++;
    return pages;
  };
  const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
  sim.faults.add({ kind: "throttle", operation: "ListUsers" });
  expect((await failureOf(identityStore.listUsers({ IdentityStoreId, NextToken }))).name).toBe(
    "ThrottlingException",
  );
  expect(await all()).toBe(3);
});
