import type { CacheEntry, Stamp, StorageEvent } from "@awsideman/cache-core";
import { CacheManager } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createStorage } from "./open-memory-storage.ts";
import { resolveOptions } from "./memory-storage-options.ts";
import { MemoryStorage } from "./memory-storage.ts";

interface Made {
  readonly storage: MemoryStorage;
  readonly clock: FakeClock;
  readonly events: StorageEvent[];
}

function make(config: Readonly<Record<string, unknown>> = {}): Made {
  const clock = new FakeClock();
  const events: StorageEvent[] = [];
  const context = { clock, random: Math.random, emit: (event: StorageEvent) => events.push(event) };
  return { storage: new MemoryStorage(resolveOptions(config), context), clock, events };
}

function entry(id: string, stamp: Stamp, changes: Partial<CacheEntry> = {}): CacheEntry {
  return {
    id,
    tags: [`=${id}`, "*", id],
    stamp,
    expiresAt: Infinity,
    staleUntil: Infinity,
    payload: { value: id },
    size: 100,
    ...changes,
  };
}

describe("MemoryStorage", () => {
  test("says that its values are copies, or references, and that it ends with the process", () => {
    expect(make().storage.capabilities).toEqual({
      payload: "copies",
      reach: "process",
      persistent: false,
      bounded: true,
    });
    expect(make({ copy: false }).storage.capabilities.payload).toBe("references");
  });

  test("drops what was read longest ago, one at a time, when there are too many", () => {
    const { storage, events } = make({ maxEntries: 3 });
    for (const id of ["a", "b", "c"]) storage.write(entry(id, storage.stamp()));
    storage.read("a");
    storage.write(entry("d", storage.stamp()));
    expect(["a", "b", "c", "d"].map((id) => storage.read(id).state)).toEqual(["hit", "miss", "hit", "hit"]);
    expect(events).toEqual([{ type: "evicted", entries: 1, reason: "size" }]);
    expect(storage.usage()).toEqual({ entries: 3, bytes: 300 });
  });

  test("never holds more bytes or entries than allowed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(20), size: fc.integer({ min: 1, max: 900 }) }), { maxLength: 60 }),
        (writes) => {
          const { storage } = make({ maxSizeMb: 1_000 / 1_048_576, maxEntries: 5 });
          for (const { id, size } of writes) {
            const { outcome } = storage.write(entry(`k${id}`, storage.stamp(), { size }));
            expect(outcome).toBe(size > 500 ? "too-large" : "stored");
            const { entries, bytes } = storage.usage();
            expect(entries).toBeLessThanOrEqual(5);
            expect(bytes).toBeLessThanOrEqual(1_000);
          }
        },
      ),
    );
  });

  test("a value that is too large wipes out nothing but the older one of its own id", () => {
    const { storage } = make({ maxSizeMb: 1_000 / 1_048_576 });
    storage.write(entry("a", storage.stamp()));
    storage.write(entry("b", storage.stamp()));
    expect(storage.write(entry("a", storage.stamp(), { size: 5_000 })).outcome).toBe("too-large");
    expect(storage.read("a").state).toBe("miss");
    expect(storage.read("b").state).toBe("hit");
  });

  test("an entry of a later stamp stays, by position and then by time", () => {
    const { storage, clock } = make();
    const first = storage.stamp();
    clock.jump(clock.now() + 1);
    storage.write(entry("a", storage.stamp(), { payload: "later" }));
    expect(storage.write(entry("a", first, { payload: "earlier" })).outcome).toBe("stored");
    expect(storage.read("a")).toMatchObject({ entry: { payload: "later" } });
    const second = storage.stamp();
    storage.invalidate({ tags: ["else"], patterns: [] });
    storage.write(entry("a", storage.stamp(), { payload: "latest" }));
    storage.write(entry("a", second, { payload: "earlier" }));
    expect(storage.read("a")).toMatchObject({ entry: { payload: "latest" } });
  });

  test("a value that is set supersedes what was stored and what is being loaded, in one step", () => {
    const { storage } = make();
    const before = storage.stamp();
    storage.write(entry("a", before, { payload: "loaded" }));
    expect(storage.write(entry("a", before, { payload: "set" }), "=a").outcome).toBe("stored");
    expect(storage.read("a")).toMatchObject({ entry: { payload: "set", stamp: { position: 1 } } });
    expect(storage.write(entry("a", before, { payload: "late" }))).toMatchObject({
      outcome: "fenced",
      reason: "invalidated",
      lastInvalidation: 1,
    });
    expect(storage.write(entry("a", before, { payload: "set late" }), "=a").outcome).toBe("fenced");
    expect(storage.stamp().position).toBe(1);
  });

  test("an expired entry is stale until its source may fail no longer, and then gone", () => {
    const { storage, clock } = make();
    const now = clock.now();
    storage.write(entry("a", storage.stamp(), { expiresAt: now + 10, staleUntil: now + 20 }));
    expect(storage.read("a").state).toBe("hit");
    clock.jump(now + 10);
    expect(storage.read("a").state).toBe("stale");
    clock.jump(now + 20);
    expect(storage.read("a").state).toBe("miss");
    expect(storage.usage().entries).toBe(0);
  });

  test("an entry from the future is a miss: the clock was set back, and its age is not known", () => {
    const { storage, clock } = make();
    storage.write(entry("a", storage.stamp(), { expiresAt: clock.now() + 10 }));
    clock.jump(clock.now() - 1_000);
    expect(storage.read("a").state).toBe("miss");
  });

  test("readMany answers in the order asked, all at the same moment", () => {
    const { storage } = make();
    storage.write(entry("b", storage.stamp()));
    expect(storage.readMany(["a", "b", "a"]).map(({ state }) => state)).toEqual(["miss", "hit", "miss"]);
    expect(storage.readMany([])).toEqual([]);
  });

  test("clear counts what could have been served, keeps the rest, and keeps out what is being loaded", () => {
    const { storage, clock } = make();
    const stamp = storage.stamp();
    for (const id of ["a", "b", "c", "d"]) storage.write(entry(id, stamp));
    storage.write(entry("e", stamp, { expiresAt: clock.now(), staleUntil: Infinity }));
    storage.invalidate({ tags: ["b"], patterns: [] });
    expect(storage.clear({ tags: ["a", "b", "e"], patterns: [] })).toBe(1);
    expect(storage.usage().entries).toBe(2);
    expect(storage.write(entry("a", stamp)).outcome).toBe("fenced");
    expect(storage.clear({ tags: [], patterns: ["c*"] })).toBe(1);
    expect(storage.clear({ tags: [], patterns: [], everything: true })).toBe(1);
    expect(storage.usage()).toEqual({ entries: 0, bytes: 0 });
  });

  test("clear finds everything that it should, wherever it stands in the list", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { maxLength: 40 }),
        fc.array(fc.nat(30), { maxLength: 30 }),
        (ids, chosen) => {
          const { storage } = make({ maxEntries: 20 });
          for (const id of ids) storage.write(entry(`k${id}`, storage.stamp()));
          const before = storage.usage().entries;
          const there = new Set(chosen.filter((id) => storage.read(`k${id}`).state === "hit"));
          expect(storage.clear({ tags: chosen.map((id) => `k${id}`), patterns: [] })).toBe(there.size);
          expect(storage.usage().entries).toBe(before - there.size);
        },
      ),
    );
  });

  test("since tells what was invalidated, or that it is not known", () => {
    const { storage } = make();
    const stamp = storage.stamp();
    storage.invalidate({ tags: ["a"], patterns: ["b:*:c"] });
    expect(storage.since(stamp)).toMatchObject({ state: "changes", tags: ["a"], patterns: ["b:*:c"] });
    expect(storage.since({ ...stamp, epoch: "other" })).toMatchObject({ state: "gap" });
    storage.invalidate({ tags: [], patterns: [], everything: true });
    expect(storage.since(stamp)).toMatchObject({ state: "gap" });
  });

  test("a listing ends, also when its reader reads every entry, and shows what could be served", async () => {
    const { storage, clock } = make();
    for (const id of ["a", "b", "c"]) storage.write(entry(id, storage.stamp()));
    storage.write(entry("d", storage.stamp(), { expiresAt: clock.now() }));
    storage.invalidate({ tags: ["b"], patterns: [] });
    const listed: string[] = [];
    for await (const { id } of storage.entries()) {
      listed.push(id);
      storage.read(id);
      if (listed.length > 10) break;
    }
    expect(listed.toSorted()).toEqual(["a", "c"]);
  });

  test("whoever hears of an eviction may use the storage at once", () => {
    const clock = new FakeClock();
    const reads: string[] = [];
    const storage = new MemoryStorage(resolveOptions({ maxEntries: 3 }), {
      clock,
      random: Math.random,
      emit: () => {
        for (let id = 0; id < 20; id++) if (storage.read(`k${id}`).state === "hit") reads.push(`k${id}`);
      },
    });
    for (let id = 0; id < 20; id++) {
      storage.write(entry(`k${id}`, storage.stamp()));
      expect(storage.usage().entries).toBeLessThanOrEqual(3);
    }
    const there = Array.from({ length: 20 }, (_, id) => `k${id}`).filter(
      (id) => storage.read(id).state === "hit",
    );
    expect(there).toHaveLength(3);
    expect(storage.usage()).toEqual({ entries: 3, bytes: 300 });
  });
});

