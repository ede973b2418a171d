import { describe, expect, test } from "vitest";
import { ControlledLoad, makeCache } from "../../test/support/make-cache.ts";
import { settle } from "../../test/support/late-storage.ts";
import { Flight } from "./flight.ts";
import { isRecentFlight } from "./max-age.ts";

const key = "user:list:all";

describe("what is in the cache is served to who wants it recent", () => {
  test("for so many milliseconds after its load began, and not a moment longer", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const first = cache.getOrLoad(key, source.load);
    await settle();
    await clock.advance(60);
    await source.end(0, "old");
    await first;
    await clock.advance(39);
    expect(await cache.getOrLoad(key, () => "new", { maxAge: 100 })).toBe("old");
    await clock.advance(1);
    expect(await cache.getOrLoad(key, () => "new", { maxAge: 100 })).toBe("new");
  });

  test("not at all for 0, not even in the millisecond in which it was loaded", async () => {
    const { cache } = makeCache();
    let count = 0;
    for (let time = 1; time <= 3; time++)
      expect(await cache.getOrLoad(key, () => ++count, { maxAge: 0 })).toBe(time);
    expect(await cache.getOrLoadWithDetails(key, () => ++count, { maxAge: 0 })).toMatchObject({
      source: "load",
      age: 0,
    });
  });

  test("and what is loaded instead is kept for everybody, as ever", async () => {
    const { cache, clock, told } = makeCache();
    await cache.getOrLoad(key, () => "old");
    await clock.advance(10);
    await cache.getOrLoad(key, () => "new", { maxAge: 0 });
    await settle();
    expect(await cache.get(key)).toBe("new");
    expect(told().filter((type) => type === "stored")).toHaveLength(2);
    const { misses, hits } = await cache.getStats();
    expect({ misses, hits }).toEqual({ misses: 2, hits: 1 });
  });

  test("and what has expired, or was invalidated, is so for everybody", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(key, () => "old", { ttl: 50 });
    await clock.advance(50);
    expect(await cache.getOrLoad(key, () => "new", { maxAge: 1_000 })).toBe("new");
    await cache.invalidate("user");
    expect(await cache.getOrLoad(key, () => "newer", { maxAge: 1_000 })).toBe("newer");
  });

  test("and an error is an error where all there is instead is too old", async () => {
    const { cache, clock } = makeCache();
    const fail = (): never => {
      throw new Error("down");
    };
    await cache.getOrLoad(key, () => "old", { ttl: 50, staleIfError: 1_000 });
    await clock.advance(100);
    const options = { staleIfError: 1_000 };
    await expect(cache.getOrLoad(key, fail, { ...options, maxAge: 100 })).rejects.toThrow("down");
    expect(await cache.getOrLoad(key, fail, { ...options, maxAge: 101 })).toBe("old");
  });

  test("a fill that began before an invalidation is fenced, however much it was asked for", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    await cache.getOrLoad(key, () => "first");
    const refreshing = cache.getOrLoad(key, source.load, { maxAge: 0 });
    await settle();
    await cache.invalidate("user");
    await clock.advance(1);
    await source.end(0, "between");
    expect(await refreshing).toBe("between");
    expect(await cache.get(key)).toBeUndefined();
  });

  test("an older load that ends later does not take the place of a newer one", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const older = cache.getOrLoad(key, source.load);
    await settle();
    await clock.advance(10);
    expect(await cache.getOrLoad(key, () => "newer", { maxAge: 0 })).toBe("newer");
    await source.end(0, "older");
    expect(await older).toBe("older");
    expect(await cache.get(key)).toBe("newer");
  });
});

