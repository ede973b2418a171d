import { getEventListeners } from "node:events";
import type { CacheManager } from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { bound, LateStorage, settle } from "../../test/support/late-storage.ts";
import { ControlledLoad, makeCache, type TestCache } from "../../test/support/make-cache.ts";

const key = "user:list:all";

async function makeLate(): Promise<TestCache & { storage: LateStorage }> {
  const storages: LateStorage[] = [];
  const made = makeCache({
    open: (context) => {
      const opened = new LateStorage(openMemoryStorage({}, context));
      storages.push(opened);
      return opened;
    },
  });
  await made.cache.begin();
  const [storage] = storages as [LateStorage];
  storage.calls.length = 0;
  return { ...made, storage };
}

/** Settles into what became of a promise, without waiting for it. */
function outcomeOf(promise: Promise<unknown>): { value?: unknown; error?: unknown } {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}

describe("callers at the same time", () => {
  test.each([
    ["at once", async () => makeCache()],
    ["later", async () => makeLate()],
  ])("fifty of them make one load, with a storage that answers %s", async (_, make) => {
    const { cache, told } = await make();
    const source = new ControlledLoad();
    const readers = Array.from({ length: 50 }, () => cache.getOrLoad(key, source.load));
    await settle();
    expect(source.count).toBe(1);
    await source.end(0, { id: 1 });
    const values = await Promise.all(readers);
    expect(values.every((value) => (value as { id: number }).id === 1)).toBe(true);
    // Nobody has the same object as somebody else.
    expect(new Set(values).size).toBe(50);
    const stats = await cache.getStats();
    expect(stats).toMatchObject({ misses: 50, hits: 0, coalesced: 49, sets: 1 });
    expect(told().filter((type) => type === "miss")).toHaveLength(50);
  });

  test("of different callers and namespaces do not share a load", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    void cache.getOrLoad(key, source.load);
    void cache.withScope({ caller: "other" }).getOrLoad(key, source.load);
    void cache.withScope({ namespace: "other" }).getOrLoad(key, source.load);
    await settle();
    expect(source.count).toBe(3);
  });

  test("each get a copy although the value could not be stored for long", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const readers = Array.from({ length: 10 }, () => cache.getOrLoad(key, source.load, { ttl: 0 }));
    await settle();
    await source.end(0, "a");
    await settle();
    expect(source.count).toBe(2);
    await source.end(1, "b");
    expect(new Set(await Promise.all(readers))).toEqual(new Set(["a", "b"]));
  });

  test("each load for themselves what cannot be stored", async () => {
    const { cache, told } = makeCache();
    const source = new ControlledLoad();
    const readers = Array.from({ length: 3 }, () => cache.getOrLoad(key, source.load));
    await settle();
    const stream = { read: () => 1 };
    for (let index = 0; index < 3; index++) {
      await source.end(index === 0 ? 0 : index, stream);
      await settle();
    }
    expect(await Promise.all(readers)).toEqual([stream, stream, stream]);
    expect(told()).toContain("not-storable");
    expect(await cache.has(key)).toBe(false);
  });

  test("share a failure, and the next one tries again", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const outcomes = Array.from({ length: 5 }, () => outcomeOf(cache.getOrLoad(key, source.load)));
    await settle();
    const error = new Error("throttled");
    await source.fail(0, error);
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => ({ error })));
    expect(await cache.getOrLoad(key, () => "ok")).toBe("ok");
    expect(source.count).toBe(1);
  });

  test("an error is never stored, thrown at once or later", async () => {
    const { cache } = makeCache();
    const error = new Error("no");
    await expect(
      cache.getOrLoad(key, () => {
        throw error;
      }),
    ).rejects.toBe(error);
    await expect(cache.getOrLoad(key, () => Promise.reject(error))).rejects.toBe(error);
    expect(await cache.has(key)).toBe(false);
    expect((await cache.getStats()).sets).toBe(0);
  });
});

