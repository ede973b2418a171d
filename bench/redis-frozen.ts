import { setImmediate } from "node:timers/promises";
import type { CacheManager, StorageConfiguration } from "@awsideman/cache-core";
import { median, quantile, withRatios, type Row } from "./contest.ts";
import { openCache, redisStorage, tieredStorage, withRedis } from "./on-redis.ts";

const rounds = 10;
const atOnce = 100;
const passing = 2_000;
const nearHits = 500;

/**
 * What Redis adds to a call to a source that answers at once, while it is stopped where it is: to calls under way
 * until the breaker opens, to those after that, and to hits from memory in front of it.
 */
export function redisFrozen(): Promise<Row[]> {
  return withRedis(async (server) => {
    const times = {
      waiting: [] as number[],
      passing: [] as number[],
      well: [] as number[],
      frozen: [] as number[],
    };
    let loads = 0;
    for (let round = -1; round < rounds; round++) {
      const far = await openReady(redisStorage(server.url, `far-${round}`));
      const tiered = await openReady(tieredStorage(server.url, `near-${round}`));
      let isOpen = false;
      far.on("breaker", ({ state }) => (isOpen = state.name === "open"));
      const well = await hits(tiered);
      server.freeze();
      const frozen = await hits(tiered);
      const waiting = await Promise.all(
        Array.from({ length: atOnce }, (_, index) => timed(far, `user:list:${index}`)),
      );
      if (!isOpen) throw new Error("The breaker has not opened");
      const open: number[] = [];
      for (let index = 0; index < passing; index++) {
        open.push(await timed(far, `user:list:${index}`));
        if (index % 50 === 0) await setImmediate();
      }
      server.thaw();
      await far.close();
      await tiered.close();
      if (round < 0) continue;
      times.waiting.push(...waiting);
      times.passing.push(...open);
      times.well.push(...well.times);
      times.frozen.push(...frozen.times);
      loads += frozen.loads;
    }
    const row = (name: string, all: readonly number[], note = ""): Omit<Row, "ratio"> => ({
      name,
      median: median(all),
      p99: quantile(all, 0.99),
      unit: "us",
      note,
    });
    return withRatios([
      row("near hit, all is well", times.well),
      row("near hit, Redis frozen", times.frozen, `${loads} of ${rounds * nearHits} were loaded`),
      row("call, Redis frozen, breaker closed", times.waiting, `${atOnce} at once`),
      row("call, Redis frozen, breaker open", times.passing),
    ]);
  });
}

async function openReady(storage: StorageConfiguration): Promise<CacheManager> {
  const cache = await openCache(storage);
  let loads = 0;
  // Until what is near is certain.
  for (let isNear = false; !isNear;) {
    const before = loads;
    for (let index = 0; index < 50; index++) {
      await cache.getOrLoad("user:describe:near", () => ++loads);
      await setImmediate();
    }
    isNear = loads === before;
  }
  return cache;
}

async function hits(
  cache: CacheManager,
): Promise<{ readonly times: readonly number[]; readonly loads: number }> {
  const times: number[] = [];
  let loads = 0;
  for (let index = 0; index < nearHits; index++) {
    const begin = performance.now();
    await cache.getOrLoad("user:describe:near", () => ++loads);
    times.push((performance.now() - begin) * 1_000);
    if (index % 10 === 0) await setImmediate();
  }
  return { times, loads };
}

async function timed(cache: CacheManager, key: string): Promise<number> {
  const begin = performance.now();
  await cache.getOrLoad(key, () => 1);
  return (performance.now() - begin) * 1_000;
}
