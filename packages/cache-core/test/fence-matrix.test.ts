import { openMemoryStorage } from "@awsideman/storage-memory";
import type { Cache, CacheManager } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { LateStorage, settle } from "./support/late-storage.ts";
import { ControlledLoad, makeCache } from "./support/make-cache.ts";

const key = "group:members:g-1";
const options = { tags: ["user:u-1"] };

/** Every way to say that what is stored under the key is out of date. */
const invalidations: Record<string, (cache: CacheManager) => Promise<unknown>> = {
  delete: (cache) => cache.delete(key),
  tag: (cache) => cache.invalidate("user:u-1"),
  "own key": (cache) => cache.invalidate(key),
  prefix: (cache) => cache.invalidate("group:members:*"),
  pattern: (cache) => cache.invalidate("group:*:g-1"),
  root: (cache) => cache.invalidate("*"),
  clear: (cache) => cache.clear("group:*"),
  clearAll: (cache) => cache.clearAll(),
  "rule of an operation": (cache) => cache.invalidateForOperation("update", "group", "g-1"),
  "write window": async (cache) => (await cache.beginWrite([key], 60_000)).close(0),
};

/** Every way to read the key, so that the load is what the test controls. */
const readings: Record<string, (cache: Cache, source: ControlledLoad) => Promise<unknown>> = {
  getOrLoad: (cache, source) => cache.getOrLoad(key, source.load, options),
  getOrLoadWithDetails: async (cache, source) =>
    (await cache.getOrLoadWithDetails(key, source.load, options)).value,
  "composite around it": (cache, source) =>
    cache.getOrLoad("assignment:list:all", () => cache.getOrLoad(key, source.load, options)),
  "composite of another caller": (cache, source) =>
    cache
      .withScope({ caller: "second" })
      .getOrLoad("assignment:list:all", () => cache.getOrLoad(key, source.load, options)),
};

const storages = { "a storage that answers at once": false, "a storage that answers later": true };

