import { describe, expect, test } from "vitest";
import { bound, LateStorage, settle } from "../../test/support/late-storage.ts";
import { makeCache, type TestCache } from "../../test/support/make-cache.ts";
import { openMemoryStorage } from "@awsideman/storage-memory";
import type { Cache } from "../cache.ts";

const key = "user:describe:u-1";

/** Whether a load that begins now is kept. */
async function isFilled(cache: Cache, name = key): Promise<boolean> {
  await cache.getOrLoad(name, () => 1);
  await settle();
  return cache.has(name);
}

/** Two processes that share a storage. */
function makeTwo(): [TestCache, TestCache] {
  const first = makeCache();
  let shared: ReturnType<typeof openMemoryStorage> | undefined;
  const open = (context: Parameters<typeof openMemoryStorage>[1]): ReturnType<typeof openMemoryStorage> =>
    (shared ??= openMemoryStorage({}, { ...context, clock: first.clock }));
  first.cache.registerBackend("test", (_, context) => open(context));
  const second = makeCache({ clock: first.clock, open: (context) => bound(open(context)) });
  return [first, second];
}

describe("a write window", () => {
  test("invalidates when it is opened and when it is closed, and keeps out what begins in between", async () => {
    const { cache } = makeCache();
    await cache.set(key, "before");
    const window = await cache.beginWrite(["user:*:u-1"], 1_000);
    expect(await cache.has(key)).toBe(false);
    expect(await isFilled(cache)).toBe(false);
    expect(await isFilled(cache, "user:describe:u-2")).toBe(true);
    await window.close(0);
    expect(await isFilled(cache)).toBe(true);
  });

  test("keeps out a load that began while it was open and ends after it was closed", async () => {
    const { cache } = makeCache();
    const window = await cache.beginWrite([key], 1_000);
    const source = Promise.withResolvers<string>();
    const reading = cache.getOrLoad(key, () => source.promise);
    await settle();
    await window.close(0);
    source.resolve("old");
    await reading;
    await settle();
    expect(await cache.has(key)).toBe(false);
  });

  test("that nobody closes ends with its lease", async () => {
    const { cache, clock } = makeCache();
    await cache.beginWrite([key], 1_000);
    await clock.advance(999);
    expect(await isFilled(cache)).toBe(false);
    await clock.advance(1);
    expect(await isFilled(cache)).toBe(true);
  });

  test("has a full lease again when it is renewed", async () => {
    const { cache, clock } = makeCache();
    const window = await cache.beginWrite([key], 1_000);
    await clock.advance(900);
    await window.renew();
    await clock.advance(900);
    expect(await isFilled(cache)).toBe(false);
    await clock.advance(100);
    expect(await isFilled(cache)).toBe(true);
  });

  test("settles for as long as it is told, whatever windows are closed after it", async () => {
    const { cache, clock } = makeCache();
    const first = await cache.beginWrite([key], 1_000);
    const second = await cache.beginWrite([key], 1_000);
    await first.close(5_000);
    await second.close(10);
    await clock.advance(4_999);
    expect(await isFilled(cache)).toBe(false);
    await clock.advance(1);
    expect(await isFilled(cache)).toBe(true);
  });

  test("stays open while another that overlaps it is closed", async () => {
    const { cache } = makeCache();
    const first = await cache.beginWrite([key], 1_000);
    const second = await cache.beginWrite(["user"], 1_000);
    await first.close(0);
    expect(await isFilled(cache)).toBe(false);
    await second.close(0);
    expect(await isFilled(cache)).toBe(true);
  });

  test("closed with more targets invalidates and settles them, too", async () => {
    const { cache, clock } = makeCache();
    await cache.set("group:members:g-1", 1);
    const window = await cache.beginWrite([key], 1_000);
    expect(await cache.has("group:members:g-1")).toBe(true);
    await window.close(500, ["group:*:g-1"]);
    expect(await cache.has("group:members:g-1")).toBe(false);
    expect(await isFilled(cache, "group:members:g-1")).toBe(false);
    await clock.advance(500);
    expect(await isFilled(cache, "group:members:g-1")).toBe(true);
  });

  test("closed twice does no harm", async () => {
    const { cache } = makeCache();
    const window = await cache.beginWrite([key], 1_000);
    await window.close(0);
    await window.close(0);
    expect(await isFilled(cache)).toBe(true);
  });

  test("refuses times that are none, and names that are none", async () => {
    const { cache } = makeCache();
    const window = await cache.beginWrite([key], 1_000);
    await expect(window.close(-1)).rejects.toThrow(RangeError);
    await expect(window.close(0, ["a|b"])).rejects.toThrow(TypeError);
    await expect(window.handOver("operation", Number.NaN)).rejects.toThrow(RangeError);
    await expect(window.handOver("a|b", 1)).rejects.toThrow(TypeError);
    await expect(window.handOver("", 1)).rejects.toThrow(TypeError);
    expect(await isFilled(cache)).toBe(false);
  });
});

describe("an operation that is handed over", () => {
  test("stays open under its name until any process settles it", async () => {
    const [{ cache: one, clock }, { cache: other }] = makeTwo();
    const window = await one.beginWrite([key], 1_000);
    await window.handOver("request-1", 60_000, ["group:members:g-1"]);
    await clock.advance(59_999);
    expect(await isFilled(one)).toBe(false);
    expect(await isFilled(other)).toBe(false);
    expect(await isFilled(other, "group:members:g-1")).toBe(false);
    await other.settle("request-1", 500);
    expect(await isFilled(one)).toBe(false);
    await clock.advance(500);
    expect(await isFilled(one)).toBe(true);
    expect(await isFilled(one, "group:members:g-1")).toBe(true);
  });

  test("is another one in another namespace", async () => {
    const { cache } = makeCache();
    await (await cache.beginWrite([key], 1_000)).handOver("request-1", 60_000);
    await cache.withScope({ namespace: "other" }).settle("request-1", 0);
    expect(await isFilled(cache)).toBe(false);
    await cache.settle("request-1", 0);
    expect(await isFilled(cache)).toBe(true);
  });

  test("that ends after its lease invalidates what was filled since", async () => {
    const { cache, clock } = makeCache();
    await (await cache.beginWrite([key], 1_000)).handOver("request-1", 1_000);
    await clock.advance(2_000);
    await cache.invalidate("something:else");
    expect(await isFilled(cache)).toBe(true);
    await cache.settle("request-1", 0);
    expect(await cache.has(key)).toBe(false);
  });

  test("that is settled fences what was being set already, and has no stamp of its own yet", async () => {
    let storage: LateStorage | undefined;
    const { cache } = makeCache({
      open: (context) => (storage = new LateStorage(openMemoryStorage({}, context))),
    });
    await (await cache.beginWrite([key], 1_000)).handOver("request-1", 1_000);
    storage?.hold("stamp");
    const setting = cache.set(key, "read before");
    await settle();
    await cache.settle("request-1", 0);
    await storage?.release();
    await setting;
    expect(await cache.get(key)).toBeUndefined();
  });

  test("settling one that nobody knows is no error", async () => {
    const { cache } = makeCache();
    await expect(cache.settle("nobody's", 100)).resolves.toBeUndefined();
  });
});

test("what another process invalidates counts here at once, and so does what it sets", async () => {
  const [{ cache: one }, { cache: other }] = makeTwo();
  await one.getOrLoad(key, () => "old");
  expect(await other.get(key)).toBe("old");
  await other.invalidate("user");
  expect(await one.get(key)).toBeUndefined();
  await other.set(key, "new");
  expect(await one.get(key)).toBe("new");
});
