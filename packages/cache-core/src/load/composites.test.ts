import { describe, expect, test } from "vitest";
import { bound, settle } from "../../test/support/late-storage.ts";
import { ControlledLoad, makeCache } from "../../test/support/make-cache.ts";
import { openMemoryStorage } from "@awsideman/storage-memory";
import type { Cache } from "@awsideman/cache-core";

const whole = "assignment:list:all";
const part = "user:describe:u-1";

/** Whether the composite is still there. */
async function isKept(cache: Cache): Promise<boolean> {
  await settle();
  return cache.has(whole);
}

describe("a value made of others", () => {
  const ways: Record<string, (cache: Cache) => Promise<unknown>> = {
    getOrLoad: (cache) => cache.getOrLoad(part, () => 1, { tags: ["group:g-1"] }),
    getOrLoadWithDetails: (cache) => cache.getOrLoadWithDetails(part, () => 1, { tags: ["group:g-1"] }),
    get: (cache) => cache.get(part),
    getMany: (cache) => cache.getMany([part]),
    has: (cache) => cache.has(part),
    "another caller": (cache) =>
      cache.withScope({ caller: "other" }).getOrLoad(part, () => 1, { tags: ["group:g-1"] }),
    "a load in between": (cache) =>
      cache.getOrLoad("group:list:all", () => cache.getOrLoad(part, () => 1, { tags: ["group:g-1"] })),
  };

  for (const [name, read] of Object.entries(ways)) {
    for (const isThere of [false, true]) {
      const state = isThere ? "there" : "not there";

      test.each(["user:describe:u-1", "user:*:u-1", "user", "*"])(
        `by ${name}, the part being ${state}, goes when %s is invalidated`,
        async (target) => {
          const { cache } = makeCache();
          if (isThere) await cache.getOrLoad(part, () => 1, { tags: ["group:g-1"] });
          await cache.getOrLoad(whole, () => read(cache));
          expect(await isKept(cache)).toBe(true);
          await cache.invalidate("user:describe:u-2");
          expect(await isKept(cache)).toBe(true);
          await cache.invalidate(target);
          expect(await isKept(cache)).toBe(false);
        },
      );
    }

    test(`by ${name} goes when the part's own tags are invalidated`, async () => {
      const { cache } = makeCache();
      await cache.getOrLoad(part, () => 1, { tags: ["group:g-1"] });
      await cache.getOrLoad(whole, () => read(cache));
      await cache.invalidate("group:g-1");
      expect(await isKept(cache)).toBe(false);
    });

    test(`by ${name} goes when the part is deleted or set`, async () => {
      const { cache } = makeCache();
      await cache.getOrLoad(whole, () => read(cache));
      expect(await isKept(cache)).toBe(true);
      await cache.set(part, 2);
      expect(await isKept(cache)).toBe(false);
      await cache.getOrLoad(whole, () => read(cache));
      await cache.delete(part);
      expect(await isKept(cache)).toBe(false);
    });
  }

  test("expires with the first of its parts, found or loaded", async () => {
    const { cache, clock } = makeCache();
    await cache.getOrLoad(part, () => 1, { ttl: 1_000 });
    await clock.advance(400);
    await cache.getOrLoad(whole, async () => [
      await cache.getOrLoad(part, () => 2),
      await cache.getOrLoad("user:describe:u-2", () => 3, { ttl: 700 }),
    ]);
    await clock.advance(599);
    expect(await isKept(cache)).toBe(true);
    await clock.advance(1);
    expect(await isKept(cache)).toBe(false);
  });

  test("of a part that is not stored, because it lives for no time, is not stored either", async () => {
    const { cache } = makeCache();
    await cache.getOrLoad(whole, () => cache.getOrLoad(part, () => 1, { ttl: 0 }));
    expect(await isKept(cache)).toBe(false);
  });

  test("of a part that another caller was loading depends on it, too", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    const options = { tags: ["group:g-1"], ttl: 500 };
    void cache.getOrLoad(part, source.load, options);
    await settle();
    const composite = cache.getOrLoad(whole, () => cache.getOrLoad(part, source.load, options));
    await settle();
    await source.end(0, 1);
    await composite;
    expect(source.count).toBe(1);
    expect(await isKept(cache)).toBe(true);
    await cache.invalidate("group:g-1");
    expect(await isKept(cache)).toBe(false);
  });

  test("of a part that was served although it had expired is not stored", async () => {
    const { cache, clock } = makeCache();
    const options = { ttl: 100, staleIfError: 10_000 };
    const fail = (): never => {
      throw new Error("throttled");
    };
    await cache.getOrLoad(part, () => "old", options);
    await clock.advance(200);
    expect(await cache.getOrLoad(whole, () => cache.getOrLoad(part, fail, options))).toBe("old");
    expect(await isKept(cache)).toBe(false);
  });

  test("of a part of a part that had expired is not stored, nor is the part", async () => {
    const { cache, clock } = makeCache();
    const options = { ttl: 100, staleIfError: 10_000 };
    await cache.getOrLoad(part, () => "old", options);
    await clock.advance(200);
    const fail = (): never => {
      throw new Error("throttled");
    };
    const middle = (): Promise<unknown> =>
      cache.getOrLoad("group:list:all", () => cache.getOrLoad(part, fail, options));
    expect(await cache.getOrLoad(whole, middle)).toBe("old");
    expect(await isKept(cache)).toBe(false);
    expect(await cache.has("group:list:all")).toBe(false);
  });

  test("of a part in another cache is not stored: its invalidations are not known here", async () => {
    const { cache } = makeCache();
    const { cache: other } = makeCache();
    await cache.getOrLoad(whole, () => other.getOrLoad(part, () => 1));
    expect(await isKept(cache)).toBe(false);
    await cache.getOrLoad(whole, () => other.getOrLoad(part, () => 1));
    await cache.getOrLoad(whole, () => other.get("user:describe:u-9"));
    expect(await isKept(cache)).toBe(false);
    expect(await other.has(part)).toBe(true);
  });

  test("of a part in another namespace goes when it is invalidated there, and not here", async () => {
    const { cache } = makeCache();
    const other = cache.withScope({ namespace: "other" });
    await cache.getOrLoad(whole, () => other.getOrLoad(part, () => 1));
    await cache.invalidate(part);
    expect(await isKept(cache)).toBe(true);
    await other.invalidate("user:*:u-1");
    expect(await isKept(cache)).toBe(false);
  });

  test("of a part that was loaded without a stamp is not stored: nobody knows until when it is good", async () => {
    let isBroken = false;
    const { cache, clock } = makeCache({
      open: (context) => {
        const inner = openMemoryStorage({}, context);
        const read = (id: string): ReturnType<typeof inner.read> => {
          if (isBroken && id === part) throw new Error("broken");
          return inner.read(id);
        };
        return { ...bound(inner), read };
      },
    });
    await cache.begin();
    isBroken = true;
    const value = await cache.getOrLoad(whole, () => cache.getOrLoad(part, () => 1, { ttl: 1 }), {
      ttl: 60_000,
    });
    expect(value).toBe(1);
    await clock.advance(10);
    expect(await isKept(cache)).toBe(false);
  });

  test("whose part was invalidated between reading it and storing it is not stored", async () => {
    const { cache } = makeCache();
    const source = new ControlledLoad();
    await cache.set(part, "old");
    const composite = cache.getOrLoad(whole, async () => {
      const value = await cache.get(part);
      await source.load({ signal: AbortSignal.abort(), previous: undefined });
      return value;
    });
    await settle();
    await cache.invalidate("user:*:u-1");
    await source.end(0, undefined);
    await composite;
    expect(await isKept(cache)).toBe(false);
  });

  test("while a part is unsettled is not stored", async () => {
    const { cache } = makeCache();
    const window = await cache.beginWrite([part], 1_000);
    await cache.getOrLoad(whole, () => cache.getOrLoad(part, () => 1));
    expect(await isKept(cache)).toBe(false);
    await window.close(0);
    await cache.getOrLoad(whole, () => cache.getOrLoad(part, () => 1));
    expect(await isKept(cache)).toBe(true);
  });

  test("goes with its parts also where its load has given back the expired value before", async () => {
    const { cache, clock } = makeCache();
    const made = (): Promise<unknown> =>
      cache.getOrLoad(whole, ({ previous }) => previous ?? cache.getOrLoad(part, () => 1), {
        ttl: 1_000,
        staleIfError: 10_000,
      });
    await made();
    await clock.advance(1_000);
    await made();
    expect(await isKept(cache)).toBe(true);
    await cache.invalidate(part);
    expect(await isKept(cache)).toBe(false);
  });

  test("does not go with them where its load has only asked whether there was one before", async () => {
    const { cache, clock } = makeCache();
    const asked: boolean[] = [];
    const made = (value: () => Promise<unknown>): Promise<unknown> =>
      cache.getOrLoad(
        whole,
        ({ hasPrevious }) => {
          asked.push(hasPrevious);
          return value();
        },
        { ttl: 1_000, staleIfError: 10_000 },
      );
    await made(() => cache.getOrLoad(part, () => 1));
    await clock.advance(1_000);
    await made(async () => 2);
    expect(asked).toEqual([false, true]);
    await cache.invalidate(part);
    expect(await isKept(cache)).toBe(true);
  });

  test("expires with a part whose load it has joined", async () => {
    const { cache, clock } = makeCache();
    const source = new ControlledLoad();
    const early = cache.getOrLoad(part, source.load, { ttl: 1_000 });
    const made = cache.getOrLoad(whole, () => cache.getOrLoad(part, source.load));
    await settle();
    await source.end(0, 1);
    await Promise.all([early, made]);
    await clock.advance(999);
    expect(await isKept(cache)).toBe(true);
    await clock.advance(1);
    expect(await isKept(cache)).toBe(false);
  });

  test("reads side by side in one load all count, and reads outside of it do not", async () => {
    const { cache } = makeCache();
    const outside = cache.getOrLoad("account:list:all", () => 1);
    await cache.getOrLoad(whole, () =>
      Promise.all(["u-1", "u-2", "u-3"].map((id) => cache.getOrLoad(`user:describe:${id}`, () => id))),
    );
    await outside;
    await cache.invalidate("account");
    expect(await isKept(cache)).toBe(true);
    await cache.invalidate("user:describe:u-3");
    expect(await isKept(cache)).toBe(false);
  });
});