describe("the configuration", () => {
  test.each([
    [
      { maxSize: 5 },
      TypeError,
      "The memory backend has no option `maxSize`: it takes maxSizeMb, maxEntries, copy",
    ],
    [{ maxSizeMb: 0 }, RangeError, "`maxSizeMb` must be a positive number of megabytes, received 0"],
    [{ maxSizeMb: -1 }, RangeError, "`maxSizeMb` must be"],
    [{ maxSizeMb: Number.NaN }, RangeError, "`maxSizeMb` must be"],
    [{ maxSizeMb: Infinity }, RangeError, "`maxSizeMb` must be"],
    [{ maxSizeMb: "100" }, RangeError, "`maxSizeMb` must be"],
    [{ maxEntries: 0 }, RangeError, "`maxEntries` must be a positive integer, received 0"],
    [{ maxEntries: 1.5 }, RangeError, "`maxEntries` must be"],
    [{ copy: "no" }, TypeError, "`copy` must be true or false, received no"],
  ])("%o is refused", (config, kind, message) => {
    expect(() => resolveOptions(config)).toThrow(kind);
    expect(() => resolveOptions(config)).toThrow(message);
  });

  test("has defaults, also for what is undefined", () => {
    const defaults = { maxBytes: 104_857_600, maxEntries: 100_000, copy: true };
    expect(resolveOptions({})).toEqual(defaults);
    expect(resolveOptions({ maxSizeMb: undefined, copy: undefined })).toEqual(defaults);
  });
});