describe("a load under way", () => {
  test("is joined by who wants it recent, if it has not been under way for too long", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const leader = cache.getOrLoad(key, source.load);
    await settle();
    await clock.advance(99);
    const joins = cache.getOrLoad(key, source.load, { maxAge: 100 });
    await settle();
    await clock.advance(1);
    const leads = cache.getOrLoad(key, source.load, { maxAge: 100 });
    await settle();
    expect(source.count).toBe(2);
    await source.end(0, "first");
    await source.end(1, "second");
    expect([await leader, await joins, await leads]).toEqual(["first", "first", "second"]);
  });

  test("is never joined by who wants it asked for now, and may be joined by everybody else", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const readers = [Infinity, 0, 0, 100].map((maxAge) => cache.getOrLoad(key, source.load, { maxAge }));
    await settle();
    expect(source.count).toBe(3);
    for (let load = 0; load < 3; load++) await source.end(load, load);
    // The last one has joined the latest.
    expect(await Promise.all(readers)).toEqual([0, 1, 2, 2]);
  });

  test("that began after the reader is as good as his own, if it reads as recently as he wants it", () => {
    const at = { epoch: "e", position: 1, time: 1_000 };
    const options = { calls: at, ledger: {} };
    const strict = new Flight({ ...options, began: 2, stamp: at, maxAge: 50 });
    expect([50, 60, Infinity].map((maxAge) => isRecentFlight(strict, 1, undefined, maxAge))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isRecentFlight(strict, 1, undefined, 49)).toBe(false);
    const earlier = (time: number, epoch = "e"): boolean =>
      isRecentFlight(new Flight({ ...options, began: 1, stamp: at }), 2, { ...at, time, epoch }, 50);
    // Nobody knows what a clock means that was set back, nor that of another ledger.
    expect([earlier(1_000), earlier(1_049), earlier(1_050), earlier(999), earlier(1_001, "f")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isRecentFlight(new Flight({ ...options, began: 1, stamp: undefined }), 2, at, 50)).toBe(false);
    expect(isRecentFlight(new Flight({ ...options, began: 1, stamp: at }), 2, undefined, 50)).toBe(false);
  });
});

describe("what is made of others", () => {
  const part = "user:describe:u-1";

  test("is made anew, and its parts are as recent as it has to be", async () => {
    const { cache, clock } = makeCache();
    let loaded = 0;
    const readPart = (): Promise<number> => cache.getOrLoad(part, () => ++loaded);
    await readPart();
    await clock.advance(80);
    expect(await cache.getOrLoad(key, readPart)).toBe(1);
    await clock.advance(10);
    // The whole is 10 ms old, and its part 90.
    expect(await cache.getOrLoad(key, readPart, { maxAge: 50 })).toBe(2);
    expect(await cache.getOrLoad(key, readPart, { maxAge: 50 })).toBe(2);
    expect(loaded).toBe(2);
    expect(await cache.getOrLoad(key, readPart, { maxAge: 0 })).toBe(3);
    // Everybody else is served the whole as it is.
    expect(await cache.getOrLoad(key, () => "another")).toBe(3);
  });

  test("reads through loads in between as recently, and no more recently than any of them asks", async () => {
    const { cache, clock } = makeCache();
    let loaded = 0;
    const readPart = (): Promise<number> => cache.getOrLoad(part, () => ++loaded, { maxAge: 60 });
    const readMiddle = (): Promise<number> => cache.getOrLoad("group:list:all", readPart);
    await cache.getOrLoad(key, readMiddle);
    await clock.advance(50);
    expect(await cache.getOrLoad(key, readMiddle, { maxAge: 1_000 })).toBe(1);
    expect(await cache.getOrLoad(key, readMiddle, { maxAge: 50 })).toBe(2);
    await clock.advance(60);
    expect(await cache.getOrLoad(key, readMiddle, { maxAge: 1_000 })).toBe(3);
  });

  test("is not shared with who wants it recent, when it began before he asked", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    let loaded = 0;
    const readPart = (): Promise<number> => cache.getOrLoad(part, () => ++loaded);
    const make = async (context: Parameters<typeof source.load>[0]): Promise<unknown> => {
      await readPart();
      return source.load(context);
    };
    await readPart();
    await clock.advance(80);
    const leader = cache.getOrLoad(key, make);
    await settle();
    const reader = cache.getOrLoad(key, make, { maxAge: 50 });
    await settle();
    expect(source.count).toBe(1);
    await source.end(0, "of an old part");
    await source.end(1, "of a recent part");
    expect([await leader, await reader]).toEqual(["of an old part", "of a recent part"]);
    expect(loaded).toBe(2);
  });

  test("asks nothing of what is read without a limit", async () => {
    const { cache } = makeCache();
    let loaded = 0;
    await cache.getOrLoad(part, () => ++loaded);
    await cache.getOrLoad(key, () => 0, { maxAge: 0 });
    expect(await cache.getOrLoad(part, () => ++loaded)).toBe(1);
  });
});

test("an age that is none is the caller's mistake", async () => {
  const { cache } = makeCache();
  for (const maxAge of [-1, NaN, "5" as never])
    await expect(cache.getOrLoad(key, () => 1, { maxAge })).rejects.toThrow(/`maxAge` must be milliseconds/);
});