describe("a reader that joins a load", () => {
  test("after an invalidation is not given its failure: the next load may find what this one did not", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const before = outcomeOf(cache.getOrLoad("user:describe:u-1", source.load));
    await settle();
    await cache.invalidateForOperation("create", "user", "u-1");
    const after = outcomeOf(cache.getOrLoad("user:describe:u-1", source.load));
    await settle();
    const error = new Error("no such user");
    await source.fail(0, error);
    expect(before).toEqual({ error });
    expect(after).toEqual({});
    expect(source.count).toBe(2);
    await source.end(1, "there");
    expect(after).toEqual({ value: "there" });
  });

  test("and arrives after an invalidation by another process is not given its value or its failure", async () => {
    for (const end of ["end", "fail"] as const) {
      const { cache, storage } = await makeLate();
      const source = new ControlledLoad();
      outcomeOf(cache.getOrLoad(key, source.load));
      await settle();
      // Recorded in the storage without a call in this process.
      await storage.invalidate({ tags: ["user"], patterns: [] });
      const after = outcomeOf(cache.getOrLoad(key, source.load));
      await settle();
      await source[end](0, "old");
      await settle();
      expect(after).toEqual({});
      await source.end(1, "new");
      expect(after).toEqual({ value: "new" });
    }
  });

  test("before an invalidation is given its value, although the fill is refused", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const reader = cache.getOrLoad(key, source.load);
    const joined = cache.getOrLoad(key, source.load);
    await settle();
    await cache.invalidate("user");
    await source.end(0, "old");
    expect([await reader, await joined]).toEqual(["old", "old"]);
    expect(source.count).toBe(1);
  });

  test("after an invalidation of something else is given its value", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    void cache.getOrLoad(key, source.load);
    await settle();
    await cache.invalidate("group");
    const joined = cache.getOrLoad(key, source.load);
    await settle();
    await source.end(0, "value");
    expect(await joined).toBe("value");
    expect(source.count).toBe(1);
  });

  test("after an invalidation of what only the value names is not given it", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const options = { tags: (value: unknown) => [`user:${String(value)}`] };
    void cache.getOrLoad(key, source.load, options);
    await settle();
    await cache.invalidate("user:u-7");
    const joined = outcomeOf(cache.getOrLoad(key, source.load, options));
    await settle();
    await source.end(0, "u-7");
    expect(joined).toEqual({});
    expect(source.count).toBe(2);
  });

  test("after an invalidation that is kept, because it could not be recorded, is not given it", async () => {
    const { cache, storage } = await makeLate();
    const source = new ControlledLoad();
    void cache.getOrLoad(key, source.load);
    await settle();
    storage.hold("invalidate");
    const invalidating = cache.invalidate("user");
    await settle();
    await storage.next("invalidate").fail(new Error("broken"));
    await invalidating;
    const joined = outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    await source.end(0, "old");
    await settle();
    expect(joined).toEqual({});
    expect(source.count).toBe(2);
  });

  test("while what it depends on is unsettled is not given it", async () => {
    const { cache } = makeCache();
    const window = await cache.beginWrite([key], 1_000);
    const source = new ControlledLoad();
    void cache.getOrLoad(key, source.load);
    await settle();
    const joined = outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    await source.end(0, "old");
    await settle();
    expect(joined).toEqual({});
    await window.close(0);
    await source.end(1, "new");
    expect(joined).toEqual({ value: "new" });
  });

  test("is not given what had expired when it came, however long the load takes", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const leader = cache.getOrLoad(key, source.load, { ttl: 100 });
    await settle();
    await clock.advance(100);
    const late = outcomeOf(cache.getOrLoad(key, source.load, { ttl: 100 }));
    await settle();
    await source.end(0, "old");
    await settle();
    expect(await leader).toBe("old");
    expect(late).toEqual({});
    await source.end(1, "new");
    expect(late).toEqual({ value: "new" });
  });

  test("does not join once the fill is under way", async () => {
    const { cache, storage } = await makeLate();
    const source = new ControlledLoad();
    const leader = cache.getOrLoad(key, source.load);
    await settle();
    storage.hold("write");
    await source.end(0, "old");
    expect(await leader).toBe("old");
    void cache.getOrLoad(key, source.load);
    await settle();
    expect(source.count).toBe(2);
  });

  test("waits for one useless load at most, because the next one began after it", async () => {
    const { cache, storage } = await makeLate();
    const source = new ControlledLoad();
    outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    await cache.invalidate("user");
    const reader = outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    storage.hold("read");
    await source.end(0, "too old");
    // Somebody else's look is quicker: he loads.
    outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    await storage.waiting.at(-1)?.answer();
    await cache.invalidate("user");
    await storage.release();
    await source.end(1, "as old as the reader");
    expect(reader).toEqual({ value: "as old as the reader" });
    expect(source.count).toBe(2);
    expect(await cache.getStats()).toMatchObject({ misses: 3 });
  });
});

