import { openMemoryStorage } from "@awsideman/storage-memory";
import { afterEach, describe, expect, test, vi } from "vitest";
import { settle } from "../test/support/late-storage.ts";
import { ControlledLoad, makeCache } from "../test/support/make-cache.ts";
import { CacheManager, getCacheManager, type EntryDescription } from "./index.ts";

const key = "user:list:all";

afterEach(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, Symbol.for("@awsideman/cache-core/shared"));
});

async function all(entries: AsyncIterable<EntryDescription>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { namespace, caller, key: name } of entries) keys.push(`${namespace}/${caller}/${name}`);
  return keys.toSorted();
}

describe("the instance of the process", () => {
  test("is one, whoever asks, also when several ask first at once", async () => {
    const asked = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        if (index % 2) await settle();
        return index % 3 ? CacheManager.getInstance() : getCacheManager();
      }),
    );
    expect(new Set(asked).size).toBe(1);
    expect(new CacheManager()).not.toBe(asked[0]);
  });

  test("is one for two installed copies of the package", async () => {
    const here = CacheManager.getInstance();
    vi.resetModules();
    const copy = await import("./index.ts");
    expect(copy.CacheManager).not.toBe(CacheManager);
    expect(copy.CacheManager.getInstance()).toBe(here);
    expect(copy.getCacheManager()).toBe(here);
  });

  test("is made from the environment", async () => {
    vi.stubEnv("AWSIDEMAN_CACHE_DISABLED", "true");
    const cache = getCacheManager();
    cache.registerBackend("memory", (config, context) => openMemoryStorage(config, context));
    await cache.getOrLoad(key, () => 1);
    expect(await cache.has(key)).toBe(false);
  });

  test("a wrong variable is told of every time, until it is right", () => {
    vi.stubEnv("AWSIDEMAN_CACHE_DEFAULT_TTL", "soon");
    expect(() => getCacheManager()).toThrow("AWSIDEMAN_CACHE_DEFAULT_TTL");
    expect(() => getCacheManager()).toThrow(TypeError);
    vi.stubEnv("AWSIDEMAN_CACHE_DEFAULT_TTL", "60");
    expect(getCacheManager()).toBeInstanceOf(CacheManager);
  });
});

describe("values", () => {
  test("a cached null or undefined is a hit", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    for (const value of [null, undefined]) {
      await cache.getOrLoad(`user:describe:${value}`, () => value);
      expect(await cache.has(`user:describe:${value}`)).toBe(true);
      expect(await cache.getOrLoad(`user:describe:${value}`, source.load)).toBe(value);
    }
    expect(source.count).toBe(0);
    expect([...(await cache.getMany(["user:describe:null", "user:describe:undefined"])).values()]).toEqual([
      null,
      undefined,
    ]);
    expect((await cache.getStats()).hits).toBe(4);
  });

  test("what cannot be stored reaches the caller, and an event says so", async () => {
    const { cache, events } = makeCache();
    class Session {
      readonly #secret = 1;
      get secret(): number {
        return this.#secret;
      }
    }
    const session = new Session();
    expect(await cache.getOrLoad(key, () => session)).toBe(session);
    await cache.set("user:list:other", { load: () => 1 });
    expect(events.filter(({ type }) => type === "not-storable")).toEqual([
      {
        type: "not-storable",
        id: key,
        error: expect.objectContaining({ code: "CACHE_VALUE_NOT_STORABLE" }) as unknown,
      },
      expect.objectContaining({ type: "not-storable", id: "user:list:other" }),
    ]);
    expect(await cache.has(key)).toBe(false);
  });

  test("keys that differ in anything do not share a value", async () => {
    const { cache } = makeCache();
    await cache.set("user:describe:u-1", 1);
    expect(await cache.get("user:describe:u-10")).toBeUndefined();
    expect(await cache.get("user:describe")).toBeUndefined();
    expect(await cache.get("user:describe:u-1:x")).toBeUndefined();
  });

  test("details tell where a value came from", async () => {
    const { cache, clock } = makeCache();
    const now = clock.now();
    const load = async (): Promise<number> => 1;
    const read = (): Promise<unknown> => cache.getOrLoadWithDetails(key, load, { ttl: 1_000 });
    const [first, second] = await Promise.all([read(), read()]);
    expect(first).toEqual({ value: 1, source: "load", age: 0, expiresAt: now + 1_000 });
    expect(second).toEqual({ value: 1, source: "flight", age: 0, expiresAt: now + 1_000 });
    await clock.advance(300);
    expect(await read()).toEqual({ value: 1, source: "cache", age: 300, expiresAt: now + 1_000 });
  });
});

