import { describe, expect, test } from "vitest";
import { isHit, startFixture, type Fixture, type Process } from "./support/fixture.ts";
import { settleOrganisation, type Organisation } from "./support/organisation.ts";

interface Prepared extends Fixture {
  readonly organisation: Organisation;
  readonly other: Process;
  /** Whether what is about the other group and its member is still there. */
  readonly othersStay: (after: () => Promise<unknown>) => Promise<boolean>;
}

/** Deletes a membership that was learnt of in different ways: ada's in admins. */
async function prepare(): Promise<Prepared> {
  const fixture = await startFixture();
  const organisation = settleOrganisation(fixture.sim);
  const { identityStore, ssoAdmin } = fixture;
  const { IdentityStoreId, InstanceArn, readers: GroupId, cleo } = organisation;
  const reads = [
    () => identityStore.listGroupMemberships({ IdentityStoreId, GroupId }),
    () => identityStore.listGroupMembershipsForMember({ IdentityStoreId, MemberId: { UserId: cleo } }),
    () =>
      ssoAdmin.listAccountAssignmentsForPrincipal({ InstanceArn, PrincipalId: cleo, PrincipalType: "USER" }),
  ];
  return {
    ...fixture,
    organisation,
    other: fixture.start(),
    othersStay: async (after) => {
      for (const read of reads) await read();
      await after();
      const outputs = await Promise.all(reads.map((read) => read()));
      const hits = new Set(outputs.map(isHit));
      expect(hits.size).toBe(1);
      return hits.has(true);
    },
  };
}

describe("deleting a membership concerns only its group and its user", () => {
  test.each([
    "describeGroupMembership",
    "getGroupMembershipId",
    "listGroupMemberships",
    "listGroupMembershipsForMember",
  ] as const)("when %s has told of it, to another process", async (method) => {
    const { organisation, othersStay, other, ...here } = await prepare();
    const { IdentityStoreId, admins: GroupId, ada, adaInAdmins: MembershipId } = organisation;
    const ask = other.identityStore[method].bind(other.identityStore) as (input: object) => Promise<unknown>;
    await ask({ IdentityStoreId, GroupId, MembershipId, MemberId: { UserId: ada } });
    const deleteIt = (): Promise<unknown> =>
      here.identityStore.deleteGroupMembership({ IdentityStoreId, MembershipId });
    expect(await othersStay(deleteIt)).toBe(true);
  });

  test.each(["and is kept", "and is not kept, because the first one is not there"])(
    "when a later page of a list has told of it, %s",
    async (how) => {
      const { organisation, othersStay, other, ...here } = await prepare();
      const { IdentityStoreId, admins: GroupId } = organisation;
      const first = { IdentityStoreId, GroupId, MaxResults: 1 };
      const { NextToken } = await other.identityStore.listGroupMemberships(first);
      if (how !== "and is kept") await other.cache.invalidate("group:members:*");
      const second = await other.identityStore.listGroupMemberships({ ...first, NextToken });
      const MembershipId = second.GroupMemberships?.[0]?.MembershipId;
      expect(MembershipId).toBeDefined();
      const deleteIt = (): Promise<unknown> =>
        here.identityStore.deleteGroupMembership({ IdentityStoreId, MembershipId });
      expect(await othersStay(deleteIt)).toBe(true);
    },
  );

  test("when it was made through the cache", async () => {
    const { organisation, other, ...here } = await prepare();
    const { IdentityStoreId, admins, readers, ada, ben } = organisation;
    // Not read afterwards: the answer of the write is all that tells.
    const { MembershipId } = await other.identityStore.createGroupMembership({
      IdentityStoreId,
      GroupId: readers,
      MemberId: { UserId: ada },
    });
    const ofBen = (): Promise<{ readonly $metadata: object }> =>
      here.identityStore.isMemberInGroups({ IdentityStoreId, MemberId: { UserId: ben }, GroupIds: [admins] });
    await ofBen();
    await here.identityStore.deleteGroupMembership({ IdentityStoreId, MembershipId });
    expect(isHit(await ofBen())).toBe(true);
  });
});

test("deleting a membership that nobody has told of concerns all of the store, and what all users may use", async () => {
  const { organisation, othersStay, ...here } = await prepare();
  const { IdentityStoreId, adaInAdmins: MembershipId } = organisation;
  const deleteIt = (): Promise<unknown> =>
    here.identityStore.deleteGroupMembership({ IdentityStoreId, MembershipId });
  expect(await othersStay(deleteIt)).toBe(false);
});
