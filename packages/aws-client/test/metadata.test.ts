import { expect, test } from "vitest";
import { cacheMetadata } from "../src/index.ts";
import { startFixture } from "./support/fixture.ts";

test("AWS's own answer has its own metadata and no mark", async () => {
  const { identityStore, IdentityStoreId } = await startFixture();
  const output = await identityStore.listUsers({ IdentityStoreId });
  expect(output.$metadata).toMatchObject({ httpStatusCode: 200, attempts: 1, requestId: expect.any(String) });
  expect(cacheMetadata(output)).toBeUndefined();
});

test("a hit has new metadata with its age, and no request id", async () => {
  const { identityStore, IdentityStoreId, clock } = await startFixture();
  await identityStore.listUsers({ IdentityStoreId });
  await clock.advance(1500);
  const output = await identityStore.listUsers({ IdentityStoreId });
  expect(output.$metadata).toEqual({
    httpStatusCode: 200,
    attempts: 0,
    totalRetryDelay: 0,
    cache: { hit: true, source: "cache", age: 1500 },
  });
  const again = await identityStore.listUsers({ IdentityStoreId });
  expect(again.$metadata).not.toBe(output.$metadata);
});

test("who shared another's request is told so", async () => {
  const { identityStore, IdentityStoreId, sim } = await startFixture();
  const hold = sim.faults.hold();
  const pending = [1, 2].map(() => identityStore.listUsers({ IdentityStoreId }));
  await hold.reached;
  hold.release();
  const [leader, follower] = await Promise.all(pending);
  expect(leader && cacheMetadata(leader)).toBeUndefined();
  expect(follower && cacheMetadata(follower)).toEqual({ hit: false, source: "flight", age: 0 });
  expect(follower?.$metadata.requestId).toBeUndefined();
});

test("nothing of a request is kept with an answer", async () => {
  const { identityStore, IdentityStoreId, cache } = await startFixture();
  const { $metadata } = await identityStore.listUsers({ IdentityStoreId });
  const stored: unknown[] = [];
  for await (const { key, caller } of cache.entries())
    stored.push(await cache.withScope({ caller }).get(key));
  expect(stored).toHaveLength(1);
  expect(JSON.stringify(stored)).not.toContain($metadata.requestId);
});