describe("giving up", () => {
  test("a follower's abort ends its own wait alone", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const leader = cache.getOrLoad(key, source.load);
    const controller = new AbortController();
    const follower = outcomeOf(cache.getOrLoad(key, source.load, { signal: controller.signal }));
    await settle();
    const reason = new Error("enough");
    controller.abort(reason);
    await settle();
    expect(follower).toEqual({ error: reason });
    expect(source.begun[0]?.signal.aborted).toBe(false);
    await source.end(0, "value");
    expect(await leader).toBe("value");
    await settle();
    expect(await cache.get(key)).toBe("value");
  });

  test("the leader's abort ends its own wait alone", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const controller = new AbortController();
    const leader = outcomeOf(cache.getOrLoad(key, source.load, { signal: controller.signal }));
    const follower = cache.getOrLoad(key, source.load);
    await settle();
    controller.abort();
    await settle();
    expect(leader.error).toMatchObject({ name: "AbortError" });
    expect(source.begun[0]?.signal.aborted).toBe(false);
    await source.end(0, "value");
    expect(await follower).toBe("value");
  });

  test("everybody's abort aborts the load, and whoever comes then begins another", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const controllers = Array.from({ length: 3 }, () => new AbortController());
    const readers = controllers.map(({ signal }) => outcomeOf(cache.getOrLoad(key, source.load, { signal })));
    await settle();
    for (const controller of controllers) controller.abort("enough");
    await settle();
    expect(readers).toEqual([{ error: "enough" }, { error: "enough" }, { error: "enough" }]);
    expect(source.begun[0]?.signal.reason).toBe("enough");
    const next = cache.getOrLoad(key, source.load);
    await settle();
    await source.end(1, "new");
    expect(await next).toBe("new");
    await source.fail(0, new Error("aborted"));
    await settle();
    expect(await cache.get(key)).toBe("new");
  });

  test("a load that was given up and ends all the same leaves those together who come after it", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const controller = new AbortController();
    outcomeOf(cache.getOrLoad(key, source.load, { signal: controller.signal }));
    await settle();
    controller.abort();
    await settle();
    const readers = [cache.getOrLoad(key, source.load)];
    await settle();
    await source.fail(0, new Error("aborted"));
    readers.push(cache.getOrLoad(key, source.load));
    await settle();
    expect(source.count).toBe(2);
    await source.end(1, "new");
    expect(await Promise.all(readers)).toEqual(["new", "new"]);
  });

  test("a load that was given up and ends all the same does not replace what came after it", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const controller = new AbortController();
    outcomeOf(cache.getOrLoad(key, source.load, { signal: controller.signal }));
    await settle();
    controller.abort();
    await clock.advance(1);
    const next = cache.getOrLoad(key, source.load);
    await settle();
    await source.end(1, "new");
    await next;
    await source.end(0, "old");
    expect(await cache.get(key)).toBe("new");
  });

  test("a signal that is aborted before begins nothing", async () => {
    const { cache } = makeCache();
    await cache.set(key, 1);
    const reason = new Error("before");
    const source = new ControlledLoad();
    for (const name of [key, "user:list:other"]) {
      await expect(cache.getOrLoad(name, source.load, { signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
    }
    expect(source.count).toBe(0);
  });

  test("leaves no listener on the signal", async () => {
    const { cache } = makeCache();
    const { signal } = new AbortController();
    for (let count = 0; count < 10; count++)
      await cache.getOrLoad(`user:describe:${count}`, () => 1, { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("loads that read the cache", () => {
  test("a load that reads its own key does not wait for itself", async () => {
    const { cache } = makeCache();
    let depth = 0;
    const load = async (): Promise<string> => (++depth < 3 ? cache.getOrLoad(key, load) : "bottom");
    expect(await cache.getOrLoad(key, load)).toBe("bottom");
  });

  test("nor does one that reads its own key by way of another", async () => {
    const { cache } = makeCache();
    const load = (): Promise<string> =>
      cache.getOrLoad("group:list:all", () => cache.getOrLoad(key, () => "bottom"));
    expect(await cache.getOrLoad(key, load)).toBe("bottom");
  });

  test("two loads that read each other's keys do not wait for each other", async () => {
    const { cache } = makeCache();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const turns = { a: 0, b: 0 };
    const a = async (): Promise<string> => {
      if (++turns.a > 1) return "a";
      await gates[0].promise;
      return `a of ${await cache.getOrLoad("b:list:all", b)}`;
    };
    const b = async (): Promise<string> => {
      if (++turns.b > 1) return "b";
      await gates[1].promise;
      return `b of ${await cache.getOrLoad("a:list:all", a)}`;
    };
    const readers = [cache.getOrLoad("a:list:all", a), cache.getOrLoad("b:list:all", b)];
    await settle();
    gates[0].resolve();
    await settle();
    gates[1].resolve();
    expect(await Promise.all(readers)).toEqual(["a of b of a", "b of a"]);
  });

  test("a longer ring of loads, through one that nobody else waits for, does not stop either", async () => {
    const { cache } = makeCache();
    const gate = Promise.withResolvers<void>();
    let turns = 0;
    const first = async (): Promise<number> => {
      if (++turns > 1) return 1;
      return cache.getOrLoad("x:second:1", async () => {
        await gate.promise;
        return cache.getOrLoad("x:third:1", third);
      });
    };
    const third = async (): Promise<number> => {
      await gate.promise;
      return cache.getOrLoad("x:first:1", first);
    };
    const readers = [cache.getOrLoad("x:first:1", first), cache.getOrLoad("x:third:1", third)];
    await settle();
    gate.resolve();
    expect(await Promise.all(readers)).toEqual([1, 1]);
  });
});

describe("refresh ahead", () => {
  test("serves at once, loads once in the background, and only when the time is about to run out", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const options = { ttl: 1_000, refreshAhead: 200 };
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(800);
    expect(await cache.getOrLoad(key, source.load, options)).toBe("old");
    expect(source.count).toBe(0);
    await clock.advance(1);
    for (let count = 0; count < 5; count++)
      expect(await cache.getOrLoad(key, source.load, options)).toBe("old");
    await settle();
    expect(source.count).toBe(1);
    await source.end(0, "new");
    expect(await cache.getOrLoad(key, source.load, options)).toBe("new");
    await clock.advance(700);
    expect(await cache.get(key)).toBe("new");
  });

  test("is begun for a storage that answers later, too, and given up when the cache is closed", async () => {
    const { cache, clock } = await makeLate();
    const source = new ControlledLoad();
    await cache.getOrLoad(key, () => "old", { ttl: 1_000 });
    await clock.advance(900);
    expect(await cache.getOrLoad(key, source.load, { refreshAhead: 500 })).toBe("old");
    await settle();
    expect(source.count).toBe(1);
    const closed = cache.close();
    await settle();
    const reason = { code: "CACHE_CLOSED", message: "The cache is closed" };
    expect(source.begun[0]?.signal.reason).toMatchObject(reason);
    await source.fail(0, new Error("aborted"));
    await closed;
  });

  test("that fails leaves the entry as it is, with a warning", async () => {
    const { cache, clock, events } = makeCache();
    await cache.getOrLoad(key, () => "old", { ttl: 1_000 });
    await clock.advance(900);
    const fail = (): never => {
      throw Object.create(null) as Error;
    };
    expect(await cache.getOrLoad(key, fail, { refreshAhead: 500 })).toBe("old");
    await settle();
    expect(events).toContainEqual({
      type: "warning",
      message: "Refreshing user:list:all failed: something that cannot be shown",
    });
    expect(await cache.get(key)).toBe("old");
  });

  test("does nothing to what never expires", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    await cache.getOrLoad(key, () => 1, { ttl: Infinity });
    await cache.getOrLoad(key, source.load, { refreshAhead: Infinity });
    expect(source.count).toBe(0);
  });
});

describe("stale if error", () => {
  const options = { ttl: 1_000, staleIfError: 5_000 };
  const fail = (): never => {
    throw new Error("throttled");
  };

  test("serves what has expired while the source fails, within its bound, and says so", async () => {
    const { cache, clock, events } = makeCache();
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(1_000);
    expect(await cache.getOrLoadWithDetails(key, fail, options)).toEqual({
      value: "old",
      source: "stale",
      age: 1_000,
      expiresAt: clock.now(),
    });
    expect(events.at(-1)).toEqual({ type: "stale-served", id: key, error: new Error("throttled") });
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrLoad(key, fail, { ttl: 1_000, staleIfError: 10_000 })).toBe("old");
    await expect(cache.getOrLoad(key, fail, { ttl: 1_000 })).rejects.toThrow("throttled");
    await clock.advance(4_999);
    expect(await cache.getOrLoad(key, fail, options)).toBe("old");
    await clock.advance(1);
    await expect(cache.getOrLoad(key, fail, options)).rejects.toThrow("throttled");
    expect((await cache.getStats()).staleServed).toBe(3);
  });

  test("is for those errors that the caller says, whoever of those who ask at once has made the load", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(1_000);
    const isOutage = (error: unknown): boolean => (error as Error).message !== "throttled";
    const asked = [1, 2].map(() => cache.getOrLoad(key, fail, { ...options, isOutage }));
    for (const answer of asked) await expect(answer).rejects.toThrow("throttled");
    const down = (): never => {
      throw new Error("down");
    };
    expect(await cache.getOrLoad(key, down, { ...options, isOutage })).toBe("old");
    const wrong = { isOutage: true } as never;
    await expect(cache.getOrLoad(key, fail, wrong)).rejects.toThrow(/`isOutage` must be a function/);
  });

  test("is bounded by the shorter of what was said when it was stored and when it is read", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(3_000);
    await expect(cache.getOrLoad(key, fail, { staleIfError: 2_000 })).rejects.toThrow("throttled");
    expect(await cache.getOrLoad(key, fail, { staleIfError: 2_001 })).toBe("old");
  });

  test("is checked at the moment of serving: what expired for good during the load is not served", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(2_000);
    const source = new ControlledLoad();
    const reader = outcomeOf(cache.getOrLoad(key, source.load, options));
    await settle();
    await clock.advance(4_000);
    await source.fail(0, new Error("throttled"));
    expect(reader).toEqual({ error: new Error("throttled") });
  });

  test("gives the load what it had", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => ({ etag: 1 }), options);
    await clock.advance(2_000);
    const previous = await cache.getOrLoad(key, (context) => context.previous, options);
    expect(previous).toEqual({ etag: 1 });
  });

  test("is only for those who ask for it: others get the error, although somebody has set a value meanwhile", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const reader = outcomeOf(cache.getOrLoad(key, source.load));
    await settle();
    await cache.set(key, "set");
    const error = new Error("The source failed");
    await source.fail(0, error);
    await settle();
    expect(reader).toEqual({ error });
  });

  test("a caller that gives up gets his reason, not what is stale", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => "old", options);
    await clock.advance(2_000);
    const controller = new AbortController();
    const source = new ControlledLoad();
    const reader = outcomeOf(cache.getOrLoad(key, source.load, { ...options, signal: controller.signal }));
    await settle();
    controller.abort("enough");
    await settle();
    expect(reader).toEqual({ error: "enough" });
  });
});

