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
  test("drops what was read longest ago, one at a time, when there are too many", async () => {
    const { storage, events, clock } = make({ maxEntries: 3 });
    for (const id of ["a", "b", "c"]) storage.write(entry(id, storage.stamp()));
    await clock.advance(1_000);
    storage.read("a");
    storage.write(entry("d", storage.stamp()));
    expect(["a", "b", "c", "d"].map((id) => storage.read(id).state)).toEqual(["hit", "miss", "hit", "hit"]);
    expect(events).toEqual([{ type: "evicted", entries: 1, reason: "size" }]);
    expect(storage.usage()).toEqual({ entries: 3, bytes: 300 });
  });

  test("takes the reads of one second for one", async () => {
    const { storage, clock } = make({ maxEntries: 3 });
    for (const id of ["a", "b", "c"]) storage.write(entry(id, storage.stamp()));
    await clock.advance(999);
    storage.read("a");
    storage.write(entry("d", storage.stamp()));
    expect(["a", "b", "c", "d"].map((id) => storage.read(id).state)).toEqual(["miss", "hit", "hit", "hit"]);
  });

  test("forgets moments that a day has gone by since, when there is a new one", async () => {
    const { storage, clock } = make();
    const day = 86_400_000;
    const behind = (name: string): number =>
      -storage.advance(name, { by: 0, behind: 10 * day, ahead: 0 }).ahead;
    storage.advance("old", { by: 5_000, behind: 0, ahead: 0 });
    storage.advance("kept", { by: day, behind: 0, ahead: 0 });
    await clock.advance(2 * day);
    expect([behind("kept"), behind("new"), behind("kept"), behind("old")]).toEqual([
      day,
      10 * day,
      day,
      10 * day,
    ]);
  });

  test("never holds more bytes or entries than allowed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(20), size: fc.integer({ min: 1, max: 900 }) }), {
          maxLength: 60,
          size: "max",
        }),
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

  test("what is found to be of no use any more is removed at once", () => {
    const { storage, clock } = make();
    const now = clock.now();
    storage.write(entry("a", storage.stamp(), { expiresAt: now + 10, staleUntil: now + 20 }));
    storage.write(entry("b", storage.stamp()));
    storage.invalidate({ tags: ["b"], patterns: [] });
    clock.jump(now + 20);
    expect(storage.readMany(["a", "b"]).map(({ state }) => state)).toEqual(["miss", "miss"]);
    expect(storage.usage().entries).toBe(0);
  });

  test("clear finds everything that it should, wherever it stands in the list", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { maxLength: 40, size: "max" }),
        fc.array(fc.nat(30), { maxLength: 30, size: "max" }),
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
