import { describe, expect, test } from "vitest";
import { cacheMetadata, createCachedService } from "../src/index.ts";
import { isHit, startFixture, userNames, type Fixture } from "./support/fixture.ts";

const minute = 60_000;

/** All users, as a process reads them, and how often AWS was asked for them. */
async function list(
  { sim, IdentityStoreId }: Fixture,
  process: Pick<Fixture, "identityStore">,
): Promise<{ readonly names: readonly string[]; readonly calls: number }> {
  const before = sim.calls.of("ListUsers").received;
  const names = await userNames(process, IdentityStoreId);
  return { names, calls: sim.calls.of("ListUsers").received - before };
}

describe("a client that wants its answers recent", () => {
  test("is given what AWS was asked for less than so long ago, in all pages of a list, and asks for the rest", async () => {
    const fixture = await startFixture({ population: { users: 7 } });
    const recent = fixture.start({ maxAge: 5 * minute });
    const first = await list(fixture, fixture);
    expect(first.calls).toBe(3);
    await fixture.clock.advance(5 * minute - 1);
    expect(await list(fixture, recent)).toEqual({ names: first.names, calls: 0 });
    await fixture.clock.advance(1);
    expect(await list(fixture, recent)).toEqual(first);
    expect(await list(fixture, recent)).toEqual({ names: first.names, calls: 0 });
  });

  test("asks AWS each time with 0, and everybody else is given what it has said", async () => {
    const fixture = await startFixture({ population: { users: 7 } });
    const { sim, start } = fixture;
    const asking = start({ maxAge: 0 });
    const before = await list(fixture, fixture);
    sim.console.createUser({ UserName: "zoe" });
    expect(await list(fixture, fixture)).toEqual({ names: before.names, calls: 0 });
    const now = await list(fixture, asking);
    expect(now.names).toContain("zoe");
    expect(now.calls).toBe(3);
    expect((await list(fixture, asking)).calls).toBe(3);
    expect(await list(fixture, fixture)).toEqual({ names: now.names, calls: 0 });

    const { IdentityStoreId } = fixture;
    const { NextToken } = await fixture.identityStore.listUsers({ IdentityStoreId, MaxResults: 3 });
    const page = { IdentityStoreId, MaxResults: 3, NextToken };
    expect(isHit(await fixture.identityStore.listUsers(page))).toBe(true);
    for (let time = 0; time < 2; time++)
      expect(cacheMetadata(await asking.identityStore.listUsers(page))).toBeUndefined();
  });

  test("goes past the cache with the rest of a list whose beginning has become too old", async () => {
    const fixture = await startFixture({ population: { users: 7 } });
    const { IdentityStoreId, clock } = fixture;
    const recent = fixture.start({ maxAge: minute });
    await list(fixture, fixture);
    const { NextToken } = await recent.identityStore.listUsers({ IdentityStoreId, MaxResults: 3 });
    await clock.advance(minute);
    const page = { IdentityStoreId, MaxResults: 3, NextToken };
    for (let time = 0; time < 2; time++)
      expect(cacheMetadata(await recent.identityStore.listUsers(page))).toBeUndefined();
    expect(isHit(await fixture.identityStore.listUsers(page))).toBe(true);
  });

  test("has writes invalidate as ever, and is not stored within the fence", async () => {
    const fixture = await startFixture({ client: { settle: 5_000 } });
    const { IdentityStoreId, sim, start } = fixture;
    const asking = start({ maxAge: 0 });
    const UserId = sim.console.createUser({ UserName: "zoe" });
    await list(fixture, fixture);
    await asking.identityStore.deleteUser({ IdentityStoreId, UserId });
    expect((await list(fixture, asking)).calls).toBe(1);
    const after = await list(fixture, fixture);
    expect(after.calls).toBe(1);
    expect(after.names).not.toContain("zoe");
  });

  test("may also say so of one call", async () => {
    const { cache, clock, sim, IdentityStoreId } = await startFixture();
    const { endpoint, region } = sim.clientConfig;
    const { Identitystore: Client } = await import("@aws-sdk/client-identitystore");
    const service = createCachedService({
      service: "identitystore",
      loadClient: async () => new Client(sim.clientConfig),
      cache,
      clock,
      region,
      endpoint,
      caller: "ada",
      maxAge: 10 * minute,
      quota: false,
    });
    const ask = async (maxAge?: number): Promise<boolean> =>
      isHit(await service.call("ListUsers", { IdentityStoreId }, maxAge === undefined ? {} : { maxAge }));
    expect(await ask()).toBe(false);
    await clock.advance(minute);
    expect([await ask(2 * minute), await ask(minute), await ask(minute), await ask(0), await ask()]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    await expect(ask(-1)).rejects.toThrow(/`maxAge` must be 0 or more/);
  });
});
