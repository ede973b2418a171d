import { CacheManager, type Answer, type CacheStorage } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, onTestFinished, test } from "vitest";
import { RemoteStorage, settled } from "./support/remote-storage.ts";

interface Shared {
  readonly clock: FakeClock;
  /** Another process, as it were: a cache of its own in front of what all share. */
  readonly join: (config?: object) => { readonly cache: CacheManager; readonly remote: () => RemoteStorage };
}

function share(): Shared {
  const clock = new FakeClock();
  const context = { clock, random: Math.random, emit: () => undefined };
  const far: CacheStorage = openMemoryStorage({}, context);
  return {
    clock,
    join(config = {}) {
      const cache = new CacheManager({
        clock,
        storage: { backend: "tiered", config: { far: { backend: "shared" }, ...config } },
      });
      let remote: RemoteStorage | undefined;
      cache.registerBackend("shared", () => (remote = new RemoteStorage(far)));
      cache.registerBackend("memory", (given, nearContext) => openMemoryStorage(given, nearContext));
      onTestFinished(() => cache.close());
      return { cache, remote: () => remote as RemoteStorage };
    },
  };
}

describe("a cache of two tiers", () => {
  test("answers from near without asking, and sees what others write when it hears of it", async () => {
    const { clock, join } = share();
    const [one, other] = [join(), join()];
    let version = 1;
    const load = (cache: CacheManager): Promise<number> =>
      cache.getOrLoad("user:list:all", () => Promise.resolve(version));
    expect(await load(one.cache)).toBe(1);
    await settled();
    one.remote().calls.length = 0;
    expect(await load(one.cache)).toBe(1);
    expect(one.remote().calls).toEqual([]);
    version = 2;
    await other.cache.invalidateForOperation("update", "user", "u-1");
    await clock.advance(250);
    expect(await load(one.cache)).toBe(2);
    expect(await load(other.cache)).toBe(2);
  });

  test("never answers with what was before its own write", async () => {
    const { join } = share();
    const { cache, remote } = join();
    let version = 1;
    const load = (): Promise<number> => cache.getOrLoad("user:list:all", () => Promise.resolve(version));
    await load();
    await load();
    version = 2;
    const release = remote().hold("invalidate", "request");
    const invalidated = cache.invalidate("user");
    const during = load();
    await release();
    await invalidated;
    expect(await load()).toBe(2);
    await during;
    expect(await load()).toBe(2);
  });

  test("composites depend on what was found near", async () => {
    const { join } = share();
    const { cache } = join();
    let version = 1;
    const part = (): Promise<number> => cache.getOrLoad("user:describe:u-1", () => Promise.resolve(version));
    const whole = (): Promise<number[]> => cache.getOrLoad("report:users:all", async () => [await part()]);
    await part();
    await part();
    expect(await whole()).toEqual([1]);
    version = 2;
    await cache.invalidate("user:describe:u-1");
    expect(await whole()).toEqual([2]);
  });

  describe("a value made of what another process has invalidated, which is not known here yet", () => {
    /** What a source says, and a cache that has an old answer of it near. */
    async function behind(): Promise<{
      readonly clock: FakeClock;
      readonly one: CacheManager;
      readonly other: CacheManager;
      /** The connection of the cache that is behind. */
      readonly remote: RemoteStorage;
      readonly part: (cache: CacheManager) => Promise<number>;
    }> {
      const { clock, join } = share();
      const { cache: one, remote } = join();
      const { cache: other } = join();
      let version = 1;
      const part = (cache: CacheManager): Promise<number> =>
        cache.getOrLoad("user:describe:u-1", () => Promise.resolve(version));
      await part(one);
      await settled();
      await part(one);
      version = 2;
      await other.invalidate("user:describe:u-1");
      return { clock, one, other, remote: remote(), part };
    }

    test.each([1, 2, 3])("is not stored, be it %i loads deep", async (depth) => {
      const { one, other, part } = await behind();
      const whole = (cache: CacheManager, level: number): Promise<number> =>
        cache.getOrLoad(`report:level:${level}`, () => (level === 1 ? part(cache) : whole(cache, level - 1)));
      expect(await whole(one, depth)).toBe(1);
      await settled();
      expect(await whole(other, depth)).toBe(2);
    });

    test("is not stored where somebody else loads it, who had begun later", async () => {
      const { one, other, remote, part } = await behind();
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const list = (cache: CacheManager): Promise<number> =>
        cache.getOrLoad("report:users:all", async () => {
          const found = await part(cache);
          await gate;
          return found;
        });
      let answer = (): Promise<void> => Promise.resolve();
      const whole = (cache: CacheManager): Promise<number> =>
        cache.getOrLoad("report:all:all", () => {
          if (cache === one) answer = remote.hold("read", "answer");
          return list(cache);
        });
      const made = whole(one);
      await settled();
      const listed = list(one);
      await settled();
      await answer();
      open();
      expect([await made, await listed]).toEqual([1, 1]);
      await settled();
      expect(await whole(other)).toBe(2);
    });

    test.each([
      ["value", (found: number): number => found],
      [
        "failure",
        (found: number): number => {
          if (found === 1) throw new Error("there is no such user");
          return found;
        },
      ],
    ])(
      "gives no %s to who joins when it is known, be it made of a part or of a part's part",
      async (_, judge) => {
        for (const isDeep of [false, true]) {
          const { clock, one, part } = await behind();
          const { promise: gate, resolve: open } = Promise.withResolvers<void>();
          const judged = async (): Promise<number> => judge(await part(one));
          const made = (): Promise<number> => (isDeep ? one.getOrLoad("report:users:all", judged) : judged());
          const whole = (): Promise<number> =>
            one.getOrLoad("report:all:all", async () => {
              const [outcome] = await Promise.allSettled([made()]);
              await gate;
              if (outcome.status === "rejected") throw outcome.reason;
              return outcome.value;
            });
          const early = Promise.allSettled([whole()]);
          await clock.advance(2_000);
          const late = whole();
          await settled();
          open();
          expect(await late).toBe(2);
          await early;
        }
      },
    );
  });

  test.each(["bounded", "strict"] as const)(
    "knows how old what is near has become since it was brought there, %s",
    async (coherence) => {
      const { clock, join } = share();
      const { cache } = join({ coherence });
      const load = (maxAge: number, value: string): Promise<Answer<string>> =>
        cache.getOrLoadWithDetails("user:list:all", () => value, { maxAge });
      await load(Infinity, "first");
      await settled();
      await load(Infinity, "not asked for");
      // Between two looks of the one that follows.
      await clock.advance(200);
      expect(await load(201, "not asked for")).toMatchObject({ value: "first", source: "cache", age: 200 });
      expect(await load(200, "second")).toMatchObject({ value: "second", source: "load" });
    },
  );

  test("takes the far tier's word for what is on this machine: every read asks it", async () => {
    const { join } = share();
    const { cache, remote } = join({ coherence: "strict" });
    await cache.getOrLoad("user:list:all", () => 1);
    await cache.getOrLoad("user:list:all", () => 1);
    remote().calls.length = 0;
    await cache.getOrLoad("user:list:all", () => 1);
    expect(remote().calls).toEqual(["since"]);
  });

  test.each([
    [{ far: undefined }, "`far` must be an object with a `backend`, received undefined"],
    [{ far: { backend: "nobody" } }, "`backend` must be one of shared, memory, disk, redis, tiered"],
    [{ near: 1 }, "`near` must be an object, received 1"],
    [{ near: { maxEntries: 0 } }, "`maxEntries` must be"],
    [{ coherence: "loose" }, '`coherence` must be "bounded" or "strict", received "loose"'],
    [{ maxStaleness: 19 }, "`maxStaleness` must be from 20 to 3600000 milliseconds, received 19"],
    [{ maxStaleness: Number.NaN }, "`maxStaleness` must be milliseconds"],
    [{ staleness: 1 }, "Options of the tiered storage must be near, far, coherence, maxStaleness"],
  ])("%o is a mistake", async (wrong, message) => {
    const { join } = share();
    const { cache } = join();
    const config = { far: { backend: "shared" }, ...wrong };
    await expect(cache.configureStorage({ backend: "tiered", config })).rejects.toThrow(message);
  });
});
