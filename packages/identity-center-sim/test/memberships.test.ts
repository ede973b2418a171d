import {
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  DescribeGroupMembershipCommand,
  GetGroupMembershipIdCommand,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
} from "@aws-sdk/client-identitystore";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture, type Fixture } from "./support/fixture.ts";

interface Team extends Fixture {
  readonly userId: string;
  readonly groupId: string;
  readonly otherGroupId: string;
}

async function startTeam(): Promise<Team> {
  const fixture = await startFixture();
  const { console } = fixture.sim;
  return {
    ...fixture,
    userId: console.createUser({ UserName: "ada" }),
    groupId: console.createGroup("engineers"),
    otherGroupId: console.createGroup("auditors"),
  };
}

describe("memberships", () => {
  it("are seen from the group, from the member and by themselves", async () => {
    const { identityStore, clock, IdentityStoreId, userId, groupId } = await startTeam();
    const MemberId = { UserId: userId };
    const { MembershipId } = await identityStore.send(
      new CreateGroupMembershipCommand({ IdentityStoreId, GroupId: groupId, MemberId }),
    );
    const { $metadata: _metadata, ...membership } = await identityStore.send(
      new DescribeGroupMembershipCommand({ IdentityStoreId, MembershipId }),
    );
    expect(membership).toMatchObject({
      IdentityStoreId,
      MembershipId,
      GroupId: groupId,
      MemberId,
      CreatedAt: new Date(clock.now()),
    });
    const ofGroup = await identityStore.send(
      new ListGroupMembershipsCommand({ IdentityStoreId, GroupId: groupId }),
    );
    const ofMember = await identityStore.send(
      new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId }),
    );
    const found = await identityStore.send(
      new GetGroupMembershipIdCommand({ IdentityStoreId, GroupId: groupId, MemberId }),
    );
    expect(ofGroup.GroupMemberships).toEqual([membership]);
    expect(ofMember.GroupMemberships).toEqual([membership]);
    expect(found.MembershipId).toBe(MembershipId);
  });

  it("exist once for a group and a user", async () => {
    const { sim, identityStore, IdentityStoreId, userId, groupId } = await startTeam();
    sim.console.addMember(groupId, userId);
    const again = new CreateGroupMembershipCommand({
      IdentityStoreId,
      GroupId: groupId,
      MemberId: { UserId: userId },
    });
    expect(await failureOf(identityStore.send(again))).toMatchObject({
      name: "ConflictException",
      Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
      message: "Member and Group relationship already exists.",
    });
  });

  it("need a group and a user that are there", async () => {
    const { identityStore, IdentityStoreId, userId, groupId } = await startTeam();
    const add = (GroupId: string, UserId: string) =>
      identityStore.send(
        new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }),
      );
    expect(await failureOf(add(userId, userId))).toMatchObject({ ResourceType: "GROUP" });
    expect(await failureOf(add(groupId, groupId))).toMatchObject({ ResourceType: "USER" });
  });

  it("are tested for many groups at once, in the order asked", async () => {
    const { sim, identityStore, IdentityStoreId, userId, groupId, otherGroupId } = await startTeam();
    sim.console.addMember(groupId, userId);
    const { Results } = await identityStore.send(
      new IsMemberInGroupsCommand({
        IdentityStoreId,
        MemberId: { UserId: userId },
        GroupIds: [otherGroupId, groupId],
      }),
    );
    expect(Results?.map(({ GroupId, MembershipExists }) => [GroupId, MembershipExists])).toEqual([
      [otherGroupId, false],
      [groupId, true],
    ]);
  });

  it("that are deleted are gone from everywhere", async () => {
    const { sim, identityStore, IdentityStoreId, userId, groupId } = await startTeam();
    const MembershipId = sim.console.addMember(groupId, userId);
    await identityStore.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId }));
    const ofGroup = await identityStore.send(
      new ListGroupMembershipsCommand({ IdentityStoreId, GroupId: groupId }),
    );
    expect(ofGroup.GroupMemberships).toEqual([]);
    const attempts = [
      identityStore.send(new DescribeGroupMembershipCommand({ IdentityStoreId, MembershipId })),
      identityStore.send(new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId })),
    ];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure).toMatchObject({
        name: "ResourceNotFoundException",
        ResourceType: "GROUP_MEMBERSHIP",
        ResourceId: MembershipId,
      });
    }
  });
});