describe("set", () => {
  test("replaces what was there, also when the new value is not kept", async () => {
    for (const [value, options] of [
      [() => 1, {}],
      ["x", { ttl: 0 }],
      ["x".repeat(20_000), {}],
    ] as const) {
      const { cache } = makeCache({ config: { maxSizeMb: 0.01 } });
      await cache.set(key, "old");
      await cache.set(key, value as unknown, options);
      expect(await cache.has(key)).toBe(false);
    }
  });

  test("with a stamp from before an invalidation leaves nothing, and tells of it", async () => {
    const { cache, told } = makeCache();
    await cache.set(key, "before");
    const stamp = await cache.begin();
    await cache.invalidate("group:describe:g-1");
    await cache.set(key, "new", { tags: ["group:describe:g-1"], ...(stamp ? { stamp } : {}) });
    expect(told()).toContain("fenced");
    expect(await cache.has(key)).toBe(false);
  });

  test("of two at once for the same key the later call stays", async () => {
    const { cache } = makeCache();
    await Promise.all([cache.set(key, "first"), cache.set(key, "second")]);
    expect(await cache.get(key)).toBe("second");
  });

  test("that is overtaken by an invalidation before it has a stamp stores nothing", async () => {
    const { cache } = makeCache();
    const setting = cache.set(key, "old", { tags: ["group:list"] });
    const invalidating = cache.invalidate("group");
    await Promise.all([setting, invalidating]);
    await cache.begin();
    const again = cache.set(key, "old", { tags: ["group:describe:g-1"] });
    await cache.invalidate("group:describe:g-1");
    await again;
    expect(await cache.has(key)).toBe(false);
  });

  test("takes a tag that its value names, and a time to live", async () => {
    const { cache, clock } = makeCache();
    await cache.set(key, ["u-1"], { tags: (ids) => ids.map((id) => `user:describe:${id}`), ttl: () => 100 });
    await cache.invalidate("user:describe:u-1");
    expect(await cache.has(key)).toBe(false);
    await cache.set(key, 1, { ttl: 100 });
    await clock.advance(100);
    expect(await cache.has(key)).toBe(false);
  });
});

describe("a cache that is switched off", () => {
  test("reads and stores nothing, shares nothing, and records every invalidation", async () => {
    let reads = 0;
    let steps = 0;
    const { cache } = makeCache({
      enabled: false,
      open: (context) => {
        const inner = openMemoryStorage({}, context);
        return new Proxy(inner, {
          get: (target, name: keyof typeof inner) => {
            if (name === "read" || name === "readMany" || name === "write") reads++;
            if (name === "invalidate" || name === "clear") steps++;
            const member = target[name];
            return typeof member === "function" ? (member.bind(target) as unknown) : member;
          },
        });
      },
    });
    let loads = 0;
    const load = async (): Promise<number> => ++loads;
    expect(await Promise.all([cache.getOrLoad(key, load), cache.getOrLoad(key, load)])).toEqual([1, 2]);
    await cache.set(key, 1);
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.has(key)).toBe(false);
    expect(reads).toBe(0);
    expect(steps).toBe(1);
    await cache.invalidate("user");
    await cache.delete(key);
    const window = await cache.beginWrite(["user"], 1_000);
    await window.close(0);
    await cache.invalidateForOperation("update", "user", "u-1");
    await cache.clear();
    expect(steps).toBe(7);
  });

  test("ends a caller's wait when he gives up", async () => {
    const { cache } = makeCache({ enabled: false });
    const source = new ControlledLoad();
    const controller = new AbortController();
    const reading = cache.getOrLoad(key, source.load, { signal: controller.signal });
    controller.abort("enough");
    await expect(reading).rejects.toBe("enough");
    expect(source.begun[0]?.signal.aborted).toBe(true);
  });
});

