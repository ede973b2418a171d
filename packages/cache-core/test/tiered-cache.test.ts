import { CacheManager, type CacheStorage } from "@awsideman/cache-core";
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