test("what is made of a load that had begun before is stored, whatever else was invalidated in between", async () => {
  const { cache } = makeCache();
  const source = new ControlledLoad();
  const early = cache.getOrLoad(part, source.load);
  await cache.invalidate("user:describe:u-2");
  const made = cache.getOrLoad(whole, () =>
    Promise.all([cache.getOrLoad(part, source.load), cache.getOrLoad("user:describe:u-2", () => 2)]),
  );
  await settle();
  await source.end(0, 1);
  expect(await made).toEqual([1, 2]);
  await early;
  expect(await isKept(cache)).toBe(true);
});

test("what is made of a failed read is not stored: nobody knows what an error depends on", async () => {
  const { cache } = makeCache();
  let exists = false;
  const user = (): Promise<string> =>
    cache.getOrLoad("user:describe:x", () => {
      if (!exists) throw new Error("There is no such user");
      return "x";
    });
  const report = (): Promise<string> => cache.getOrLoad("report:x", () => user().catch(() => "none"));
  expect(await report()).toBe("none");
  exists = true;
  await cache.invalidate("user:describe:x");
  expect(await report()).toBe("x");
});

test("what is made of a listing is not stored", async () => {
  const { cache } = makeCache();
  await cache.set("user:describe:a", 1);
  const count = (): Promise<number> =>
    cache.getOrLoad("report:count", async () => (await Array.fromAsync(cache.entries("user:*"))).length);
  expect(await count()).toBe(1);
  await cache.set("user:describe:b", 1);
  expect(await count()).toBe(2);
});
