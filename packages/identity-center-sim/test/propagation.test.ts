import {
  CreateUserCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  ListUsersCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-identitystore";
import {
  CreateAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentsForPrincipalCommand,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, first, startFixture } from "./support/fixture.ts";

const ada = { UserName: "ada", Name: { GivenName: "Ada" }, DisplayName: "Ada" };

describe("with a propagation lag, reads", () => {
  it("see a new record when the lag has passed", async () => {
    const { identityStore, clock, IdentityStoreId } = await startFixture({ propagationLag: 2000 });
    const { UserId } = await identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada }));
    const describing = () => identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }));
    const listing = async () => (await identityStore.send(new ListUsersCommand({ IdentityStoreId }))).Users;
    clock.advance(1999);
    expect((await failureOf(describing())).name).toBe("ResourceNotFoundException");
    expect(await listing()).toEqual([]);
    clock.advance(1);
    expect((await describing()).UserName).toBe("ada");
    expect(await listing()).toHaveLength(1);
  });

  it("see it at once now and then, when that was asked for", async () => {
    let drawn = 0.5;
    const { sim, clock, IdentityStoreId } = await startFixture({
      propagationLag: 1000,
      freshReads: 0.5,
      random: () => drawn,
    });
    sim.console.createGroup("writers");
    const listing = (): unknown => sim.perform("ListGroups", { IdentityStoreId });
    expect(listing()).toMatchObject({ Groups: [] });
    drawn = 0.4;
    expect(listing()).toMatchObject({ Groups: [{ DisplayName: "writers" }] });
    drawn = 0.5;
    expect(listing()).toMatchObject({ Groups: [] });
    clock.advance(1000);
    expect(listing()).toMatchObject({ Groups: [{ DisplayName: "writers" }] });
    expect(() => sim.configure({ freshReads: 1.5 })).toThrow(RangeError);
  });

  it("see the old value of a changed record, and a deleted one, until then", async () => {
    const { sim, identityStore, clock, IdentityStoreId } = await startFixture({
      propagationLag: 1000,
      population: { users: 1 },
    });
    const UserId = first(sim.state.users).userId;
    const title = async () =>
      (await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId }))).Title;
    const before = await title();
    await identityStore.send(
      new UpdateUserCommand({
        IdentityStoreId,
        UserId,
        Operations: [{ AttributePath: "title", AttributeValue: "Manager" }],
      }),
    );
    expect(await title()).toBe(before);
    clock.advance(500);
    await identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId }));
    clock.advance(500);
    expect(await title()).toBe("Manager");
    clock.advance(500);
    expect((await failureOf(title())).name).toBe("ResourceNotFoundException");
  });

  it("see the seeded population at once", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({
      propagationLag: 60_000,
      population: { users: 2 },
    });
    expect((await identityStore.send(new ListUsersCommand({ IdentityStoreId }))).Users).toHaveLength(2);
  });

  it("never see a later write before an earlier one, even when the lag is shortened between them", async () => {
    const { sim, identityStore, clock, IdentityStoreId } = await startFixture({ propagationLag: 5000 });
    const names = async () =>
      (await identityStore.send(new ListUsersCommand({ IdentityStoreId }))).Users?.map((u) => u.UserName);
    sim.console.createUser({ UserName: "one" });
    sim.configure({ propagationLag: 0 });
    sim.console.createUser({ UserName: "two" });
    expect(await names()).toEqual([]);
    clock.advance(5000);
    expect(await names()).toEqual(["one", "two"]);
  });

  it("see everything after settle", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ propagationLag: 5000 });
    sim.console.createUser({ UserName: "one" });
    sim.settle();
    expect((await identityStore.send(new ListUsersCommand({ IdentityStoreId }))).Users).toHaveLength(1);
  });
});

describe("with a propagation lag, writes", () => {
  it("are checked against what is true, not against what reads see", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ propagationLag: 2000 });
    const create = () => identityStore.send(new CreateUserCommand({ IdentityStoreId, ...ada }));
    const { UserId } = await create();
    expect((await failureOf(create())).name).toBe("ConflictException");
    await identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId }));
    await expect(create()).resolves.toBeDefined();
  });

  it("that are asynchronous report success before reads see the effect", async () => {
    const { sim, ssoAdmin, clock, InstanceArn } = await startFixture({
      propagationLag: 500,
      operationDuration: 1000,
    });
    const PrincipalId = sim.console.createUser({ UserName: "ada" });
    const PermissionSetArn = sim.console.createPermissionSet({ Name: "ReadOnly" });
    const { AccountAssignmentCreationStatus: accepted } = await ssoAdmin.send(
      new CreateAccountAssignmentCommand({
        InstanceArn,
        PermissionSetArn,
        PrincipalId,
        PrincipalType: "USER",
        TargetType: "AWS_ACCOUNT",
        TargetId: first(sim.accountIds),
      }),
    );
    const rows = async () =>
      (
        await ssoAdmin.send(
          new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId, PrincipalType: "USER" }),
        )
      ).AccountAssignments?.length;
    clock.advance(1000);
    const status = await ssoAdmin.send(
      new DescribeAccountAssignmentCreationStatusCommand({
        InstanceArn,
        AccountAssignmentCreationRequestId: accepted?.RequestId,
      }),
    );
    expect(status.AccountAssignmentCreationStatus?.Status).toBe("SUCCEEDED");
    expect(await rows()).toBe(0);
    clock.advance(500);
    expect(await rows()).toBe(1);
  });

  it("that are asynchronous lag from when they ended, not from when somebody looked", async () => {
    const { sim, ssoAdmin, clock, InstanceArn } = await startFixture({
      propagationLag: 500,
      operationDuration: 1000,
    });
    const PrincipalId = sim.console.createUser({ UserName: "ada" });
    const PermissionSetArn = sim.console.createPermissionSet({ Name: "ReadOnly" });
    sim.perform("CreateAccountAssignment", {
      InstanceArn,
      PermissionSetArn,
      PrincipalId,
      PrincipalType: "USER",
      TargetType: "AWS_ACCOUNT",
      TargetId: first(sim.accountIds),
    });
    clock.advance(1500);
    const { AccountAssignments } = await ssoAdmin.send(
      new ListAccountAssignmentsForPrincipalCommand({ InstanceArn, PrincipalId, PrincipalType: "USER" }),
    );
    expect(AccountAssignments).toHaveLength(1);
  });
});
