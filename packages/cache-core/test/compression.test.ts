import { CacheManager, fromSimpleStore } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";

const users = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({ UserId: `9067${index}`, UserName: `user-${index}` }));

interface Made {
  readonly cache: CacheManager;
  readonly sizes: () => readonly number[];
}

async function make(config: Readonly<Record<string, unknown>> = {}): Promise<Made> {
  const store = new Map<string, unknown>();
  const cache = new CacheManager();
  cache.registerBackend("bytes", (_, context) => fromSimpleStore(store, context));
  await cache.configureStorage({ backend: "bytes", config });
  const sizes = (): readonly number[] =>
    [...store.values()].map((record) => (record as { readonly payload: Uint8Array }).payload.length);
  return { cache, sizes };
}

describe("a cache of bytes", () => {
  test("compresses by itself, unless it is told not to", async () => {
    const [by, without] = [await make(), await make({ compression: false })];
    for (const { cache } of [by, without]) await cache.getOrLoad("user:list", () => users(500));
    expect(by.sizes()[0]).toBeLessThan((without.sizes()[0] as number) * 0.5);
    expect(await by.cache.get("user:list")).toEqual(users(500));
  });

  test("compresses what is large while nobody waits, and shares it with those who do", async () => {
    const { cache, sizes } = await make();
    const loads = [1, 2, 3].map(() => cache.getOrLoad("user:list", async () => users(20_000)));
    expect(await loads[0]).toHaveLength(20_000);
    expect(sizes()).toEqual([]);
    expect(await Promise.all(loads)).toEqual([users(20_000), users(20_000), users(20_000)]);
    expect(sizes()[0]).toBeLessThan(300_000);
    expect(await cache.get("user:list")).toEqual(users(20_000));
    expect(await cache.getStats()).toMatchObject({ coalesced: 2, sets: 1 });
  });

  test("keeps out what was invalidated while it was being compressed", async () => {
    const { cache, sizes } = await make();
    await cache.getOrLoad("user:list", () => users(20_000));
    await cache.invalidate("user");
    await cache.close();
    expect(sizes()).toEqual([]);
  });
});