describe("scopes", () => {
  test("callers have entries of their own, and one's write concerns all of them", async () => {
    const { cache } = makeCache();
    const other = cache.withScope({ caller: "b" });
    await cache.set(key, "a's");
    await other.set(key, "b's");
    expect([await cache.get(key), await other.get(key)]).toEqual([undefined, "b's"]);
    await cache.getOrLoad(key, () => "a's");
    expect([await cache.get(key), await other.get(key)]).toEqual(["a's", "b's"]);
    await other.invalidate("user:list:*");
    expect([await cache.has(key), await other.has(key)]).toEqual([false, false]);
  });

  test("namespaces have nothing to do with each other", async () => {
    const { cache } = makeCache({ namespace: "d-1" });
    const other = cache.withScope({ namespace: "d-2" });
    await cache.set(key, 1);
    await other.set(key, 2);
    await other.invalidate("*");
    await other.clear();
    expect(await cache.get(key)).toBe(1);
    await other.set(key, 2);
    expect(await all(cache.entries())).toEqual([`d-1//${key}`]);
    expect(await all(cache.allEntries())).toEqual([`d-1//${key}`, `d-2//${key}`]);
    expect(await cache.clearAll()).toBe(2);
  });

  test("a scope is kept as it was given, and must be strings", () => {
    const { cache } = makeCache({ namespace: "a|b:%*", caller: "c" });
    expect(cache.scope).toEqual({ namespace: "a|b:%*", caller: "c" });
    expect(cache.withScope({ caller: "d" }).scope).toEqual({ namespace: "a|b:%*", caller: "d" });
    expect(Object.isFrozen(cache.scope)).toBe(true);
    expect(() => cache.withScope({ caller: 1 as unknown as string })).toThrow(
      new TypeError("`caller` must be a string, received 1"),
    );
    expect(() => new CacheManager({ namespace: null as unknown as string })).not.toThrow();
    expect(() => new CacheManager({ namespace: 5 as unknown as string })).toThrow(TypeError);
  });
});

describe("explaining, listing, clearing", () => {
  test("explain names what would go, and leaves it there", async () => {
    const { cache, clock } = makeCache();
    await cache.set("user:describe:u-1", 1);
    await cache.getOrLoad("group:members:g-1", () => cache.get("user:describe:u-1"));
    await cache.set("account:list:all", 1);
    const { targets, entries } = await cache.explain("user:*:u-1");
    expect(targets).toEqual(["user:*:u-1"]);
    expect(entries.map(({ key: name }) => name).toSorted()).toEqual([
      "group:members:g-1",
      "user:describe:u-1",
    ]);
    expect(entries[0]).toMatchObject({ createdAt: clock.now(), expiresAt: clock.now() + 900_000 });
    expect(await cache.has("user:describe:u-1")).toBe(true);
    expect((await cache.explain(["account", "group:describe:*"])).entries).toHaveLength(1);
  });

  test("clear frees the space and tells how many could have been served", async () => {
    const { cache, clock } = makeCache();
    await cache.set("user:describe:u-1", 1);
    await cache.set("user:describe:u-2", 1, { ttl: 100 });
    await cache.set("group:list:all", 1);
    await clock.advance(100);
    expect(await cache.clear("user:*")).toBe(1);
    expect((await cache.getStats()).totalEntries).toBe(1);
    expect(await cache.clear()).toBe(1);
    expect(await cache.clear()).toBe(0);
  });
});

