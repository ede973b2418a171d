import {
  CreateGroupCommand,
  DescribeGroupCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from "@aws-sdk/client-identitystore";
import { ListInstancesCommand } from "@aws-sdk/client-sso-admin";
import type { Fault } from "@awsideman/identity-center-sim";
import { describe, expect, it } from "vitest";
import { failureOf, first, startFixture } from "./support/fixture.ts";

describe("faults", () => {
  it("happen by chance when they have a probability", async () => {
    let drawn = 0;
    const { sim, identityStore, IdentityStoreId } = await startFixture({ random: () => drawn });
    const met: boolean[] = [];
    sim.faults.add({ kind: "throttle", operation: "ListGroups", times: "always", probability: 0.5 });
    for (let call = 0; call < 100; call++) {
      drawn = call % 10 < 3 ? 0.4 : 0.5;
      met.push(
        await identityStore.send(new ListGroupsCommand({ IdentityStoreId })).then(
          () => false,
          () => true,
        ),
      );
    }
    expect(met.filter(Boolean)).toHaveLength(30);
    expect(() => sim.faults.add({ kind: "throttle", probability: 0 })).toThrow(RangeError);
    expect(() => sim.faults.add({ kind: "throttle", probability: 1.1 })).toThrow(RangeError);
  });

  it.each<[Fault["kind"], string, number]>([
    ["error-before", "InternalServerException", 0],
    ["error-after-apply", "InternalServerException", 1],
    ["throttle", "ThrottlingException", 0],
    ["not-json", "SyntaxError", 0],
  ])("of kind %s fail with %s and apply %i times", async (kind, name, applied) => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    sim.faults.add({ kind, operation: "CreateGroup" });
    const failure = await failureOf(
      identityStore.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "engineers" })),
    );
    expect(failure.name).toBe(name);
    expect(sim.state.groups).toHaveLength(applied);
    expect(sim.calls.of("CreateGroup")).toMatchObject({ received: 1, faulted: 1 });
  });

  it.each<[Fault["kind"], number]>([
    ["drop-connection", 0],
    ["drop-after-apply", 1],
  ])("of kind %s close the connection and apply %i times", async (kind, applied) => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    sim.faults.add({ kind });
    const failure = await failureOf(
      identityStore.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "engineers" })),
    );
    expect(failure).toMatchObject({ code: "ECONNRESET" });
    expect(sim.state.groups).toHaveLength(applied);
  });

  it.each<[Fault["kind"], number]>([
    ["hang", 0],
    ["hang-after-apply", 1],
  ])("of kind %s never answer and apply %i times", async (kind, applied) => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    sim.faults.add({ kind, operation: "CreateGroup" });
    const abort = new AbortController();
    let answered = false;
    const call = identityStore
      .send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "engineers" }), {
        abortSignal: abort.signal,
      })
      .finally(() => {
        answered = true;
      });
    const failing = failureOf(call);
    // Another call is answered meanwhile; when it is, the first one has arrived and met its fault.
    while (sim.calls.of("CreateGroup").received === 0) {
      await identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    }
    await identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    expect(sim.state.groups).toHaveLength(applied);
    expect(answered).toBe(false);
    abort.abort();
    expect((await failing).name).toBe("AbortError");
  });

  it("that answer after applying lead the SDK to try again and meet its own first attempt", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ maxAttempts: 3 });
    sim.faults.add({ kind: "error-after-apply", operation: "CreateGroup" });
    const failure = await failureOf(
      identityStore.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: "engineers" })),
    );
    expect(failure).toMatchObject({ name: "ConflictException", $metadata: { attempts: 2 } });
    expect(sim.calls.of("CreateGroup")).toEqual({ received: 2, throttled: 0, faulted: 1, failed: 1 });
  });

  it("can be any exception, with a message and a status", async () => {
    const { sim, identityStore, ssoAdmin, IdentityStoreId } = await startFixture();
    sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      message: "Not for you.",
      times: 2,
    });
    for (const attempt of [
      () => identityStore.send(new ListUsersCommand({ IdentityStoreId })),
      () => ssoAdmin.send(new ListInstancesCommand({})),
    ]) {
      expect(await failureOf(attempt())).toMatchObject({
        name: "AccessDeniedException",
        message: "Not for you.",
        $metadata: { httpStatusCode: 400 },
      });
    }
    sim.faults.add({ kind: "error-before", error: "ServiceUnavailable", status: 503 });
    expect(await failureOf(ssoAdmin.send(new ListInstancesCommand({})))).toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
  });

  it("happen as often as asked, to the operation asked, the first one first", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const added = sim.faults.add({ kind: "error-before", operation: "ListUsers", times: 2 });
    const later = sim.faults.add({ kind: "throttle", times: "always" });
    const outcome = async (command: ListUsersCommand) =>
      identityStore.send(command).then(
        () => "answered",
        (error: Error) => error.name,
      );
    const list = new ListUsersCommand({ IdentityStoreId });
    expect(added.remaining).toBe(2);
    expect(await outcome(list)).toBe("InternalServerException");
    expect(added.remaining).toBe(1);
    expect(await outcome(list)).toBe("InternalServerException");
    expect(await outcome(list)).toBe("ThrottlingException");
    expect(await outcome(list)).toBe("ThrottlingException");
    expect(sim.faults.pending()).toEqual([
      { kind: "throttle", times: "always", remaining: Number.POSITIVE_INFINITY },
    ]);
    later.remove();
    expect(await outcome(list)).toBe("answered");
  });

  it("are all taken back by clear", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    sim.faults.add({ kind: "hang", times: "always" });
    sim.faults.clear();
    await expect(identityStore.send(new ListUsersCommand({ IdentityStoreId }))).resolves.toBeDefined();
  });

  it.each<[unknown, string]>([
    [{ kind: "explode" }, "kind must be one of"],
    [{ kind: "hang", times: 0 }, "times must be a whole number from 1, received 0"],
    [{ kind: "error-before", status: 200 }, "status must be a whole number 400 to 599, received 200"],
  ])("such as %j are refused", async (fault, message) => {
    const { sim } = await startFixture();
    expect(() => sim.faults.add(fault as Fault)).toThrow(message);
    expect(sim.faults.pending()).toEqual([]);
  });
});

describe("a hold", () => {
  it("before lets a call wait before it is carried out", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const hold = sim.faults.hold({ operation: "ListGroups" });
    const listing = identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    await hold.reached;
    expect(hold.waiting).toBe(1);
    sim.console.createGroup("engineers");
    hold.release();
    expect((await listing).Groups).toHaveLength(1);
  });

  it("after lets a call wait with an answer that has grown old", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ population: { groups: 1 } });
    const GroupId = first(sim.state.groups).groupId;
    using hold = sim.faults.hold({ operation: "DescribeGroup", when: "after" });
    const describing = identityStore.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }));
    await hold.reached;
    sim.console.updateGroup(GroupId, { AttributePath: "displayName", AttributeValue: "renamed" });
    hold.release();
    expect((await describing).DisplayName).not.toBe("renamed");
    const again = await identityStore.send(new DescribeGroupCommand({ IdentityStoreId, GroupId }));
    expect(again.DisplayName).toBe("renamed");
  });

  it("keeps other operations going, and is released by reset", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture();
    const hold = sim.faults.hold({ operation: "ListGroups" });
    const listing = identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    await hold.reached;
    await expect(identityStore.send(new ListUsersCommand({ IdentityStoreId }))).resolves.toBeDefined();
    sim.reset();
    await expect(listing).resolves.toBeDefined();
  });
});
