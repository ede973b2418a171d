import type { CacheStorage } from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { LateStorage, settle } from "../../test/support/late-storage.ts";
import { makeCache } from "../../test/support/make-cache.ts";

describe("a storage that is being opened", () => {
  test("keeps a reader for a quarter of a second at most, and then nobody", async () => {
    const opening = Promise.withResolvers<CacheStorage>();
    const { cache, clock, events } = makeCache({ open: () => opening.promise });
    let answer: unknown;
    void cache.getOrLoad("user:list:all", () => "source").then((value) => (answer = value));
    await clock.advance(249);
    expect(answer).toBeUndefined();
    await clock.advance(1);
    expect(answer).toBe("source");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "storage-failed", operation: "open test" }) as unknown,
    );
    expect(await cache.getOrLoad("user:list:all", () => "at once")).toBe("at once");
    expect((await cache.healthCheck()).problems).toEqual(["The test backend is still being opened"]);
  });

  test("is used when it is open in the end, with what was invalidated meanwhile recorded first", async () => {
    const opening = Promise.withResolvers<void>();
    let storage: LateStorage | undefined;
    const { cache, clock, told } = makeCache({
      open: async (context) => {
        await opening.promise;
        return (storage = new LateStorage(openMemoryStorage({}, context)));
      },
    });
    const reading = cache.getOrLoad("user:list:all", () => 1);
    await clock.advance(250);
    expect(await reading).toBe(1);
    await cache.invalidate("user:list:*");
    await cache.delete("user:describe:u-1");
    expect(told().filter((type) => type === "invalidation-deferred")).toHaveLength(2);
    opening.resolve();
    await settle();
    expect(storage?.calls).toEqual(["invalidate", "invalidate"]);
    await cache.getOrLoad("user:list:all", () => 2);
    await settle();
    expect(await cache.get("user:list:all")).toBe(2);
  });

  test("is nobody's trouble as long as nobody waits but who opens it", async () => {
    const opening = Promise.withResolvers<void>();
    const { cache, clock, events } = makeCache({
      open: async (context) => {
        await opening.promise;
        return openMemoryStorage({}, context);
      },
    });
    const configuring = cache.configureStorage({ backend: "test" });
    await settle();
    await clock.advance(5_000);
    expect(events).toEqual([]);
    // Who comes now does not wait at all.
    const reading = cache.getOrLoad("user:list:all", () => "source");
    await settle();
    await clock.advance(0);
    expect(await reading).toBe("source");
    // And is told of the limit, not of what is left of it.
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "storage-failed",
        error: expect.objectContaining({ message: "The storage did not answer within 250 ms" }) as unknown,
      }),
    );
    opening.resolve();
    await configuring;
    expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
  });

  test("counts as one that cannot be opened after ten seconds, and is closed when it comes later", async () => {
    const opening = Promise.withResolvers<void>();
    let storage: LateStorage | undefined;
    const { cache, clock, events } = makeCache({
      open: async (context) => {
        await opening.promise;
        return (storage = new LateStorage(openMemoryStorage({}, context)));
      },
    });
    let isConfigured = false;
    const configuring = cache.configureStorage({ backend: "test" }).then(() => (isConfigured = true));
    await settle();
    await clock.advance(9_999);
    expect(isConfigured).toBe(false);
    await clock.advance(1);
    await configuring;
    expect(events.at(-1)).toMatchObject({
      type: "storage-failed",
      operation: "open test",
      error: { code: "CACHE_DEADLINE_EXCEEDED", message: "The test backend did not answer within 10000 ms" },
    });
    expect((await cache.healthCheck()).problems[0]).toContain("cannot be opened");
    opening.resolve();
    await settle();
    expect(storage?.calls).toEqual(["close"]);
    expect(await cache.getOrLoad("user:list:all", () => "source")).toBe("source");
  });

  test("is closed when it comes after the cache was", async () => {
    const opening = Promise.withResolvers<void>();
    let storage: LateStorage | undefined;
    const { cache, clock } = makeCache({
      open: async (context) => {
        await opening.promise;
        return (storage = new LateStorage(openMemoryStorage({}, context)));
      },
    });
    void cache.getOrLoad("user:list:all", () => 1);
    const closing = cache.close();
    await clock.advance(250);
    await closing;
    opening.resolve();
    await settle();
    expect(storage?.calls).toEqual(["close"]);
    expect((await cache.healthCheck()).problems).toEqual(["The cache is closed"]);
  });
});

