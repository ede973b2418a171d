import type { CacheEvent, CacheStorage, Invalidation } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { bound, LateStorage, settle } from "../../test/support/late-storage.ts";
import { ControlledLoad, makeCache } from "../../test/support/make-cache.ts";
import { CircuitBreaker } from "../breaker/circuit-breaker.ts";
import { Backlog } from "./backlog.ts";
import { GuardedStorage } from "./guarded-storage.ts";

const target: Invalidation = { tags: ["user"], patterns: [] };

function make() {
  const clock = new FakeClock();
  const events: CacheEvent[] = [];
  const emit = (event: CacheEvent): unknown => events.push(event);
  const storage = new LateStorage(
    openMemoryStorage({}, { clock, random: Math.random, emit: () => undefined }),
  );
  const breaker = new CircuitBreaker(clock, () => undefined);
  const openSpool = (): never => {
    throw new Error("not used");
  };
  const backlog = new Backlog({ clock, emit, openSpool });
  const deadlines = { read: 50, write: 50, invalidate: 50, clear: 100_000 };
  const guarded = new GuardedStorage({ storage, breaker, backlog, deadlines, clock, emit });
  /** Five looks that are not answered in time. */
  const trip = async (): Promise<void> => {
    storage.hold("read");
    for (let count = 0; count < 5; count++) void guarded.read("id");
    await clock.advance(50);
    for (let count = 0; count < 5; count++) await storage.next("read").fail(new Error("late"));
    storage.calls.length = 0;
  };
  return { guarded, storage, breaker, clock, events, trip };
}

describe("the breaker of a storage", () => {
  test("B31: however many ask at once, one of them tries the storage, and nobody else waits for him", async () => {
    const { guarded, storage, breaker, clock, trip } = make();
    await trip();
    expect(breaker.state.name).toBe("open");
    expect(guarded.read("id")).toBeUndefined();
    await clock.advance(60_000);
    const asked = [
      ...Array.from({ length: 20 }, () => guarded.read("id")),
      ...Array.from({ length: 20 }, () => guarded.readMany(["id"])),
      ...Array.from({ length: 20 }, () => guarded.stamp()),
    ];
    expect(storage.calls).toEqual(["read"]);
    expect(asked.filter((answer) => answer === undefined)).toHaveLength(59);
    await storage.release();
    expect(await asked[0]).toMatchObject({ state: "miss" });
    expect(breaker.state.name).toBe("closed");
    expect(await guarded.read("id")).toMatchObject({ state: "miss" });
  });

  test("opens again when the one who tries is not answered in time, for another full time", async () => {
    const { guarded, storage, breaker, clock, trip } = make();
    await trip();
    await clock.advance(60_000);
    const probe = guarded.read("id");
    await clock.advance(50);
    expect(await probe).toBeUndefined();
    expect(breaker.state.name).toBe("open");
    await clock.advance(59_999);
    expect(guarded.read("id")).toBeUndefined();
    expect(storage.calls).toEqual(["read"]);
  });

  test("hears nothing of a call that began before it opened", async () => {
    const { guarded, storage, breaker, clock, trip } = make();
    storage.hold("clear");
    const clearing = guarded.clear(target);
    const [call] = storage.waiting;
    await trip();
    await clock.advance(60_000);
    const probe = guarded.read("id");
    await call?.fail(new Error("connection lost"));
    await settle();
    expect(breaker.state.name).toBe("half-open");
    await storage.release();
    expect(await probe).toMatchObject({ state: "miss" });
    expect(breaker.state.name).toBe("closed");
    await clearing;
  });

  test("does not keep invalidations away: others depend on them", async () => {
    const { guarded, storage, clock, trip } = make();
    await guarded.start(
      () => true,
      () => undefined,
    );
    await trip();
    storage.hold();
    await guarded.invalidate(target);
    expect(storage.calls).toEqual(["invalidate"]);
    expect(clock.waiting).toBe(0);
  });

  test("B12: counts the storage's failures alone, never those of a source that throttles", async () => {
    const { cache } = makeCache();
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    for (let count = 0; count < 20; count++) {
      await expect(cache.getOrLoad("user:list:all", () => Promise.reject(throttled))).rejects.toBe(throttled);
    }
    expect((await cache.getStats()).breaker).toEqual({ name: "closed", failures: 0 });
  });
});

