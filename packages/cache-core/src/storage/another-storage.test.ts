import type { CacheStorage, StorageContext } from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { bound, LateStorage, settle } from "../../test/support/late-storage.ts";
import { makeCache } from "../../test/support/make-cache.ts";

/** Opens another handle on the same entries each time, one that answers late. */
function lateHandles(): {
  readonly late: LateStorage[];
  readonly open: (context: StorageContext) => LateStorage;
} {
  const late: LateStorage[] = [];
  let shared: CacheStorage | undefined;
  return {
    late,
    open(context) {
      shared ??= openMemoryStorage({}, context);
      const storage = new LateStorage({ ...bound(shared), close: () => undefined });
      late.push(storage);
      return storage;
    },
  };
}

describe("another storage", () => {
  test("takes over, and the one before is closed and left alone, also by loads that began with it", async () => {
    const storages: LateStorage[] = [];
    const { cache } = makeCache({
      open: (context) => {
        const storage = new LateStorage(openMemoryStorage({}, context));
        storages.push(storage);
        return storage;
      },
    });
    const source = Promise.withResolvers<string>();
    const reading = cache.getOrLoad("user:list:all", () => source.promise);
    await settle();
    await cache.configureStorage({ backend: "test" });
    source.resolve("value");
    expect(await reading).toBe("value");
    await settle();
    expect(storages[0]?.calls).toEqual(["read", "close"]);
    expect(await cache.has("user:list:all")).toBe(false);
  });

  test("answers nothing from before what was invalidated, set or cleared while another was in use", async () => {
    const { cache, clock } = makeCache();
    const shared = openMemoryStorage({}, { clock, random: Math.random, emit: () => undefined });
    cache.registerBackend("shared", () => ({ ...bound(shared), close: () => undefined }));
    await cache.configureStorage({ backend: "shared" });
    for (const key of ["user:list:all", "user:describe:u-1", "group:list:all", "account:list:all"])
      await cache.set(key, "old");
    await cache.configureStorage({ backend: "test" });
    await cache.invalidate("user:list:*");
    await cache.set("user:describe:u-1", "new");
    await cache.clear("group:*");
    await cache.configureStorage({ backend: "shared" });
    expect(await cache.get("user:list:all")).toBeUndefined();
    expect(await cache.get("user:describe:u-1")).toBeUndefined();
    expect(await cache.get("group:list:all")).toBeUndefined();
  });

  test("stores nothing that a write of this process has not settled, and knows what an operation was on", async () => {
    const { cache, clock } = makeCache();
    cache.registerBackend("other", (config, context) => openMemoryStorage({}, context));
    const closed = await cache.beginWrite(["user:list:*"], 60_000);
    await closed.close(5_000);
    const handed = await cache.beginWrite(["group:list:*"], 60_000);
    await handed.handOver("operation-1", 900_000);
    await cache.configureStorage({ backend: "other" });
    for (const key of ["user:list:all", "group:list:all"]) await cache.getOrLoad(key, () => "old");
    expect(await cache.has("user:list:all")).toBe(false);
    expect(await cache.has("group:list:all")).toBe(false);
    await clock.advance(5_000);
    await cache.getOrLoad("user:list:all", () => "new");
    expect(await cache.has("user:list:all")).toBe(true);
    expect(await cache.has("group:list:all")).toBe(false);
    await clock.advance(895_000);
    await cache.getOrLoad("group:list:all", () => "old");
    expect(await cache.has("group:list:all")).toBe(true);
    await cache.settle("operation-1", 0);
    expect(await cache.has("group:list:all")).toBe(false);
    expect(await cache.has("user:list:all")).toBe(true);
  });

  test("answers nothing from before either when it could not be opened at first", async () => {
    const { cache, clock } = makeCache();
    const shared = openMemoryStorage({}, { clock, random: Math.random, emit: () => undefined });
    let isDown = false;
    cache.registerBackend("shared", () => {
      if (isDown) throw new Error("down");
      return { ...bound(shared), close: () => undefined };
    });
    await cache.configureStorage({ backend: "shared" });
    await cache.set("user:list:all", "old");
    await cache.configureStorage({ backend: "test" });
    await cache.invalidate("user:list:*");
    isDown = true;
    await cache.configureStorage({ backend: "shared" });
    isDown = false;
    await clock.advance(60_000);
    expect(await cache.get("user:list:all")).toBeUndefined();
  });

  test("is not spoken for by a load that began with the one before", async () => {
    const { cache, clock } = makeCache();
    const opening = Promise.withResolvers<void>();
    const shared = openMemoryStorage({}, { clock, random: Math.random, emit: () => undefined });
    const others = makeCache({ open: () => shared }).cache;
    cache.registerBackend("shared", async () => {
      await opening.promise;
      return shared;
    });
    const loading = Promise.withResolvers<string>();
    const first = cache.getOrLoad("user:list:all", () => loading.promise);
    await settle();
    const configuring = cache.configureStorage({ backend: "shared" });
    await settle();
    await clock.advance(250);
    await others.invalidate("user:list:*");
    const second = cache.getOrLoad("user:list:all", () => "new");
    await clock.advance(1);
    loading.resolve("old");
    expect(await first).toBe("old");
    expect(await second).toBe("new");
    opening.resolve();
    await configuring;
  });

  test("records what the one before could not", async () => {
    const { late, open } = lateHandles();
    const { cache } = makeCache({ open });
    await cache.getOrLoad("user:list:all", () => "old");
    await settle();
    late[0]?.hold("invalidate");
    const invalidating = cache.invalidate("user:list:*");
    await settle();
    await late[0]?.next("invalidate").fail(new Error("connection lost"));
    await invalidating;
    await cache.configureStorage({ backend: "test" });
    expect(await cache.get("user:list:all")).toBeUndefined();
  });

  test("records what is still under way at the one before", async () => {
    const { late, open } = lateHandles();
    const { cache } = makeCache({ open });
    await cache.getOrLoad("user:list:all", () => "old");
    await settle();
    late[0]?.hold("invalidate");
    const invalidating = cache.invalidate("user:list:*");
    await settle();
    await cache.configureStorage({ backend: "test" });
    await late[0]?.next("invalidate").fail(new Error("connection lost"));
    await invalidating;
    expect(await cache.get("user:list:all")).toBeUndefined();
  });

  test("is cleared as well when it takes over while the one before is being cleared", async () => {
    const { late, open } = lateHandles();
    const { cache } = makeCache({ open });
    await cache.getOrLoad("user:list:all", () => "old");
    await settle();
    late[0]?.hold("clear");
    const clearing = cache.clear("user");
    await settle();
    await cache.configureStorage({ backend: "test" });
    await late[0]?.next("clear").fail(new Error("connection lost"));
    await clearing;
    expect(await cache.get("user:list:all")).toBeUndefined();
  });

  test("records what a third one was being told when it was replaced", async () => {
    const { late, open } = lateHandles();
    let isDown = false;
    const { cache } = makeCache({
      open: (context) => {
        if (isDown) throw new Error("down");
        const storage = open(context);
        if (late.length === 2) storage.hold("invalidate");
        return storage;
      },
    });
    await cache.getOrLoad("user:list:all", () => "old");
    await settle();
    isDown = true;
    await cache.configureStorage({ backend: "test" });
    await cache.invalidate("user");
    isDown = false;
    const second = cache.configureStorage({ backend: "test" });
    await settle();
    const third = cache.configureStorage({ backend: "test" });
    await third;
    expect(await cache.get("user:list:all")).toBeUndefined();
    await late[1]?.release();
    await second;
    expect(late).toHaveLength(3);
    expect(late[1]?.calls).toEqual(["invalidate", "close"]);
  });

  test("when it is configured twice at once, the last call wins, and the other's storage is closed", async () => {
    const slow = Promise.withResolvers<void>();
    const { cache } = makeCache();
    let closed = 0;
    cache.registerBackend("slow", async (config, context) => {
      await slow.promise;
      return { ...bound(openMemoryStorage({}, context)), close: () => void closed++ };
    });
    const first = cache.configureStorage({ backend: "slow" });
    await cache.configureStorage({ backend: "test" });
    await cache.getOrLoad("user:list:all", () => "kept");
    slow.resolve();
    await first;
    expect(closed).toBe(1);
    expect(await cache.get("user:list:all")).toBe("kept");
  });

  test("is not kept waiting by a breaker that the one before has opened", async () => {
    const { cache } = makeCache({
      open: (context) => ({
        ...bound(openMemoryStorage({}, context)),
        read: () => {
          throw new Error("broken");
        },
      }),
    });
    for (let count = 0; count < 5; count++) await cache.getOrLoad("user:list:all", () => count);
    expect((await cache.getStats()).breaker.name).toBe("open");
    cache.registerBackend("good", (config, context) => openMemoryStorage({}, context));
    await cache.configureStorage({ backend: "good" });
    await cache.getOrLoad("user:list:all", () => "kept");
    expect(await cache.get("user:list:all")).toBe("kept");
  });

  test("is opened although the one before does not close, or fails to", async () => {
    const { cache, clock, events } = makeCache({
      open: (context) => {
        const storage = new LateStorage(openMemoryStorage({}, context));
        storage.hold("close");
        return storage;
      },
    });
    await cache.begin();
    cache.registerBackend("good", (config, context) => openMemoryStorage({}, context));
    const configuring = cache.configureStorage({ backend: "good" });
    await settle();
    await cache.getOrLoad("user:list:all", () => "kept");
    expect(await cache.get("user:list:all")).toBe("kept");
    await clock.advance(10_000);
    await configuring;
    expect(events).toContainEqual(
      expect.objectContaining({ type: "storage-failed", operation: "close" }) as unknown,
    );
  });
});