describe("time to live", () => {
  test("counts from when the load began, not from when it ended", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const reader = cache.getOrLoad(key, source.load, { ttl: 1_000 });
    await settle();
    await clock.advance(600);
    await source.end(0, "value");
    await reader;
    await clock.advance(399);
    expect(await cache.get(key)).toBe("value");
    await clock.advance(1);
    expect(await cache.get(key)).toBeUndefined();
  });

  test.each([
    [Infinity, 10 ** 12, true],
    [2 ** 40, 2 ** 40 - 1, true],
    [2 ** 40, 2 ** 40, false],
    [0, 0, false],
    [1, 0, true],
  ])("%d: after %d ms there is a value: %o", async (ttl, wait, expected) => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => 1, { ttl });
    await clock.advance(wait);
    expect(await cache.has(key)).toBe(expected);
  });

  test("may be a function of the value, and of nothing it is the default", async () => {
    const { cache, clock } = makeCache({ defaultTtl: 500 });
    await cache.getOrLoad(key, () => 250, { ttl: (value) => value });
    await cache.getOrLoad("user:list:other", () => 1);
    await clock.advance(250);
    expect(await cache.has(key)).toBe(false);
    expect(await cache.has("user:list:other")).toBe(true);
    await clock.advance(250);
    expect(await cache.has("user:list:other")).toBe(false);
    cache.setDefaultTtl(2_000);
    await cache.getOrLoad(key, () => 1);
    await clock.advance(1_999);
    expect(await cache.has(key)).toBe(true);
  });

  test("a function that gives none is the caller's fault", async () => {
    const { cache } = makeCache();
    await expect(cache.getOrLoad(key, () => 1, { ttl: () => -1 })).rejects.toThrow(RangeError);
    await expect(
      cache.getOrLoad(key, () => 1, { tags: () => "user" as unknown as string[] }),
    ).rejects.toThrow(TypeError);
    expect(await cache.has(key)).toBe(false);
  });

  test("a clock that jumps forward expires entries; one that is set back makes them live no longer", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => 1, { ttl: 1_000 });
    clock.jump(clock.now() + 1_000);
    expect(await cache.has(key)).toBe(false);
    await cache.getOrLoad(key, () => 2, { ttl: 1_000 });
    clock.jump(clock.now() - 3_600_000);
    expect(await cache.has(key)).toBe(false);
    expect(await cache.getOrLoad(key, () => 3, { ttl: 1_000 })).toBe(3);
    expect(await cache.get(key)).toBe(3);
  });
});

