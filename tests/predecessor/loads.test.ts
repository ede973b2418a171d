import { CacheManager, type CacheStorage } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { failureOf, isHit, startFixture } from "../../packages/aws-client/test/support/fixture.ts";

test("B20: ten who miss at once are one call to AWS", async () => {
  const { identityStore, IdentityStoreId, sim } = await startFixture({ population: { users: 3 } });
  await Promise.all(Array.from({ length: 10 }, () => identityStore.listUsers({ IdentityStoreId })));
  expect(sim.calls.of("ListUsers").received).toBe(1);
});

test("B22: who changes an answer changes nobody else's", async () => {
  const { identityStore, IdentityStoreId } = await startFixture({ population: { users: 3 } });
  for (let time = 0; time < 3; time++) {
    const { Users = [] } = await identityStore.listUsers({ IdentityStoreId });
    expect(Users.map(({ Title }) => Title)).not.toContain("changed");
    expect(Users).toHaveLength(3);
    for (const user of Users.splice(1)) user.Title = "changed";
  }
});

test("B24: an error is not stored, and what was read before it is not taken for all", async () => {
  const { identityStore, IdentityStoreId, sim } = await startFixture({
    pageSize: 1,
    population: { users: 3 },
  });
  const all = async (): Promise<number> => {
    let users = 0;
    for await (const { Users = [] } of identityStore.paginateListUsers({ IdentityStoreId }))
      users += Users.length;
    return users;
  };
  const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
  sim.faults.add({ kind: "throttle", operation: "ListUsers" });
  const failure = await failureOf(identityStore.listUsers({ IdentityStoreId, NextToken }));
  expect(failure.name).toBe("ThrottlingException");
  expect(await all()).toBe(3);
});

test("B27: a key is read as often as anybody likes, within a minute, too", async () => {
  const { identityStore, IdentityStoreId, sim } = await startFixture({ population: { users: 1 } });
  await identityStore.listUsers({ IdentityStoreId });
  for (let time = 0; time < 300; time++)
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(true);
  expect(sim.calls.total).toBe(1);
});

/** A cache whose storage fails while somebody says so. */
function prepare(): {
  readonly cache: CacheManager;
  readonly clock: FakeClock;
  readonly trouble: { on: boolean; calls: number };
} {
  const clock = new FakeClock();
  const storage = openMemoryStorage({}, { clock, random: () => 0.5, emit: () => undefined });
  const trouble = { on: true, calls: 0 };
  const cache = new CacheManager({ clock, storage: { backend: "failing" } });
  cache.registerBackend(
    "failing",
    () =>
      new Proxy(storage, {
        get(target, name): unknown {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function") return member;
          return (...given: readonly unknown[]): unknown => {
            if (name === "read") {
              trouble.calls++;
              if (trouble.on) throw new Error("out of order");
            }
            return (member as (...given: readonly unknown[]) => unknown).apply(target, [...given]);
          };
        },
      }) as CacheStorage,
  );
  return { cache, clock, trouble };
}

test("B12: a storage that fails is counted and left alone, and its readers are answered all the same", async () => {
  const { cache, trouble } = prepare();
  for (let time = 0; time < 40; time++) expect(await cache.getOrLoad("user:list:all", () => time)).toBe(time);
  const { breaker } = await cache.getStats();
  expect(breaker.name).toBe("open");
  expect(trouble.calls).toBe(5);
});

test("B31: after a while one of ten tries it again, and not all", async () => {
  const { cache, clock, trouble } = prepare();
  for (let time = 0; time < 10; time++) await cache.getOrLoad("user:list:all", () => time);
  trouble.calls = 0;
  await clock.advance(60_001);
  const readers = Array.from({ length: 10 }, (_, index) =>
    cache.getOrLoad(`user:list:${index}`, () => index),
  );
  expect(await Promise.all(readers)).toHaveLength(10);
  expect(trouble.calls).toBe(1);
});