describe("what a caller does wrong is told at once", () => {
  const { cache } = makeCache();
  const load = (): number => 1;
  const wrong = undefined as never;

  test.each<[string, () => Promise<unknown>, typeof TypeError | typeof RangeError, string]>([
    ["an empty key", () => cache.get(""), TypeError, "A key must begin with a resource"],
    ["a control character", () => cache.getOrLoad("user:\u0001", load), TypeError, "control characters"],
    ["a key of another scope", () => cache.getOrLoad("a|user:list", load), TypeError, '"|"'],
    ["a wildcard", () => cache.set("user:*", 1), TypeError, '"*"'],
    ["a long key", () => cache.getOrLoad("a".repeat(1_025), load), RangeError, "at most 1024 bytes"],
    ["no key", () => cache.getOrLoad(wrong, load), TypeError, "received undefined"],
    ["no load", () => cache.getOrLoad(key, wrong), TypeError, "`load` must be a function"],
    [
      "a negative ttl",
      () => cache.set(key, 1, { ttl: -1 }),
      RangeError,
      "`ttl` must be milliseconds from 0 to Infinity, received -1",
    ],
    [
      "a ttl that is no number",
      () => cache.getOrLoad(key, load, { ttl: Number.NaN }),
      RangeError,
      "received NaN",
    ],
    [
      "a ttl that is text",
      () => cache.getOrLoad(key, load, { ttl: "5" as never }),
      RangeError,
      'received "5"',
    ],
    ["staleIfError", () => cache.getOrLoad(key, load, { staleIfError: -5 }), RangeError, "`staleIfError`"],
    [
      "refreshAhead",
      () => cache.getOrLoad(key, load, { refreshAhead: Number.NaN }),
      RangeError,
      "`refreshAhead`",
    ],
    [
      "a signal",
      () => cache.getOrLoad(key, load, { signal: {} as never }),
      TypeError,
      "`signal` must be an AbortSignal",
    ],
    [
      "tags",
      () => cache.getOrLoad(key, load, { tags: "user" as never }),
      TypeError,
      "`tags` must be an array or a function",
    ],
    ["a tag", () => cache.set(key, 1, { tags: ["a|b"] }), TypeError, "A tag must have"],
    ["keys", () => cache.getMany("user" as never), TypeError, "`keys` must be an array"],
    ["targets", () => cache.invalidate(5 as never), TypeError, "`targets` must be a string or an array"],
    ["a target", () => cache.invalidate([""]), TypeError, "A tag must not be empty"],
    ["a pattern", () => cache.clear("a|*:b"), TypeError, "A pattern must have"],
    ["a lease", () => cache.beginWrite(["user"], -1), RangeError, "`lease`"],
    ["a settle period", () => cache.settle("operation", Number.NaN), RangeError, "`settle`"],
    ["an operation", () => cache.settle("", 1), TypeError, "A tag must not be empty"],
  ])("%s", async (_, act, kind, message) => {
    await expect(act()).rejects.toThrow(kind);
    await expect(act()).rejects.toThrow(message);
  });

  test("also in what sets the cache up", () => {
    expect(() => cache.setDefaultTtl(-1)).toThrow(RangeError);
    expect(() => new CacheManager({ defaultTtl: Number.NaN })).toThrow(RangeError);
    expect(() => cache.configureCircuitBreaker({ failureThreshold: 0 })).toThrow(RangeError);
    expect(() => cache.registerBackend("", () => wrong)).toThrow(TypeError);
    expect(() => cache.registerBackend("x", wrong)).toThrow(TypeError);
    expect(() => cache.on("hit", wrong)).toThrow(TypeError);
  });
});

