import { ThrottlingException } from "@aws-sdk/client-identitystore";
import type { CacheStorage } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { failureOf, isHit, newManager, startFixture } from "./support/fixture.ts";

describe("an error of AWS", () => {
  test.each([
    "AccessDeniedException",
    "ThrottlingException",
    "ResourceNotFoundException",
    "InternalServerException",
  ])("%s reaches the caller as the SDK made it, and is not cached", async (error) => {
    const { identityStore, aws, IdentityStoreId, sim } = await startFixture();
    const fault = { kind: "error-before", operation: "ListUsers", error, message: "because" } as const;
    sim.faults.add({ ...fault, times: 2 });
    const theirs = await failureOf(aws.identityStore.listUsers({ IdentityStoreId }));
    const own = await failureOf(identityStore.listUsers({ IdentityStoreId }));
    expect(own.constructor).toBe(theirs.constructor);
    expect([own.name, own.message, own["$fault"]]).toEqual([theirs.name, theirs.message, theirs["$fault"]]);
    expect(own["$metadata"]).toMatchObject({ attempts: 1, requestId: expect.any(String) });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(false);
    expect(sim.calls.of("ListUsers").received).toBe(3);
  });

  test("keeps its class", async () => {
    const { identityStore, IdentityStoreId, sim } = await startFixture();
    sim.faults.add({ kind: "throttle", operation: "ListUsers" });
    expect(await failureOf(identityStore.listUsers({ IdentityStoreId }))).toBeInstanceOf(ThrottlingException);
  });

  test("of a write reaches the caller, too", async () => {
    const { identityStore, IdentityStoreId } = await startFixture();
    const UserId = "00000000-0000-0000-0000-000000000000";
    const failure = await failureOf(identityStore.deleteUser({ IdentityStoreId, UserId }));
    expect([failure.name, failure["ResourceType"]]).toEqual(["ResourceNotFoundException", "USER"]);
  });

  test("about an input without its identifier is AWS's own", async () => {
    const { identityStore, aws, IdentityStoreId, events } = await startFixture();
    const input = { IdentityStoreId, UserId: undefined };
    const theirs = await failureOf(aws.identityStore.describeUser(input));
    const own = await failureOf(identityStore.describeUser(input));
    expect([own.name, own.message]).toEqual([theirs.name, theirs.message]);
    expect(events).toMatchObject([{ type: "unusual-input", command: "DescribeUser" }]);
  });
});

describe("without credentials", () => {
  test("the SDK's own error reaches the caller, and an event says so", async () => {
    const credentials = async (): Promise<never> => {
      throw new Error("Token is expired");
    };
    const { identityStore, IdentityStoreId, events } = await startFixture({ aws: { credentials } });
    const failure = await failureOf(identityStore.listUsers({ IdentityStoreId }));
    expect(failure.message).toBe("Token is expired");
    expect(events).toMatchObject([{ type: "caller-unknown", service: "identitystore" }]);
  });

  test("a named caller is answered from the cache", async () => {
    let expired = false;
    const credentials = async (): Promise<{
      accessKeyId: string;
      secretAccessKey: string;
      expiration: Date;
    }> => {
      if (expired) throw new Error("Token is expired");
      return { accessKeyId: "a", secretAccessKey: "b", expiration: new Date(0) };
    };
    const { identityStore, IdentityStoreId } = await startFixture({
      aws: { credentials },
      client: { caller: "ada" },
    });
    await identityStore.listUsers({ IdentityStoreId });
    expired = true;
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(true);
  });
});

test("a region that cannot be found out for a moment is looked for again", async () => {
  let isAway = true;
  const region = async (): Promise<string> => {
    if (isAway) throw new Error("Region is missing");
    return "us-east-1";
  };
  const { identityStore, IdentityStoreId, events } = await startFixture({
    aws: { region },
    client: { caller: "ada" },
  });
  const ask = (): Promise<{ readonly $metadata: object }> => identityStore.listUsers({ IdentityStoreId });
  expect((await failureOf(ask())).message).toBe("Region is missing");
  expect(events).toMatchObject([{ type: "caller-unknown" }]);
  isAway = false;
  expect([isHit(await ask()), isHit(await ask())]).toEqual([false, true]);
});

describe("a cache in trouble", () => {
  const broken = (): never => {
    throw new Error("The disk is gone");
  };
  const storage: CacheStorage = {
    capabilities: { payload: "bytes", reach: "process", persistent: false, bounded: false },
    read: broken,
    readMany: broken,
    write: broken,
    stamp: broken,
    invalidate: broken,
    since: broken,
    clear: broken,
    entries: broken,
    usage: broken,
    close: () => undefined,
  };

  test("is no trouble for the caller", async () => {
    const { aws, IdentityStoreId, clock, sim } = await startFixture();
    const client = createCachedClient(aws.identityStore, { cache: newManager(clock, storage), clock });
    const { UserId } = await client.createUser({
      IdentityStoreId,
      UserName: "ada",
      DisplayName: "A",
      Name: { GivenName: "A", FamilyName: "B" },
    });
    const { GroupId } = await client.createGroup({ IdentityStoreId, DisplayName: "admins" });
    const MemberId = { UserId: UserId ?? "" };
    const { MembershipId } = await client.createGroupMembership({ IdentityStoreId, GroupId, MemberId });
    expect((await client.listGroupMemberships({ IdentityStoreId, GroupId })).GroupMemberships).toHaveLength(
      1,
    );
    await client.deleteGroupMembership({ IdentityStoreId, MembershipId });
    expect((await client.listGroupMemberships({ IdentityStoreId, GroupId })).GroupMemberships).toHaveLength(
      0,
    );
    expect(sim.calls.total).toBe(6);
  });

  test("or closed is no trouble, either, also while a request is under way", async () => {
    const { identityStore, IdentityStoreId, cache, sim } = await startFixture();
    const hold = sim.faults.hold({ operation: "ListUsers" });
    const pending = identityStore.listUsers({ IdentityStoreId });
    await hold.reached;
    const closed = cache.close();
    hold.release();
    expect((await pending).Users).toEqual([]);
    await closed;
    expect((await identityStore.listUsers({ IdentityStoreId })).Users).toEqual([]);
    await identityStore.createGroup({ IdentityStoreId, DisplayName: "admins" });
    expect(sim.state.groups).toHaveLength(1);
  });
});
