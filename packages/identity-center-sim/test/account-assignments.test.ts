import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  ListAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentDeletionStatusCommand,
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  paginateListAccountAssignmentsForPrincipal,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture, type Fixture, type FixtureOptions } from "./support/fixture.ts";

interface Scene extends Fixture {
  readonly userId: string;
  readonly groupId: string;
  readonly accountId: string;
  readonly permissionSetArn: string;
  /** The input for assigning the permission set to the user. */
  readonly assignment: {
    readonly InstanceArn: string;
    readonly TargetId: string;
    readonly TargetType: "AWS_ACCOUNT";
    readonly PermissionSetArn: string;
    readonly PrincipalType: "USER" | "GROUP";
    readonly PrincipalId: string;
  };
  readonly assign: (changes?: object) => Promise<string>;
  readonly unassign: (changes?: object) => Promise<string>;
  readonly creation: (requestId: string) => Promise<object>;
  readonly deletion: (requestId: string) => Promise<object>;
}

async function startScene(options: FixtureOptions = {}): Promise<Scene> {
  const fixture = await startFixture({ operationDuration: 1000, ...options });
  const { sim, ssoAdmin, InstanceArn } = fixture;
  const userId = sim.console.createUser({ UserName: "ada" });
  const groupId = sim.console.createGroup("engineers");
  const permissionSetArn = sim.console.createPermissionSet({ Name: "ReadOnly" });
  const accountId = sim.accountIds[1] ?? "";
  const assignment = {
    InstanceArn,
    TargetId: accountId,
    TargetType: "AWS_ACCOUNT",
    PermissionSetArn: permissionSetArn,
    PrincipalType: "USER",
    PrincipalId: userId,
  } as const;
  return {
    ...fixture,
    userId,
    groupId,
    accountId,
    permissionSetArn,
    assignment,
    assign: async (changes = {}) => {
      const output = await ssoAdmin.send(new CreateAccountAssignmentCommand({ ...assignment, ...changes }));
      return output.AccountAssignmentCreationStatus?.RequestId ?? "";
    },
    unassign: async (changes = {}) => {
      const output = await ssoAdmin.send(new DeleteAccountAssignmentCommand({ ...assignment, ...changes }));
      return output.AccountAssignmentDeletionStatus?.RequestId ?? "";
    },
    creation: async (requestId) => {
      const output = await ssoAdmin.send(
        new DescribeAccountAssignmentCreationStatusCommand({
          InstanceArn,
          AccountAssignmentCreationRequestId: requestId,
        }),
      );
      return output.AccountAssignmentCreationStatus ?? {};
    },
    deletion: async (requestId) => {
      const output = await ssoAdmin.send(
        new DescribeAccountAssignmentDeletionStatusCommand({
          InstanceArn,
          AccountAssignmentDeletionRequestId: requestId,
        }),
      );
      return output.AccountAssignmentDeletionStatus ?? {};
    },
  };
}

