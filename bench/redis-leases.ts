import { setTimeout } from "node:timers/promises";
import type { CacheManager } from "@awsideman/cache-core";
import type { Redis } from "ioredis";
import { openCache, redisStorage, roundTrips, withRedis } from "./on-redis.ts";
import { contest, quantile, withRatios, type Row } from "./contest.ts";
import { sampleUser } from "./sample-user.ts";

const value = sampleUser("user-1");
/** Bytes: a deadline, an owner, and one who waits. */
const leaseWithOneWaiter = 30;
let count = 0;

function newKey(): string {
  return `user:describe:user-${++count}`;
}

/** What it costs that of all who load the same one does: a miss and a hit with leases and without, and how late a wake is. */
export function redisLeases(): Promise<Row[]> {
  return withRedis(async (server) => {
    const client = server.client();
    const storage = redisStorage(server.url, "with");
    const without = redisStorage(server.url, "without");
    const alone = await openCache({ ...without, config: { ...without.config, maxLoadWait: 0 } });
    const [one, other] = [await openCache(storage), await openCache(storage)];
    for (const cache of [alone, one, other]) cache.configureCircuitBreaker({ failureThreshold: 1_000_000 });
    const caches = [
      { name: "without leases", cache: alone },
      { name: "with leases", cache: one },
    ];
    const trips: Omit<Row, "ratio">[] = [];
    for (const { name, cache } of caches) {
      for (let turn = 0; turn < 5; turn++) await miss(cache);
      const median = await roundTrips(client, () => miss(cache));
      trips.push({ name: `round trips of a miss and its fill, ${name}`, median, unit: "x" });
    }
    const misses = caches.map(({ name, cache }) => ({
      name: `a miss, ${name}`,
      run: async (times: number) => {
        for (let index = 0; index < times; index++) await miss(cache);
      },
    }));
    const hits = caches.map(({ name, cache }) => ({
      name: `a hit, ${name}`,
      run: async (times: number) => {
        for (let index = 0; index < times; index++) await cache.getOrLoad("user:describe:there", () => value);
      },
    }));
    const rows = [
      ...withRatios(trips),
      ...(await contest(misses, 500)),
      ...(await contest(hits, 500)),
      ...(await wakes(one, other, client)),
    ];
    for (const cache of [alone, one, other]) await cache.close();
    client.disconnect();
    return rows;
  });
}

/** Nobody waits for the fill, here as elsewhere. */
async function miss(cache: CacheManager): Promise<void> {
  await cache.getOrLoad(newKey(), () => value);
}

/** From the end of a load to the answer of who waits for it in another instance, whose wait the server knows of. */
async function wakes(one: CacheManager, other: CacheManager, client: Redis): Promise<Row[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn++) {
    const key = newKey();
    const load = Promise.withResolvers<unknown>();
    const began = Promise.withResolvers<void>();
    const first = one.getOrLoad(key, () => {
      began.resolve();
      return load.promise;
    });
    await began.promise;
    let hasLoaded = false;
    const second = other.getOrLoad(key, () => {
      hasLoaded = true;
      return value;
    });
    while (!hasLoaded && (await client.strlen(`{with}:l:${key}`)) < leaseWithOneWaiter) await setTimeout(1);
    await setTimeout(2);
    const begin = performance.now();
    load.resolve(value);
    await second;
    // On a busy machine a look may take longer than its deadline.
    if (!hasLoaded) times.push((performance.now() - begin) * 1_000);
    await first;
  }
  const name = "from the end of a load to the answer of who waits";
  return withRatios([{ name, median: quantile(times, 0.5), p99: quantile(times, 0.99), unit: "us" }]);
}
