import { DescribeGroupCommand } from "@aws-sdk/client-identitystore";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture } from "./support/fixture.ts";

describe("the history", () => {
  it("answers as reads were answered at any time, and knows when they saw what", async () => {
    const { sim, clock, IdentityStoreId } = await startFixture({ keepHistory: true, propagationLag: 100 });
    // What there is at the start was made a moment before.
    clock.advance(1);
    const beginning = clock.now();
    const group = sim.console.createGroup("one");
    clock.advance(60);
    sim.console.updateGroup(group, { AttributePath: "displayName", AttributeValue: "two" });
    clock.advance(40);
    const visible = sim.perform("ListGroups", { IdentityStoreId });
    clock.advance(60);

    const { history } = sim;
    const versions = [beginning - 1, beginning, beginning + 60, beginning + 99, beginning + 100, clock.now()];
    const first = history.trueAt(beginning) - 1;
    expect(versions.map((time) => history.trueAt(time) - first)).toEqual([0, 1, 2, 2, 2, 2]);
    expect(versions.map((time) => history.seenAt(time) - first)).toEqual([0, 0, 0, 0, 1, 2]);

    const replay = history.replay();
    replay.advanceTo(first);
    expect(() => replay.answer("DescribeGroup", { IdentityStoreId, GroupId: group })).toThrow(
      "GROUP not found",
    );
    replay.advanceTo(first + 1);
    expect(replay.answer("ListGroups", { IdentityStoreId })).toEqual(visible);
    replay.advanceTo(first + 2);
    expect(replay.answer("ListGroups", { IdentityStoreId })).toEqual(
      sim.perform("ListGroups", { IdentityStoreId }),
    );
  });

  it("does not let a change be seen before an earlier one that takes longer", async () => {
    const { sim, clock, IdentityStoreId } = await startFixture({ keepHistory: true, propagationLag: 100 });
    const before = sim.history.seenAt(clock.now());
    sim.console.createGroup("slow");
    sim.configure({ propagationLag: 0 });
    sim.console.createGroup("quick");
    expect(sim.history.seenAt(clock.now())).toBe(before);
    expect(sim.perform("ListGroups", { IdentityStoreId })).toMatchObject({ Groups: [] });
    clock.advance(100);
    expect(sim.history.seenAt(clock.now())).toBe(before + 2);
  });

  it("counts what is settled by hand as done at that moment", async () => {
    const { sim, clock } = await startFixture({
      keepHistory: true,
      propagationLag: 100,
      operationDuration: 100,
      population: { users: 1, permissionSets: 1, assignments: 0 },
    });
    const { accountIds, instanceArn: InstanceArn } = sim;
    sim.perform("CreateAccountAssignment", {
      InstanceArn,
      TargetId: accountIds[1],
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn: sim.state.permissionSets[0]?.permissionSetArn,
      PrincipalType: "USER",
      PrincipalId: sim.state.users[0]?.userId,
    });
    const accepted = sim.history.trueAt(clock.now());
    sim.settle();
    expect(sim.history.trueAt(clock.now())).toBeGreaterThan(accepted);
    expect(sim.history.seenAt(clock.now())).toBe(sim.history.trueAt(clock.now()));
  });

  it("goes forward only, and only as far as there is something", async () => {
    const { sim } = await startFixture({ keepHistory: true });
    sim.console.createGroup("one");
    const replay = sim.history.replay();
    expect(() => replay.advanceTo(sim.history.trueAt(Infinity) + 1)).toThrow(RangeError);
    replay.advanceTo(1);
    expect(() => replay.advanceTo(0)).toThrow(RangeError);
    expect(() => replay.answer("CreateGroup", {})).toThrow(TypeError);
  });

  it("is kept only if asked for", async () => {
    const { sim } = await startFixture();
    expect(() => sim.history.seenAt(0)).toThrow("keepHistory");
  });
});

it("tells of every call over the network what became of it", async () => {
  const told: object[] = [];
  const { sim, identityStore, IdentityStoreId } = await startFixture({ onCall: (call) => told.push(call) });
  const GroupId = "90c477f754-00000000-0000-4000-8000-000000000000";
  for (const kind of [undefined, "drop-connection", "throttle"] as const) {
    if (kind !== undefined) sim.faults.add({ kind });
    await failureOf(identityStore.send(new DescribeGroupCommand({ IdentityStoreId, GroupId })));
  }
  expect(told).toEqual([
    { operation: "DescribeGroup", fault: undefined, error: "ResourceNotFoundException" },
    { operation: "DescribeGroup", fault: "drop-connection", error: undefined },
    { operation: "DescribeGroup", fault: "throttle", error: "ThrottlingException" },
  ]);
});