describe("assigning an account", () => {
  it("is in progress until its time has passed, and only then has an effect", async () => {
    const { sim, ssoAdmin, clock, assignment, creation, InstanceArn, accountId, permissionSetArn, userId } =
      await startScene();
    const accepted = await ssoAdmin.send(new CreateAccountAssignmentCommand(assignment));
    const status = accepted.AccountAssignmentCreationStatus;
    expect(status).toEqual({
      Status: "IN_PROGRESS",
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CreatedDate: new Date(clock.now()),
      TargetId: accountId,
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn: permissionSetArn,
      PrincipalType: "USER",
      PrincipalId: userId,
    });
    const list = async () =>
      (
        await ssoAdmin.send(
          new ListAccountAssignmentsCommand({
            InstanceArn,
            AccountId: accountId,
            PermissionSetArn: permissionSetArn,
          }),
        )
      ).AccountAssignments;

    clock.advance(999);
    expect(await creation(status?.RequestId ?? "")).toMatchObject({ Status: "IN_PROGRESS" });
    expect(await list()).toEqual([]);
    clock.advance(1);
    expect(await list()).toEqual([
      {
        AccountId: accountId,
        PermissionSetArn: permissionSetArn,
        PrincipalType: "USER",
        PrincipalId: userId,
      },
    ]);
    expect(await creation(status?.RequestId ?? "")).toEqual({ ...status, Status: "SUCCEEDED" });
    expect(sim.state.assignments).toHaveLength(1);
  });

  it("twice is no error and makes one assignment", async () => {
    const { sim, assign, creation } = await startScene();
    await assign();
    sim.settle();
    const again = await assign();
    sim.settle();
    expect(await creation(again)).toMatchObject({ Status: "SUCCEEDED" });
    expect(sim.state.assignments).toHaveLength(1);
  });

  it("fails when the principal is not in the directory", async () => {
    const { sim, clock, assign, creation, userId, IdentityStoreId } = await startScene();
    const requestId = await assign();
    sim.console.deleteUser(userId);
    clock.advance(1000);
    expect(await creation(requestId)).toMatchObject({
      Status: "FAILED",
      FailureReason: `Received a 404 status error: the USER assignee ${userId} was not found in directory ${IdentityStoreId}`,
    });
    expect(sim.state.assignments).toEqual([]);
  });

  it("fails for an account that is not in the organization", async () => {
    const { clock, assign, creation } = await startScene();
    const requestId = await assign({ TargetId: "000000000000" });
    clock.advance(1000);
    expect(await creation(requestId)).toMatchObject({ Status: "FAILED" });
  });

  it("is refused at once for a permission set that is not there, or a type that is none", async () => {
    const { sim, assign, permissionSetArn } = await startScene();
    sim.console.deletePermissionSet(permissionSetArn);
    expect((await failureOf(assign())).name).toBe("ResourceNotFoundException");
    expect((await failureOf(assign({ PrincipalType: "ROLE" }))).name).toBe("ValidationException");
    expect((await failureOf(assign({ TargetType: "OU" }))).name).toBe("ValidationException");
  });

  it("conflicts with another request for the same assignment that is in progress", async () => {
    const { clock, assign, unassign } = await startScene();
    await assign();
    expect((await failureOf(unassign())).name).toBe("ConflictException");
    clock.advance(1000);
    await expect(unassign()).resolves.toBeTruthy();
  });

  it("is throttled beyond fifteen that are outstanding", async () => {
    const { sim, clock, assign } = await startScene();
    const principals = Array.from({ length: 16 }, (_, index) =>
      sim.console.createUser({ UserName: `user-${index}` }),
    );
    for (const PrincipalId of principals.slice(0, 15)) await assign({ PrincipalId });
    const failure = await failureOf(assign({ PrincipalId: principals[15] }));
    expect(failure.name).toBe("ThrottlingException");
    clock.advance(1000);
    await expect(assign({ PrincipalId: principals[15] })).resolves.toBeTruthy();
  });

  it("takes effect in the order in which it ends, not in that in which it began", async () => {
    const { sim, clock, assign, userId, groupId } = await startScene();
    await assign();
    sim.configure({ operationDuration: 100 });
    await assign({ PrincipalType: "GROUP", PrincipalId: groupId });
    clock.advance(60_000);
    expect(sim.state.assignments.map(({ principalId }) => principalId)).toEqual([groupId, userId]);
  });

  it("takes effect at its own time, however late somebody looks", async () => {
    const { sim, clock, assign, unassign, creation, deletion } = await startScene();
    const created = await assign();
    clock.advance(1000);
    const deleted = await unassign();
    clock.advance(60_000);
    expect(await deletion(deleted)).toMatchObject({ Status: "SUCCEEDED" });
    expect(await creation(created)).toMatchObject({ Status: "SUCCEEDED" });
    expect(sim.state.assignments).toEqual([]);
  });
});

describe("taking an assignment away", () => {
  it("fails when the principal is gone, and the assignment stays", async () => {
    const { sim, assign, unassign, deletion, userId, IdentityStoreId } = await startScene();
    await assign();
    sim.settle();
    sim.console.deleteUser(userId);
    const requestId = await unassign();
    sim.settle();
    expect(await deletion(requestId)).toMatchObject({
      Status: "FAILED",
      FailureReason: `Received a 404 status error: the USER assignee ${userId} was not found in directory ${IdentityStoreId}`,
    });
    expect(sim.state.assignments).toHaveLength(1);
  });

  it("fails when there is none", async () => {
    const { sim, unassign, deletion } = await startScene();
    const requestId = await unassign();
    sim.settle();
    expect(await deletion(requestId)).toMatchObject({
      Status: "FAILED",
      FailureReason: expect.stringContaining("EntitlementItem doesn't exist"),
    });
  });
});