describe("a storage in trouble", () => {
  test.each(["read", "write", "stamp", "readMany", "invalidate", "clear", "usage", "entries"] as const)(
    "that throws in %s is an event, and never an exception",
    async (method) => {
      const { cache, told } = makeCache({
        open: (context) => ({
          ...bound(openMemoryStorage({}, context)),
          [method]: () => {
            throw new Error("broken");
          },
        }),
      });
      expect(await cache.getOrLoad(key, () => 1)).toBe(1);
      await cache.get(key);
      await cache.has(key);
      await cache.set(key, 2);
      await cache.getMany([key]);
      await cache.begin();
      await cache.delete(key);
      await cache.invalidate("user");
      await cache.clear();
      await cache.clearAll();
      await cache.explain("user");
      const entries: unknown[] = [];
      for await (const entry of cache.entries()) entries.push(entry);
      await cache.getStats();
      await cache.healthCheck();
      expect(await cache.getOrLoad(key, () => 3)).toBe(3);
      await cache.close();
      expect(told().some((type) => type === "storage-failed" || type === "warning")).toBe(true);
    },
  );

  test.each([null, undefined, 7, "text"])(
    "that answers a read with %o costs nobody his answer",
    async (answer) => {
      const { cache } = makeCache({
        open: (context) => ({ ...bound(openMemoryStorage({}, context)), read: () => answer as never }),
      });
      expect(await cache.getOrLoad(key, () => "source")).toBe("source");
      expect(await cache.has(key)).toBe(false);
    },
  );

  test("that does not answer a read costs 50 milliseconds, and what comes after that is not believed", async () => {
    const { cache, storage, clock, events } = await makeLate();
    await cache.set(key, "cached");
    storage.hold("read");
    const reader = outcomeOf(cache.getOrLoad(key, () => "source"));
    await clock.advance(49);
    expect(reader).toEqual({});
    await clock.advance(1);
    expect(reader).toEqual({ value: "source" });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "storage-failed", operation: "read" }) as unknown,
    );
    await storage.release();
    expect(await cache.get(key)).toBe("cached");
  });

  test("that does not answer a write keeps nobody waiting", async () => {
    const { cache, storage } = await makeLate();
    storage.hold("write");
    expect(await cache.getOrLoad(key, () => 1)).toBe(1);
  });

  test("is read no more after five failures, and one reader tries it again after a minute", async () => {
    let isBroken = true;
    let reads = 0;
    const { cache, clock, told } = makeCache({
      open: (context) => {
        const inner = openMemoryStorage({}, context);
        const read = (id: string): ReturnType<typeof inner.read> => {
          reads++;
          if (isBroken) throw new Error("broken");
          return inner.read(id);
        };
        return { ...bound(inner), read };
      },
    });
    await cache.begin();
    for (let count = 0; count < 8; count++) await cache.getOrLoad(`user:describe:${count}`, () => count);
    expect(reads).toBe(5);
    expect(told().filter((type) => type === "breaker")).toHaveLength(1);
    expect((await cache.healthCheck()).problems).toContain("The circuit breaker is open");
    await clock.advance(60_000);
    isBroken = false;
    expect(await cache.getOrLoad(key, () => "new")).toBe("new");
    await settle();
    expect(await cache.getOrLoad(key, () => "newer")).toBe("new");
    expect((await cache.getStats()).breaker.name).toBe("closed");
  });

  test("an invalidation that it does not record keeps everybody away from it until it is recorded", async () => {
    const { cache, storage, clock, told } = await makeLate();
    await cache.set(key, "old");
    storage.hold("invalidate");
    const invalidated = outcomeOf(cache.invalidate("user").then(() => "done"));
    await settle();
    await clock.advance(50);
    expect(invalidated).toEqual({ value: "done" });
    expect(told()).toContain("invalidation-deferred");
    storage.calls.length = 0;
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrLoad(key, () => "source")).toBe("source");
    expect(storage.calls).toEqual([]);
    await storage.release();
    await clock.advance(1_000);
    expect(told()).toContain("invalidations-replayed");
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrLoad(key, () => "new")).toBe("new");
    await settle();
    expect(await cache.get(key)).toBe("new");
  });

  test("invalidations are tried also while the breaker is open, because others depend on them", async () => {
    const { cache, storage } = await makeLate();
    storage.hold("read");
    for (let count = 0; count < 5; count++) {
      const reader = cache.getOrLoad(key, () => count);
      await settle();
      await storage.next("read").fail(new Error("broken"));
      await reader;
    }
    storage.calls.length = 0;
    await cache.invalidate("user");
    expect(storage.calls).toEqual(["invalidate"]);
  });

  test("that gives a stamp late does not make a value look newer than it is", async () => {
    for (const invalidate of [
      (cache: CacheManager) => cache.invalidate("group"),
      (cache: CacheManager) => cache.clear("group"),
    ]) {
      const { cache, storage, told } = await makeLate();
      storage.hold("stamp");
      const setting = cache.set(key, "old", { tags: ["group"] });
      await settle();
      await invalidate(cache);
      await storage.release();
      await setting;
      expect(told()).toContain("fenced");
      expect(await cache.has(key)).toBe(false);
    }
  });

  test("a payload that is damaged is a miss, told of once, and replaced", async () => {
    const { cache, events } = makeCache({
      open: (context) => {
        const inner = openMemoryStorage({}, context);
        return {
          ...bound(inner),
          capabilities: { ...inner.capabilities, payload: "bytes" },
          write: (entry, supersedes) =>
            inner.write(
              {
                ...entry,
                payload: entry.id.endsWith("bad") ? new Uint8Array([1, 0, 0x92, 1]) : entry.payload,
              },
              supersedes,
            ),
        };
      },
    });
    await cache.getOrLoad("user:list:bad", () => 1);
    events.length = 0;
    expect(await cache.getOrLoad("user:list:bad", () => 2)).toBe(2);
    expect(events.map(({ type }) => type)).toEqual(["storage-failed", "miss", "stored"]);
    expect(await cache.get("user:list:bad")).toBeUndefined();
  });
});