describe("a storage that cannot be opened", () => {
  test("leaves the reader to the source, is told of, and is tried again after a minute", async () => {
    let attempts = 0;
    const { cache, clock, events } = makeCache({
      open: (context) => {
        if (++attempts === 1) throw new Error("no such server");
        return openMemoryStorage({}, context);
      },
    });
    expect(await cache.getOrLoad("user:list:all", () => 1)).toBe(1);
    expect(events).toContainEqual({
      type: "storage-failed",
      operation: "open test",
      error: new Error("no such server"),
    });
    expect((await cache.healthCheck()).problems).toEqual([
      "The test backend cannot be opened: no such server",
    ]);
    await clock.advance(59_999);
    expect(await cache.getOrLoad("user:list:all", () => 2)).toBe(2);
    expect(attempts).toBe(1);
    await clock.advance(1);
    expect(await cache.getOrLoad("user:list:all", () => 3)).toBe(3);
    expect(await cache.getOrLoad("user:list:all", () => 4)).toBe(3);
    expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
  });

  test("is one whose key is none, too: who needs it first is told, and nobody waits for it", async () => {
    const { cache, told } = makeCache({ storage: { backend: "test", encryption: { key: "too short" } } });
    expect(await cache.getOrLoad("user:list:all", () => "source")).toBe("source");
    expect(told()).toEqual(["storage-failed", "miss"]);
    expect((await cache.healthCheck()).problems).toEqual([
      expect.stringContaining("The test backend cannot be opened: `encryption.key`") as unknown,
    ]);
  });

  test("a clock that is set back does not keep it from being tried again", async () => {
    let attempts = 0;
    const { cache, clock } = makeCache({
      open: () => {
        attempts++;
        throw new Error("no");
      },
    });
    await cache.get("user:list:all");
    clock.jump(clock.now() - 86_400_000);
    await cache.get("user:list:all");
    expect(attempts).toBe(2);
  });

  test("what was invalidated meanwhile is recorded, in order, before the next one is used", async () => {
    const memory: { shared?: CacheStorage } = {};
    let isDown = false;
    const { cache, clock } = makeCache({
      open: (context) => {
        if (isDown) throw new Error("down");
        return (memory.shared ??= openMemoryStorage({}, context));
      },
    });
    await cache.getOrLoad("user:list:all", () => "old");
    isDown = true;
    await cache.configureStorage({ backend: "test" });
    await cache.invalidate("user:list:*");
    isDown = false;
    await clock.advance(60_000);
    expect(await cache.getOrLoad("user:list:all", () => "new")).toBe("new");
  });

  test("more than a thousand missed invalidations become one that concerns everything, marks included", async () => {
    const { cache, clock } = makeCache({
      open: (context) => {
        if (clock.now() < 1_700_000_060_000) throw new Error("down");
        return openMemoryStorage({}, context);
      },
    });
    await cache.beginWrite(["user:list:*"], 900_000);
    for (let count = 0; count < 1_500; count++) await cache.invalidate(`group:describe:g-${count}`);
    await clock.advance(60_000);
    await cache.getOrLoad("user:list:all", () => 1);
    expect(await cache.has("user:list:all")).toBe(false);
    await clock.advance(900_000);
    await cache.getOrLoad("user:list:all", () => 1);
    expect(await cache.has("user:list:all")).toBe(true);
  });

  test("a wrong configuration leaves the storage in use, and loses no invalidation", async () => {
    const { cache } = makeCache();
    await cache.configureStorage({ backend: "test" });
    await cache.set("user:list:all", "old");
    await cache.set("group:list:all", "kept");
    const configured = cache.configureStorage({ backend: "test", config: { maxSizeMb: -1 } });
    const invalidated = cache.invalidate("user:list:*");
    await expect(configured).rejects.toThrow(RangeError);
    await invalidated;
    expect(await cache.get("user:list:all")).toBeUndefined();
    expect(await cache.get("group:list:all")).toBe("kept");
    expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
  });

  test("a wrong configuration leaves the one before also where nothing has needed it yet", async () => {
    const { cache } = makeCache();
    await expect(cache.configureStorage({ backend: "nobody" })).rejects.toThrow(TypeError);
    await cache.set("user:list:all", 1);
    expect(await cache.get("user:list:all")).toBe(1);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a name alone", "test"],
    ["no backend", { config: {} }],
    ["a name that nobody knows", { backend: "test", encrytpion: { key: "0".repeat(64) } }],
    ["no options", { backend: "test", config: null }],
    ["no encryption", { backend: "test", encryption: null }],
    ["an outbox that depends on where one is", { backend: "test", outboxDirectory: "outbox" }],
    [
      "a far tier with its options in the wrong place",
      { backend: "tiered", config: { far: { backend: "test", maxEntries: 5 } } },
    ],
    [
      "a far tier with an encryption of its own",
      { backend: "tiered", config: { far: { backend: "test", encryption: {} } } },
    ],
  ])("what cannot be meant, %s, is refused, and harms nobody", async (_, configuration) => {
    const { cache } = makeCache();
    await cache.set("user:list:all", 1);
    await expect(cache.configureStorage(configuration as never)).rejects.toThrow(TypeError);
    expect(await cache.get("user:list:all")).toBe(1);
    expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
  });

  test("a factory that forgets to return its storage is told so", async () => {
    const { cache } = makeCache({ open: () => undefined as never });
    await expect(cache.configureStorage({ backend: "test" })).rejects.toThrow(
      "The factory of the test backend must return a storage, received undefined",
    );
  });

  test("wrong configuration rejects the call that configures, and never a reader", async () => {
    const { cache } = makeCache();
    await expect(cache.configureStorage({ backend: "nobody" })).rejects.toThrow(
      new TypeError(
        '`backend` must be one of test, memory, disk, redis, tiered, or be registered first, received "nobody"',
      ),
    );
    await expect(cache.configureStorage({ backend: "test", config: { compression: "yes" } })).rejects.toThrow(
      new TypeError('`compression` must be true or false, received "yes"'),
    );
    expect(await cache.healthCheck()).toEqual({ healthy: true, problems: [] });
    await expect(cache.configureStorage({ backend: "test", config: { maxEntries: 0 } })).rejects.toThrow(
      RangeError,
    );
    expect(await cache.getOrLoad("user:list:all", () => 1)).toBe(1);
    await cache.configureStorage({ backend: "test" });
    await cache.getOrLoad("user:list:all", () => 2);
    expect(await cache.get("user:list:all")).toBe(2);
  });
});