describe("statistics", () => {
  test("count exactly, together and by resource and operation", async () => {
    const { cache, clock } = makeCache();
    expect((await cache.getStats()).hitRatePercentage).toBe(0);
    await cache.getOrLoad("user:list:all", () => 1);
    for (let count = 0; count < 3; count++) await cache.getOrLoad("user:list:all", () => 1);
    await cache.withScope({ namespace: "n", caller: "c" }).get("user:list:all");
    await cache.getMany(["user:describe:u-1", "group:members:g-1"]);
    await cache.has("user:list:all");
    await cache.invalidate("user");
    const reading = cache.getOrLoad("user:list:all", async () => {
      await cache.invalidate("user");
      return 1;
    });
    await reading;
    await clock.advance(0);
    const none = {
      hits: 0,
      misses: 0,
      staleServed: 0,
      sets: 0,
      fenced: 0,
      coalesced: 0,
      loads: 0,
      loadMilliseconds: 0,
      invalidations: 0,
      evictions: 0,
      errors: 0,
    };
    expect(await cache.getStats()).toEqual({
      ...none,
      hits: 3,
      misses: 5,
      sets: 1,
      fenced: 1,
      loads: 2,
      invalidations: 2,
      hitRatePercentage: 37.5,
      totalEntries: 0,
      memoryUsageBytes: 0,
      breaker: { name: "closed", failures: 0 },
      byOperation: {
        "user:list": { ...none, hits: 3, misses: 3, sets: 1, fenced: 1, loads: 2 },
        "user:describe": { ...none, misses: 1 },
        "group:members": { ...none, misses: 1 },
      },
      byDay: [{ day: new Date(clock.now()).toISOString().slice(0, 10), hits: 3, misses: 5 }],
    });
  });

  test("tell how long loads took that gave a value", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad("user:list:all", () => clock.advance(250));
    await cache.getOrLoad("user:list:some", () => clock.advance(150));
    const failing = cache.getOrLoad("user:list:none", async () => {
      await clock.advance(1_000);
      throw new Error("lost");
    });
    await expect(failing).rejects.toThrow("lost");
    const { byOperation, ...sum } = await cache.getStats();
    expect(sum).toMatchObject({ loads: 2, loadMilliseconds: 400 });
    expect(byOperation["user:list"]).toMatchObject({ loads: 2, loadMilliseconds: 400 });
  });

  test("a hot key is served however often it is asked for", async () => {
    const { cache } = makeCache();
    await cache.set(key, 1);
    for (let count = 0; count < 1_000; count++) expect(await cache.getOrLoad(key, () => 2)).toBe(1);
    expect((await cache.getStats()).hits).toBe(1_000);
  });

  test("do not grow with the number of keys", async () => {
    const { cache } = makeCache();
    for (let count = 0; count < 3_000; count++) await cache.get(`resource${count}`);
    const { byOperation, misses } = await cache.getStats();
    expect(Object.keys(byOperation).length).toBeLessThanOrEqual(1_001);
    expect(misses).toBe(3_000);
  });

  test("a storage that gives none costs a second, and a warning", async () => {
    const { cache, clock, told } = makeCache({
      open: (context) =>
        Object.assign(openMemoryStorage({}, context), { usage: () => new Promise<never>(() => undefined) }),
    });
    await cache.begin();
    const asking = cache.getStats();
    await settle();
    await clock.advance(1_000);
    expect((await asking).totalEntries).toBe(0);
    expect(told()).toContain("warning");
  });

  test("are kept by a storage that can, and added to", async () => {
    const kept: Record<string, number> = { "hits user:list": 5, "unknown user:list": 7 };
    const { cache } = makeCache({
      open: (context) =>
        Object.assign(openMemoryStorage({}, context), {
          counters: () => kept,
          addCounters: (added: Record<string, number>) => {
            for (const [name, count] of Object.entries(added)) kept[name] = (kept[name] ?? 0) + count;
          },
        }),
    });
    await cache.getOrLoad("user:list:all", () => 1);
    await cache.getOrLoad("user:list:all", () => 1);
    expect(await cache.getStats()).toMatchObject({ hits: 6, misses: 1 });
    await cache.close();
    expect(kept).toMatchObject({ "hits user:list": 6, "misses user:list": 1, "sets user:list": 1 });
  });
});