describe("in a cache", () => {
  async function makeCache(config: Readonly<Record<string, unknown>>): Promise<CacheManager> {
    const cache = new CacheManager({ clock: new FakeClock() });
    cache.registerBackend("memory", createStorage);
    await cache.configureStorage({ backend: "memory", config });
    return cache;
  }

  test("nobody can change what is cached", async () => {
    const cache = await makeCache({});
    const loaded = await cache.getOrLoad("user:list:all", () => [{ name: "a" }]);
    (loaded[0] as { name: string }).name = "changed by the one who loaded it";
    const hit = await cache.get<{ name: string }[]>("user:list:all");
    expect(hit).toEqual([{ name: "a" }]);
    (hit as { name: string }[]).push({ name: "changed by the one who read it" });
    expect(await cache.get("user:list:all")).toEqual([{ name: "a" }]);
    const given = { name: "a" };
    await cache.set("user:describe:u-1", given);
    given.name = "changed by the one who set it";
    expect(await cache.get("user:describe:u-1")).toEqual({ name: "a" });
  });

  test("by reference everybody gets the same object, which nobody can change", async () => {
    const cache = await makeCache({ copy: false });
    const loaded = await cache.getOrLoad("user:list:all", () => [{ name: "a" }]);
    expect(await cache.get("user:list:all")).toBe(loaded);
    expect(() => loaded.push({ name: "b" })).toThrow(TypeError);
    expect(() => ((loaded[0] as { name: string }).name = "b")).toThrow(TypeError);
  });

  test("evictions are counted, and a value that does not fit is told of", async () => {
    const cache = await makeCache({ maxSizeMb: 0.01, maxEntries: 2 });
    const told: unknown[] = [];
    cache.on("not-kept", (event) => told.push(event));
    for (let id = 0; id < 5; id++) await cache.getOrLoad(`user:describe:${id}`, () => id);
    expect(await cache.getStats()).toMatchObject({ evictions: 3, totalEntries: 2 });
    const large = await cache.getOrLoad("user:list:all", () => "x".repeat(20_000));
    expect(large).toHaveLength(20_000);
    expect(told).toEqual([{ type: "not-kept", id: "user:list:all", reason: "too-large" }]);
    expect((await cache.getStats()).totalEntries).toBe(2);
  });
});