describe("after close", () => {
  test("reads go to the source, several at once share what they may, and nothing is called on the storage", async () => {
    let storage: LateStorage | undefined;
    const { cache, told } = makeCache({
      open: (context) => (storage = new LateStorage(openMemoryStorage({}, context))),
    });
    await cache.getOrLoad("user:list:all", () => 1);
    await cache.close();
    await cache.close();
    await cache[Symbol.asyncDispose]();
    const calls = storage?.calls.length;
    let loads = 0;
    const values = await Promise.all(
      Array.from({ length: 50 }, () => cache.getOrLoad("user:list:all", async () => ++loads)),
    );
    expect(new Set(values).size).toBeLessThanOrEqual(2);
    expect(loads).toBeLessThanOrEqual(2);
    expect(await cache.get("user:list:all")).toBeUndefined();
    await cache.set("user:list:all", 5);
    await cache.invalidate("user");
    expect(told()).toContain("invalidation-deferred");
    expect(await cache.clear()).toBe(0);
    expect(await cache.begin()).toBeUndefined();
    expect((await cache.getStats()).totalEntries).toBe(0);
    expect(storage?.calls.length).toBe(calls);
    expect(storage?.calls.at(-1)).toBe("close");
    await expect(cache.configureStorage({ backend: "test" })).rejects.toMatchObject({ code: "CACHE_CLOSED" });
  });

  test("a load under way ends for its caller, and its value goes nowhere else", async () => {
    let storage: LateStorage | undefined;
    const { cache } = makeCache({
      open: (context) => (storage = new LateStorage(openMemoryStorage({}, context))),
    });
    const source = Promise.withResolvers<string>();
    let signal: AbortSignal | undefined;
    const reading = cache.getOrLoad("user:list:all", (context) => {
      signal = context.signal;
      return source.promise;
    });
    await settle();
    await cache.close();
    expect(signal?.aborted).toBe(false);
    source.resolve("value");
    expect(await reading).toBe("value");
    await settle();
    expect(storage?.calls).toEqual(["read", "close"]);
  });

  test("a refresh in the background is given up, and not waited for", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad("user:list:all", () => 1, { ttl: 1_000 });
    await clock.advance(900);
    let signal: AbortSignal | undefined;
    const hang = (context: { readonly signal: AbortSignal }): Promise<number> => {
      signal = context.signal;
      return new Promise(() => undefined);
    };
    expect(await cache.getOrLoad("user:list:all", hang, { refreshAhead: 500 })).toBe(1);
    await cache.close();
    expect(signal?.reason).toMatchObject({ code: "CACHE_CLOSED" });
  });
});
