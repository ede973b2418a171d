import { describe, expect, test } from "vitest";
import { cacheMetadata } from "../src/index.ts";
import { failureOf, startFixture, userNames, type Fixture } from "./support/fixture.ts";

const hour = 3_600_000;
const minute = 60_000;
const client = { staleIfError: hour, ttl: 10 * minute };

/** A list that was read once, and has expired since. */
async function expire({
  identityStore,
  IdentityStoreId,
  clock,
}: Fixture): Promise<() => Promise<{ $metadata: object }>> {
  const ask = (): Promise<{ $metadata: object }> => identityStore.listUsers({ IdentityStoreId });
  await ask();
  await clock.advance(10 * minute);
  return ask;
}

describe("an answer that has expired is given", () => {
  test.each([
    ["AWS takes no more calls", { kind: "throttle" }],
    ["AWS fails", { kind: "error-before" }],
    ["the connection breaks", { kind: "drop-connection" }],
    ["something in between answers", { kind: "not-json" }],
  ] as const)("when %s, and says so", async (_, fault) => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    fixture.sim.faults.add({ ...fault, times: "always" });
    const answer = await ask();
    expect(cacheMetadata(answer)).toEqual({ hit: true, source: "stale", age: 10 * minute });
    expect((await fixture.cache.getStats()).staleServed).toBe(1);
  });

  test("in all its pages, those of one time", async () => {
    const fixture = await startFixture({ client, population: { users: 7 } });
    const { IdentityStoreId, clock, sim } = fixture;
    const before = await userNames(fixture, IdentityStoreId);
    expect(before).toHaveLength(7);
    await clock.advance(10 * minute);
    sim.faults.add({ kind: "error-before", times: "always" });
    expect(await userNames(fixture, IdentityStoreId)).toEqual(before);
  });
});

describe("an answer that has expired is not given", () => {
  test.each([
    ["who may not ask", "AccessDeniedException"],
    ["what AWS says is not there", "ResourceNotFoundException"],
    ["a wrong question", "ValidationException"],
  ])("for %s", async (_, error) => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    fixture.sim.faults.add({ kind: "error-before", error });
    expect((await failureOf(ask())).name).toBe(error);
  });

  test("without credentials", async () => {
    let expired = false;
    const credentials = async (): Promise<{
      accessKeyId: string;
      secretAccessKey: string;
      expiration: Date;
    }> => {
      if (expired) throw new Error("Token is expired");
      return { accessKeyId: "a", secretAccessKey: "b", expiration: new Date(0) };
    };
    const fixture = await startFixture({ client: { ...client, caller: "ada" }, aws: { credentials } });
    const ask = await expire(fixture);
    expired = true;
    expect((await failureOf(ask())).message).toBe("Token is expired");
  });

  test("that says that something is not there, which may have been made since", async () => {
    const { identityStore, ssoAdmin, IdentityStoreId, InstanceArn, sim, clock } = await startFixture({
      client,
    });
    const AlternateIdentifier = { UniqueAttribute: { AttributePath: "userName", AttributeValue: "zoe" } };
    const lookUp = () => failureOf(identityStore.getUserId({ IdentityStoreId, AlternateIdentifier }));
    // But a permission set without a boundary is there, and like that.
    const PermissionSetArn = sim.console.createPermissionSet({ Name: "bare" });
    const boundary = () =>
      failureOf(ssoAdmin.getPermissionsBoundaryForPermissionSet({ InstanceArn, PermissionSetArn }));
    for (const ask of [lookUp, boundary]) expect((await ask()).name).toBe("ResourceNotFoundException");
    await clock.advance(10 * minute);
    sim.faults.add({ kind: "throttle", times: "always" });
    expect((await lookUp()).name).toBe("ThrottlingException");
    expect((await boundary()).name).toBe("ResourceNotFoundException");
  });

  test("once it was invalidated, in whatever process", async () => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    const { IdentityStoreId, sim, start } = fixture;
    const UserId = sim.console.createUser({ UserName: "zoe" });
    await start().identityStore.deleteUser({ IdentityStoreId, UserId });
    sim.faults.add({ kind: "error-before", times: "always" });
    expect((await failureOf(ask())).name).toBe("InternalServerException");
  });

  test("after the time that was set", async () => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    await fixture.clock.advance(hour);
    fixture.sim.faults.add({ kind: "throttle", times: "always" });
    expect((await failureOf(ask())).name).toBe("ThrottlingException");
  });

  test("unless that was asked for", async () => {
    const fixture = await startFixture({ client: { ttl: 10 * minute } });
    const ask = await expire(fixture);
    fixture.sim.faults.add({ kind: "throttle", times: "always" });
    expect((await failureOf(ask())).name).toBe("ThrottlingException");
  });
});