describe("statuses", () => {
  it("are listed apart for creations and deletions, and filtered", async () => {
    const { sim, ssoAdmin, clock, assign, unassign, InstanceArn } = await startScene();
    const created = await assign();
    sim.settle();
    const deleted = await unassign();
    const creations = await ssoAdmin.send(new ListAccountAssignmentCreationStatusCommand({ InstanceArn }));
    expect(creations.AccountAssignmentsCreationStatus).toEqual([
      { Status: "SUCCEEDED", RequestId: created, CreatedDate: new Date(clock.now()) },
    ]);
    const deletionsIn = async (Status: "IN_PROGRESS" | "SUCCEEDED") =>
      (
        await ssoAdmin.send(
          new ListAccountAssignmentDeletionStatusCommand({ InstanceArn, Filter: { Status } }),
        )
      ).AccountAssignmentsDeletionStatus?.map(({ RequestId }) => RequestId);
    expect(await deletionsIn("IN_PROGRESS")).toEqual([deleted]);
    expect(await deletionsIn("SUCCEEDED")).toEqual([]);
  });

  it("of one kind are not found as the other", async () => {
    const { assign, deletion } = await startScene();
    expect((await failureOf(deletion(await assign()))).name).toBe("ResourceNotFoundException");
  });
});

describe("the assignments of a principal", () => {
  it("are for a user its own and those of its groups, as the groups' rows", async () => {
    const { sim, ssoAdmin, userId, groupId, permissionSetArn, InstanceArn } = await startScene();
    const [management = "", account = ""] = sim.accountIds;
    const own = {
      AccountId: account,
      PermissionSetArn: permissionSetArn,
      PrincipalType: "USER",
      PrincipalId: userId,
    };
    const viaGroup = {
      AccountId: management,
      PermissionSetArn: permissionSetArn,
      PrincipalType: "GROUP",
      PrincipalId: groupId,
    };
    for (const row of [own, viaGroup]) {
      sim.console.assign({
        accountId: row.AccountId,
        permissionSetArn,
        principalType: row.PrincipalType as "USER" | "GROUP",
        principalId: row.PrincipalId,
      });
    }
    const list = async (PrincipalType: "USER" | "GROUP", PrincipalId: string, AccountId?: string) =>
      (
        await ssoAdmin.send(
          new ListAccountAssignmentsForPrincipalCommand({
            InstanceArn,
            PrincipalType,
            PrincipalId,
            ...(AccountId === undefined ? {} : { Filter: { AccountId } }),
          }),
        )
      ).AccountAssignments;
    expect(await list("USER", userId)).toEqual([own]);

    const membershipId = sim.console.addMember(groupId, userId);
    expect(await list("USER", userId)).toEqual([own, viaGroup]);
    expect(await list("USER", userId, management)).toEqual([viaGroup]);
    expect(await list("GROUP", groupId)).toEqual([viaGroup]);
    // A group is no user.
    expect([await list("USER", groupId), await list("GROUP", userId)]).toEqual([[], []]);

    sim.console.removeMember(membershipId);
    expect(await list("USER", userId)).toEqual([own]);
  });

  it("are in the order in which they were made, so that no page leaves any out", async () => {
    const { sim, ssoAdmin, userId, groupId, permissionSetArn, InstanceArn } = await startScene();
    sim.console.addMember(groupId, userId);
    const principals = [groupId, userId, groupId];
    for (const [index, principalId] of principals.entries()) {
      const principalType = principalId === userId ? "USER" : "GROUP";
      sim.console.assign({
        accountId: sim.accountIds[index] ?? "",
        permissionSetArn,
        principalType,
        principalId,
      });
    }
    const input = { InstanceArn, PrincipalType: "USER" as const, PrincipalId: userId };
    const found: unknown[] = [];
    for await (const page of paginateListAccountAssignmentsForPrincipal(
      { client: ssoAdmin, pageSize: 1 },
      input,
    ))
      found.push(...(page.AccountAssignments ?? []).map(({ PrincipalId }) => PrincipalId));
    expect(found).toEqual(principals);
  });

  it("stay listed when the principal is gone", async () => {
    const { sim, ssoAdmin, assign, userId, InstanceArn } = await startScene();
    await assign();
    sim.settle();
    sim.console.deleteUser(userId);
    const { AccountAssignments } = await ssoAdmin.send(
      new ListAccountAssignmentsForPrincipalCommand({
        InstanceArn,
        PrincipalType: "USER",
        PrincipalId: userId,
      }),
    );
    expect(AccountAssignments).toHaveLength(1);
  });
});
