import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { bound, settle } from "../../test/support/late-storage.ts";
import { makeCache } from "../../test/support/make-cache.ts";

const key = "user:list:all";

test("a storage that cannot tell is unavailable, and an event says why", async () => {
  const { cache, events } = makeCache({
    open: (context) => ({
      ...bound(openMemoryStorage({}, context)),
      examine: () => {
        throw new Error("It is down");
      },
    }),
  });
  const { served, reasons, at } = await cache.explainKey(key);
  expect([served, at]).toEqual([false, undefined]);
  expect(reasons).toEqual([{ kind: "unavailable", why: "it does not answer" }]);
  expect(events).toContainEqual(expect.objectContaining({ type: "storage-failed", operation: "examine" }));
  await cache.getOrLoad(key, () => 1);
  expect(await cache.peek(key)).toBeUndefined();
});

test("of a storage that has no more to tell, what a look tells is said", async () => {
  const { cache, clock } = makeCache({
    open: (context) => {
      const storage = { ...bound(openMemoryStorage({}, context)) };
      delete storage.examine;
      return storage;
    },
  });
  await cache.getOrLoad(key, () => 1, { ttl: 1_000, staleIfError: 5_000 });
  expect(await cache.explainKey(key)).toMatchObject({ served: true, reasons: [] });
  expect(await cache.peek(key)).toMatchObject({ value: 1, age: 0 });
  await clock.advance(2_000);
  expect((await cache.explainKey(key)).reasons[0]?.kind).toBe("expired");
  expect(await cache.peek(key)).toBeUndefined();
});

test("a peek tells the age, counts as nothing, and is part of a load that makes something of it", async () => {
  const { cache, clock } = makeCache();
  await cache.getOrLoad(key, () => "a", { tags: ["users"] });
  await clock.advance(3_000);
  const { hits, misses } = await cache.getStats();
  expect(await cache.peek(key)).toMatchObject({ key, value: "a", age: 3_000, expiresAt: expect.any(Number) });
  expect(await cache.peek("user:list:none")).toBeUndefined();
  expect(await cache.getStats()).toMatchObject({ hits, misses });
  await cache.getOrLoad("sum:of:all", async () => (await cache.peek<string>(key))?.value);
  await cache.invalidate("users");
  expect(await cache.has("sum:of:all")).toBe(false);
  // That nothing is there is something to depend on, too.
  const isThere = async (): Promise<boolean> => (await cache.peek("user:list:none")) !== undefined;
  expect(await cache.getOrLoad("sum:of:none", isThere)).toBe(false);
  await cache.set("user:list:none", 1);
  expect(await cache.getOrLoad("sum:of:none", isThere)).toBe(true);
  await cache.getOrLoad("why:of:all", async () => (await cache.explainKey(key)).served);
  expect(await cache.has("why:of:all")).toBe(false);
});

test("who peeks at a storage that does not tell is kept no longer than by a look, and the breaker hears of it", async () => {
  let asked = 0;
  const { cache, clock, events } = makeCache({
    open: (context) => ({
      ...bound(openMemoryStorage({}, context)),
      examine: () => {
        asked++;
        return new Promise(() => undefined);
      },
    }),
  });
  await cache.getOrLoad(key, () => 1);
  for (let failures = 1; failures <= 5; failures++) {
    const peeked = cache.peek(key);
    await settle();
    await clock.advance(50);
    expect(await peeked).toBeUndefined();
    const { breaker } = await cache.getStats();
    expect(breaker).toMatchObject(failures < 5 ? { name: "closed", failures } : { name: "open" });
  }
  const failed = events.filter((event) => event.type === "storage-failed");
  expect(failed.map(({ operation }) => operation)).toEqual(Array(5).fill("examine"));
  // The clock stands still: at once.
  expect(await cache.peek(key)).toBeUndefined();
  expect(asked).toBe(5);
  expect(await cache.getOrLoad(key, () => "source")).toBe("source");
  // Whoever asks why waits for the storage all the same.
  const explained = cache.explainKey(key);
  await settle();
  expect(asked).toBe(6);
  await clock.advance(10_000);
  expect((await explained).reasons).toContainEqual({ kind: "unavailable", why: "it does not answer" });
  expect(clock.waiting).toBe(0);
});

test("while an invalidation waits to be recorded nothing is served, and that is the reason", async () => {
  let isDown = false;
  const { cache } = makeCache({
    open: (context) => {
      const storage = bound(openMemoryStorage({}, context));
      return {
        ...storage,
        invalidate: (invalidation) => {
          if (isDown) throw new Error("It is down");
          return storage.invalidate(invalidation);
        },
      };
    },
  });
  await cache.getOrLoad(key, () => 1);
  isDown = true;
  await cache.invalidate("other");
  const { served, reasons } = await cache.explainKey(key);
  expect(served).toBe(false);
  expect(reasons).toEqual([
    {
      kind: "unavailable",
      why: "it has failed too often just now, or an invalidation waits to be recorded in it",
    },
  ]);
});