describe("a service that is down", () => {
  test("is asked no more by those who have an answer, until one of them finds it up again", async () => {
    const fixture = await startFixture({ client });
    const { clock, sim, events, cache } = fixture;
    const ask = await expire(fixture);
    const fault = sim.faults.add({ kind: "error-before", times: "always" });
    for (let time = 0; time < 5; time++) await ask();
    const { total } = sim.calls;
    expect(cacheMetadata(await ask())?.source).toBe("stale");
    expect(sim.calls.total).toBe(total);
    expect(events).toMatchObject([{ type: "source-breaker", state: { name: "open" } }]);
    expect((await cache.getStats()).breaker).toEqual({ name: "closed", failures: 0 });

    fault.remove();
    await clock.advance(29_999);
    expect(cacheMetadata(await ask())?.source).toBe("stale");
    await clock.advance(1);
    expect(cacheMetadata(await ask())).toBeUndefined();
    expect(events.map((event) => "state" in event && event.state.name)).toEqual([
      "open",
      "half-open",
      "closed",
    ]);
  });

  test("is asked by who has no answer", async () => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    const { sim, identityStore, IdentityStoreId } = fixture;
    sim.faults.add({ kind: "error-before", times: "always" });
    for (let time = 0; time < 6; time++) await ask();
    const { total } = sim.calls;
    await failureOf(identityStore.listGroups({ IdentityStoreId }));
    expect(sim.calls.total).toBe(total + 1);
  });

  test.each([
    { kind: "throttle" },
    // With the status of a failure, as it is seen of other services.
    { kind: "error-before", error: "ThrottlingException", status: 503 },
  ] as const)("is not one that refuses: that is asked every time (%o)", async (fault) => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    fixture.sim.faults.add({ ...fault, times: "always" });
    for (let time = 0; time < 8; time++) await ask();
    expect(fixture.sim.calls.of("ListUsers").received).toBe(9);
    expect(fixture.events).toEqual([]);
  });

  test("is not one whose answers are errors", async () => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    fixture.sim.faults.add({ kind: "error-before", error: "AccessDeniedException", times: "always" });
    for (let time = 0; time < 8; time++) await failureOf(ask());
    expect(fixture.events).toEqual([]);
  });

  test("is not one that answers in between", async () => {
    const fixture = await startFixture({ client });
    const ask = await expire(fixture);
    const { faults } = fixture.sim;
    for (let time = 0; time < 2; time++) {
      faults.add({ kind: "error-before", times: 4 });
      for (let failure = 0; failure < 4; failure++) await ask();
      faults.add({ kind: "error-before", error: "AccessDeniedException" });
      await failureOf(ask());
    }
    expect(fixture.events).toEqual([]);
  });
});

test("an answer that replaces an expired one depends on nothing that only that one had", async () => {
  const { identityStore, IdentityStoreId, cache, clock, sim } = await startFixture({ client });
  const AlternateIdentifier = { UniqueAttribute: { AttributePath: "userName", AttributeValue: "ada" } };
  const before = sim.console.createUser({ UserName: "ada" });
  await identityStore.getUserId({ IdentityStoreId, AlternateIdentifier });
  expect(await allTags(cache)).toContain(before);
  sim.console.deleteUser(before);
  const after = sim.console.createUser({ UserName: "ada" });
  await clock.advance(10 * minute);
  await identityStore.getUserId({ IdentityStoreId, AlternateIdentifier });
  expect(await allTags(cache)).toContain(after);
  expect(await allTags(cache)).not.toContain(before);
});

async function allTags(cache: Fixture["cache"]): Promise<string> {
  const tags: string[] = [];
  for await (const entry of cache.entries()) tags.push(...entry.tags);
  return tags.join(" ");
}