describe("a storage that answers nothing", () => {
  const deaf = (storage: CacheStorage): CacheStorage => {
    const never = (): Promise<never> => new Promise(() => undefined);
    return {
      ...bound(storage),
      read: never,
      readMany: never,
      write: never,
      stamp: never,
      examine: never,
      invalidate: never,
      since: never,
      clear: never,
      usage: never,
      counters: never,
      addCounters: never,
      entries: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
      close: never,
    };
  };

  test.each([
    ["get", 50],
    ["getMany", 50],
    ["has", 50],
    ["peek", 50],
    ["begin", 50],
    ["getOrLoad", 50],
    ["delete", 50],
    ["invalidate", 50],
    ["beginWrite", 50],
    ["settle", 50],
    ["set", 100],
    ["healthCheck", 50],
    ["getStats", 2_000],
    ["clear", 60_050],
    ["close", 11_050],
  ] as const)("keeps %s no longer than %i ms, and no timer stays", async (method, most) => {
    const { cache, clock } = makeCache({
      open: (context) => deaf(openMemoryStorage({}, context)),
    });
    await cache.configureStorage({ backend: "test" });
    const calls: Readonly<Record<typeof method, () => Promise<unknown>>> = {
      get: () => cache.get("user:list:all"),
      getMany: () => cache.getMany(["user:list:all"]),
      has: () => cache.has("user:list:all"),
      peek: () => cache.peek("user:list:all"),
      begin: () => cache.begin(),
      getOrLoad: () => cache.getOrLoad("user:list:all", () => 1),
      delete: () => cache.delete("user:list:all"),
      invalidate: () => cache.invalidate("user"),
      beginWrite: () => cache.beginWrite(["user"], 1_000),
      settle: () => cache.settle("operation", 0),
      set: () => cache.set("user:list:all", 1),
      healthCheck: () => cache.healthCheck(),
      getStats: () => cache.getStats(),
      clear: () => cache.clear(),
      close: () => cache.close(),
    };
    let isDone = false;
    void calls[method]().then(() => (isDone = true));
    await settle();
    await clock.advance(most);
    expect(isDone).toBe(true);
    const closing = cache.close();
    await settle();
    await clock.advance(120_000);
    await closing;
    expect(clock.waiting).toBe(0);
  });
});

describe("a storage that answers what the contract does not know", () => {
  const at = { epoch: "e", position: 1, time: 1 };
  const key = "user:list:all";
  const id = key;
  const entry = { id, tags: [], stamp: at, expiresAt: 1, staleUntil: 1, size: 1 };
  const seen = { at, entry, floor: 0, lastInvalidation: 0, steps: [], unsettled: [] };
  const none: readonly unknown[] = [undefined, null, true, "hit", {}, { at: {} }];
  /** A stamp, or a number, that is none. */
  const stamps: readonly unknown[] = [
    ...none,
    { ...at, epoch: 1 },
    { ...at, position: "1" },
    { ...at, position: Number.NaN },
    { epoch: "e", position: 1 },
  ];
  const readings: readonly unknown[] = [
    ...none,
    ...stamps.map((stamp) => ({ state: "miss", at: stamp })),
    { state: "hit", at },
    { state: "hit", at, entry: null },
    ...stamps.map((stamp) => ({ state: "hit", at, entry: { ...entry, stamp } })),
    { state: "stale", at },
    { state: "new", at },
  ];
  type Method = "read" | "readMany" | "write" | "stamp" | "examine" | "advance";
  const wrong: Readonly<Record<Method, readonly unknown[]>> = {
    read: readings,
    readMany: [
      ...none,
      [],
      [
        { state: "miss", at },
        { state: "miss", at },
        { state: "miss", at },
      ],
      ...readings.map((reading) => [{ state: "miss", at }, reading]),
    ],
    write: [
      ...none,
      ...stamps.flatMap((stamp) => [
        { outcome: "stored", at: stamp },
        { outcome: "fenced", reason: "invalidated", lastInvalidation: 1, unsettled: false, at: stamp },
      ]),
      { outcome: "fenced", at },
    ],
    stamp: stamps,
    examine: [
      ...none,
      ...stamps.flatMap((stamp) => [
        { ...seen, at: stamp },
        { ...seen, entry: { ...entry, stamp } },
      ]),
      { ...seen, entry: null },
      { ...seen, steps: undefined },
      { ...seen, steps: [null] },
      { ...seen, unsettled: undefined },
      { ...seen, unsettled: [null] },
    ],
    // Of which undefined is none: it says that somebody is in the way.
    advance: [null, true, {}, { moved: true, ahead: "1" }, { moved: true, ahead: Number.NaN }],
  };
  const cases = Object.entries(wrong).flatMap(([method, answers]) =>
    answers.map((answer) => [method as Method, answer] as const),
  );

  test.each(cases)("has failed, and nobody meets it: %s, %j", async (method, answer) => {
    for (const given of [answer, Promise.resolve(answer)]) {
      const { cache, events } = makeCache({
        open: (context) => ({ ...bound(openMemoryStorage({}, context)), [method]: () => given }),
      });
      const source = new ControlledLoad();
      const readers = [1, 2].map(() => cache.getOrLoad(key, source.load, { staleIfError: 1 }));
      for (let index = 0; index < 2; index++) {
        await settle();
        if (source.count > index) await source.end(index, "source");
      }
      expect(await Promise.all(readers)).toEqual(["source", "source"]);
      expect(await cache.peek(key)).toSatisfy((peeked) => method !== "examine" || peeked === undefined);
      await cache.explainKey(key);
      await cache.begin();
      await cache.has(key);
      await cache.getMany([key, "user:list:some"]);
      await cache.set(key, "set");
      await cache.rateLimiter("calls", { callsPerSecond: 1 }).acquire();
      expect(events).toContainEqual(
        expect.objectContaining({
          type: "storage-failed",
          operation: method === "readMany" ? "read" : method,
          error: expect.any(TypeError) as unknown,
        }),
      );
    }
  });
});