test.each([
  ["at once", async () => makeCache()],
  ["later", async () => makeLate()],
])("a hit is told, of a storage that answers %s", async (_, make) => {
  const { cache, events } = await make();
  await cache.set(key, 1);
  events.length = 0;
  expect(await cache.getOrLoad(key, () => 2)).toBe(1);
  expect(events).toEqual([{ type: "hit", id: expect.stringContaining(key) as string }]);
});

test("how old an answer is, and where it comes from, is told to whoever asks", async () => {
  const { cache, clock } = makeCache();
  const source = new ControlledLoad();
  const readers = [0, 1].map(() => cache.getOrLoadWithDetails(key, source.load));
  await settle();
  await clock.advance(300);
  await source.end(0, "value");
  expect(await Promise.all(readers)).toMatchObject([
    { source: "load", age: 0 },
    { source: "flight", age: 300 },
  ]);
  await clock.advance(200);
  expect(await cache.getOrLoadWithDetails(key, source.load)).toMatchObject({ source: "cache", age: 500 });
});

test("without a storage, whoever comes after an invalidation looks again, and loads", async () => {
  const { cache } = makeCache({
    open: () => {
      throw new Error("There is no storage");
    },
  });
  const source = new ControlledLoad();
  const first = cache.getOrLoad(key, source.load);
  await settle();
  outcomeOf(cache.invalidate("user"));
  const second = cache.getOrLoad(key, source.load);
  await settle();
  await source.end(0, "old");
  await source.end(1, "new");
  expect(await Promise.all([first, second])).toEqual(["old", "new"]);
});
