import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { LateStorage, settle } from "../../test/support/late-storage.ts";
import { makeCache } from "../../test/support/make-cache.ts";
import type { CacheManager } from "../cache-manager.ts";

const key = "user:list:all";

/** A cache that holds an old value, and whose storage answers nothing that changes it until it is told to. */
async function makeHeld(): Promise<{ cache: CacheManager; storage: LateStorage }> {
  let storage: LateStorage | undefined;
  const { cache } = makeCache({
    open: (context) => (storage = new LateStorage(openMemoryStorage({}, context))),
  });
  await cache.set(key, "old");
  const held = storage as unknown as LateStorage;
  held.hold("write", "invalidate");
  return { cache, storage: held };
}

/** Tells what is read once a call has returned; "not returned" while it has not. */
function readAfter(cache: CacheManager, call: Promise<void>): () => Promise<unknown> {
  let hasReturned = false;
  void call.then(() => (hasReturned = true));
  return async () => {
    await settle();
    return hasReturned ? cache.get(key) : "not returned";
  };
}

test("a set that was not stored leaves nothing older, although the key was deleted meanwhile", async () => {
  const { cache, storage } = await makeHeld();
  const read = readAfter(cache, cache.set(key, "new"));
  await settle();
  const deleted = cache.delete(key);
  await settle();
  await storage.next("write").fail(new Error("The storage failed"));
  expect(await read()).toBe("not returned");
  await storage.release();
  await deleted;
  expect(await read()).toBeUndefined();
});

test("a set that was not stored leaves alone what was set since, and returns when nothing older is left", async () => {
  const { cache, storage } = await makeHeld();
  const read = readAfter(cache, cache.set(key, "new"));
  await settle();
  const later = cache.set(key, "newer");
  await settle();
  await storage.next("write").fail(new Error("The storage failed"));
  expect(await read()).toBe("not returned");
  await storage.release();
  await later;
  expect(await read()).toBe("newer");
});

test("a value that was read before the key was deleted is refused when nothing older is left", async () => {
  const { cache, storage } = await makeHeld();
  const stamp = await cache.begin();
  const deleted = cache.delete(key);
  const read = readAfter(cache, cache.set(key, "new", { ...(stamp && { stamp }) }));
  expect(await read()).toBe("not returned");
  await storage.release();
  await deleted;
  expect(await read()).toBeUndefined();
});

test("of two values with stamps the one that was read earlier does not stay because it was set first", async () => {
  const { cache } = makeCache();
  const earlier = await cache.begin();
  await cache.invalidate("group");
  const later = await cache.begin();
  await cache.set(key, "read earlier", { ...(earlier && { stamp: earlier }) });
  await cache.set(key, "read later", { ...(later && { stamp: later }) });
  expect(await cache.get(key)).toBeUndefined();
  await cache.set(key, "set without a stamp");
  await cache.set(key, "read later", { ...(later && { stamp: later }) });
  expect(await cache.get(key)).toBe("set without a stamp");
});

test("a value with its stamp is stored when nothing was invalidated since, without a word of refusal", async () => {
  const { cache, told } = makeCache();
  await cache.invalidate("group");
  const stamp = await cache.begin();
  await cache.set(key, "value", { ...(stamp && { stamp }) });
  expect(await cache.get(key)).toBe("value");
  expect(told()).not.toContain("fenced");
});

test("a value of which nobody knows when it was read is not stored, and leaves nothing older", async () => {
  const { cache, told } = makeCache();
  await cache.set(key, "old");
  await cache.set(key, "new", { stamp: undefined } as object);
  expect(await cache.get(key)).toBeUndefined();
  expect(told()).toContain("fenced");
});

test("a value that is older than what is being invalidated here is refused before any storage knows, and that is told", async () => {
  const { cache, storage } = await makeHeld();
  const reasons: unknown[] = [];
  cache.on("fenced", ({ reason }) => reasons.push(reason));
  storage.hold("invalidate");
  const stamp = await cache.begin();
  const invalidated = cache.invalidate("user");
  const call = cache.set(key, "new", { ...(stamp && { stamp }) });
  await settle();
  expect(reasons).toEqual(["invalidated"]);
  expect(await cache.getStats()).toMatchObject({ fenced: 1 });
  expect(storage.calls.filter((name) => name === "write")).toHaveLength(1);
  await storage.release();
  await Promise.all([invalidated, call]);
});

test("that a value was read earlier than the one that is there is told", async () => {
  const { cache, told } = makeCache();
  const stamp = await cache.begin();
  await cache.set(key, "new");
  await cache.set(key, "old", { ...(stamp && { stamp }) });
  expect(told().filter((type) => type === "fenced")).toHaveLength(1);
  expect(await cache.get(key)).toBe("new");
});
