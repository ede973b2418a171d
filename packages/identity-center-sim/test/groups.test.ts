import {
  CreateGroupCommand,
  DeleteGroupCommand,
  DescribeGroupCommand,
  GetGroupIdCommand,
  ListGroupsCommand,
  UpdateGroupCommand,
} from "@aws-sdk/client-identitystore";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture } from "./support/fixture.ts";

describe("groups", () => {
  it("are created, described and listed", async () => {
    const { identityStore, clock, IdentityStoreId } = await startFixture();
    const { GroupId } = await identityStore.send(
      new CreateGroupCommand({ IdentityStoreId, DisplayName: "engineers", Description: "They build." }),
    );
    const { $metadata: _metadata, ...group } = await identityStore.send(
      new DescribeGroupCommand({ IdentityStoreId, GroupId }),
    );
    expect(group).toMatchObject({
      IdentityStoreId,
      GroupId,
      DisplayName: "engineers",
      Description: "They build.",
      CreatedAt: new Date(clock.now()),
      UpdatedAt: new Date(clock.now()),
    });
    const { Groups } = await identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    expect(Groups).toEqual([group]);
  });

  it("need a display name, one that no other group has", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    sim.console.createGroup("engineers");
    const create = (DisplayName: string | undefined) =>
      identityStore.send(new CreateGroupCommand({ IdentityStoreId, DisplayName }));
    expect(await failureOf(create("engineers"))).toMatchObject({
      name: "ConflictException",
      Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
    });
    expect((await failureOf(create(undefined))).name).toBe("ValidationException");
    expect((await failureOf(create("AWSAdministrators"))).name).toBe("ValidationException");
  });

  it("are found by display name and external identifier", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const groupId = sim.console.createGroup("engineers");
    const ExternalId = { Issuer: "https://idp.example.com", Id: "g1" };
    sim.console.setGroupExternalIds(groupId, [ExternalId]);
    for (const AlternateIdentifier of [
      { UniqueAttribute: { AttributePath: "displayName", AttributeValue: "engineers" } },
      { ExternalId },
    ]) {
      const found = await identityStore.send(new GetGroupIdCommand({ IdentityStoreId, AlternateIdentifier }));
      expect(found.GroupId).toBe(groupId);
    }
    const missing = new GetGroupIdCommand({
      IdentityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: "nobody" } },
    });
    expect(await failureOf(identityStore.send(missing))).toMatchObject({
      name: "ResourceNotFoundException",
      ResourceType: "GROUP",
    });
  });

  it("are renamed by UpdateGroup, and the old name is free again", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const GroupId = sim.console.createGroup("engineers", "They build.");
    const update = (AttributePath: string, AttributeValue?: string) =>
      identityStore.send(
        new UpdateGroupCommand({ IdentityStoreId, GroupId, Operations: [{ AttributePath, AttributeValue }] }),
      );
    await update("displayName", "builders");
    await update("description");
    expect(sim.state.groups).toMatchObject([{ displayName: "builders", description: undefined }]);
    expect(sim.console.createGroup("engineers")).not.toBe(GroupId);
    expect((await failureOf(update("displayName", "engineers"))).name).toBe("ConflictException");
  });

  it("are filtered by display name", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ population: { groups: 3 } });
    const groupId = sim.console.createGroup("engineers");
    const { Groups } = await identityStore.send(
      new ListGroupsCommand({
        IdentityStoreId,
        Filters: [{ AttributePath: "DisplayName", AttributeValue: "engineers" }],
      }),
    );
    expect(Groups?.map((group) => group.GroupId)).toEqual([groupId]);
  });

  it("that are deleted take their memberships along and leave their account assignments behind", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const GroupId = sim.console.createGroup("engineers");
    sim.console.addMember(GroupId, sim.console.createUser({ UserName: "ada" }));
    sim.console.assign({
      accountId: sim.accountIds[0] ?? "",
      permissionSetArn: sim.console.createPermissionSet({ Name: "ReadOnly" }),
      principalType: "GROUP",
      principalId: GroupId,
    });
    await identityStore.send(new DeleteGroupCommand({ IdentityStoreId, GroupId }));
    expect(sim.state.sizes()).toMatchObject({ groups: 0, memberships: 0, users: 1, assignments: 1 });
    const describing = identityStore.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }));
    expect(await failureOf(describing)).toMatchObject({
      name: "ResourceNotFoundException",
      ResourceType: "GROUP",
      ResourceId: GroupId,
    });
  });
});