for (const [storageName, isLate] of Object.entries(storages)) {
  const make = (): ReturnType<typeof makeCache> =>
    isLate ? makeCache({ open: (context) => new LateStorage(openMemoryStorage({}, context)) }) : makeCache();

  describe(`with ${storageName}`, () => {
    for (const [name, invalidate] of Object.entries(invalidations)) {
      for (const [way, read] of Object.entries(readings)) {
        test(`${name} before a load by ${way} does not keep its value out`, async () => {
          const { cache, clock } = make();
          await cache.begin();
          await invalidate(cache);
          await clock.advance(1);
          const source = new ControlledLoad();
          const reading = read(cache, source);
          await settle();
          await source.end(0, "new");
          expect(await reading).toBe("new");
          await settle();
          const again = new ControlledLoad();
          expect(await read(cache, again)).toBe("new");
          expect(again.count).toBe(0);
        });

        test(`${name} during a load by ${way} keeps its value out`, async () => {
          const { cache, told } = make();
          await cache.begin();
          const source = new ControlledLoad();
          const reading = read(cache, source);
          await settle();
          await invalidate(cache);
          await source.end(0, "old");
          expect(await reading).toBe("old");
          expect(told()).toContain("fenced");
          await settle();

          const again = new ControlledLoad();
          const after = read(cache, again);
          await settle();
          await again.end(0, "new");
          expect(await after).toBe("new");
        });

        test(`${name} during a load by ${way}: whoever reads after it does not get that load's value`, async () => {
          const { cache } = make();
          await cache.begin();
          const source = new ControlledLoad();
          const reading = read(cache, source);
          await settle();
          await invalidate(cache);
          const after = read(cache, source);
          await settle();
          await source.end(0, "old");
          await settle();
          expect(source.count).toBe(2);
          await source.end(1, "new");
          expect(await reading).toBe("old");
          expect(await after).toBe("new");
        });

        test(`${name} after a load by ${way} makes its value unreadable`, async () => {
          const { cache } = make();
          const source = new ControlledLoad();
          const reading = read(cache, source);
          await settle();
          await source.end(0, "old");
          await reading;
          await settle();
          await invalidate(cache);

          const again = new ControlledLoad();
          const after = read(cache, again);
          await settle();
          await again.end(0, "new");
          expect(await after).toBe("new");
          expect(await cache.get(key)).toBe("new");
        });
      }

      test(`after ${name}, get, getMany and has find nothing`, async () => {
        const { cache } = make();
        await cache.getOrLoad(key, () => "old", options);
        await settle();
        expect(await cache.get(key)).toBe("old");
        await invalidate(cache);
        expect(await cache.get(key)).toBeUndefined();
        expect([...(await cache.getMany([key, "user:list:all"]))]).toEqual([]);
        expect(await cache.has(key)).toBe(false);
      });

      test(`${name} during a refresh in the background keeps its value out`, async () => {
        const { cache, clock } = make();
        const source = new ControlledLoad();
        await cache.getOrLoad(key, () => "old", { ...options, ttl: 1_000 });
        await clock.advance(900);
        expect(await cache.getOrLoad(key, source.load, { ...options, refreshAhead: 200 })).toBe("old");
        await settle();
        expect(source.count).toBe(1);
        await invalidate(cache);
        await source.end(0, "old again");
        expect(await cache.has(key)).toBe(false);
      });

      test(`${name} between begin and set keeps the value out`, async () => {
        const { cache, told } = make();
        const stamp = await cache.begin();
        await invalidate(cache);
        await cache.set(key, "old", { ...options, ...(stamp ? { stamp } : {}) });
        expect(await cache.has(key)).toBe(false);
        expect(told()).toContain("fenced");
      });

      test(`an expired value is not served for an error after ${name}`, async () => {
        const { cache, clock } = make();
        const stale = { ...options, ttl: 1_000, staleIfError: 60_000 };
        await cache.getOrLoad(key, () => "old", stale);
        await clock.advance(2_000);
        const source = new ControlledLoad();
        const reading = cache.getOrLoad(key, source.load, stale);
        await settle();
        expect(source.begun[0]?.previous).toBe("old");
        await invalidate(cache);
        const outcome = reading.catch((error: unknown) => error);
        await source.fail(0, new Error("throttled"));
        expect(await outcome).toEqual(new Error("throttled"));
      });
    }

    test("set during a load: the value set stays, and the load's own is refused", async () => {
      const { cache } = make();
      const source = new ControlledLoad();
      const reading = cache.getOrLoad(key, source.load);
      await settle();
      await cache.set(key, "set");
      await source.end(0, "old");
      expect(await reading).toBe("old");
      await settle();
      expect(await cache.get(key)).toBe("set");
    });

    test("set during a composite load: the composite of the old part is refused", async () => {
      const { cache } = make();
      const source = new ControlledLoad();
      await cache.getOrLoad("user:describe:u-1", () => "old part");
      const reading = cache.getOrLoad("user:list:all", async () => {
        const part = await cache.get("user:describe:u-1");
        await source.load({ signal: new AbortController().signal, previous: undefined });
        return [part];
      });
      await settle();
      await cache.set("user:describe:u-1", "new part");
      await source.end(0, undefined);
      expect(await reading).toEqual(["old part"]);
      await settle();
      expect(await cache.has("user:list:all")).toBe(false);
    });

    test("an open write window keeps every fill out until it is closed and settled", async () => {
      const { cache, clock } = make();
      const load = async (value: string): Promise<unknown> => {
        const result = await cache.getOrLoad(key, () => value);
        await settle();
        return result;
      };
      const window = await cache.beginWrite([key], 60_000);
      expect(await load("1")).toBe("1");
      expect(await cache.has(key)).toBe(false);
      await window.close(5_000);
      expect(await load("2")).toBe("2");
      expect(await cache.has(key)).toBe(false);
      await clock.advance(4_999);
      expect(await load("3")).toBe("3");
      expect(await cache.has(key)).toBe(false);
      await clock.advance(1);
      expect(await load("4")).toBe("4");
      expect(await cache.get(key)).toBe("4");
    });
  });
}
