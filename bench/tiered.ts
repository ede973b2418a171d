import { setImmediate } from "node:timers/promises";
import type { CacheManager } from "@awsideman/cache-core";
import { contest, median, quantile, withRatios, type Contender, type Row } from "./contest.ts";
import { openCache, tieredStorage, withRedis } from "./on-redis.ts";
import { sampleUser } from "./sample-user.ts";

const keys = Array.from({ length: 1_000 }, (_, index) => `user:describe:user-${index}`);

/** A hit in memory in front of Redis, beside one in memory alone. */
export async function tieredHits(): Promise<Row[]> {
  return withRedis(async ({ url }) => {
    const caches: CacheManager[] = [];
    const contenders: Contender[] = [];
    for (const [how, copy] of [
      ["by reference", false],
      ["private copies (default)", true],
    ] as const) {
      const alone = await openCache({ backend: "memory", config: { copy } });
      const tiered = await openCache(tieredStorage(url, how.replaceAll(/\W/g, "-"), { copy }));
      caches.push(alone, tiered);
      contenders.push(await reader(`memory alone, ${how}`, alone));
      contenders.push(await reader(`near tier, ${how}`, tiered));
    }
    const rows = await contest(contenders, 20_000);
    for (const cache of caches) await cache.close();
    return rows;
  });
}

/** How long it takes until another instance on the same Redis does not serve from memory what was invalidated. */
export async function tieredNews(): Promise<Row[]> {
  return withRedis(async ({ url }) => {
    const storage = tieredStorage(url, "news");
    const [one, other] = [await openCache(storage), await openCache(storage)];
    const key = keys[0] as string;
    let version = 0;
    const read = (): Promise<number> => one.getOrLoad(key, () => version);
    const times: { readonly called: number[]; readonly returned: number[] } = { called: [], returned: [] };
    let served = 0;
    for (let round = -20; round < 1_000; round++) {
      // What is near is near by then, and waits for news.
      for (let index = 0; index < 30; index++) {
        await read();
        await setImmediate();
      }
      version++;
      const called = performance.now();
      await other.invalidate(key);
      const returned = performance.now();
      if ((await read()) !== version) served++;
      while ((await read()) !== version) await setImmediate();
      if (round < 0) continue;
      times.called.push((performance.now() - called) * 1_000);
      times.returned.push((performance.now() - returned) * 1_000);
    }
    for (const cache of [one, other]) await cache.close();
    const row = (name: string, all: readonly number[], note: string): Omit<Row, "ratio"> => ({
      name,
      median: median(all),
      p99: quantile(all, 0.99),
      unit: "us",
      note,
    });
    return withRatios([
      row("seen by another instance, from the call", times.called, "and loaded again"),
      row("seen by another instance, from the return", times.returned, `${served} of 1,020 were not at once`),
    ]);
  });
}

async function reader(name: string, cache: CacheManager): Promise<Contender> {
  let loads = 0;
  let next = 0;
  const read = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const key = keys[next++ % keys.length] as string;
      await cache.getOrLoad(key, () => {
        loads++;
        return sampleUser(key);
      });
      // A process that does nothing else hears no news, and its near tier is off.
      if (index % 1_000 === 0) await setImmediate();
    }
  };
  await read(keys.length);
  return {
    name,
    async run(count) {
      loads = 0;
      await read(count);
      // A far look on a busy machine may take too long.
      if (loads > count / 1_000) throw new Error(`${name}: what should hit was loaded ${loads} times`);
    },
  };
}
