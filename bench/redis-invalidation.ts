import { median, quantile, withRatios, type Row } from "./contest.ts";
import { fill, openCache, redisStorage, roundTrips, withRedis } from "./on-redis.ts";
import { sampleUser } from "./sample-user.ts";

const coverage = [1, 1_000, 100_000];
const rounds = 200;

/** Invalidating one prefix, by how many entries it covers, all in one Redis, and how many round trips that takes. */
export function redisInvalidation(): Promise<Row[]> {
  return withRedis(async (server) => {
    const client = server.client();
    const cache = await openCache(redisStorage(server.url, "invalidation"));
    const groups = coverage.map((count) => ({
      name: `${count.toLocaleString("en")} ${count === 1 ? "entry" : "entries"}`,
      prefix: `user:of-${count}`,
      count,
      times: [] as number[],
    }));
    const fillAll = async (): Promise<void> => {
      for (const { prefix, count } of groups)
        await fill(
          cache,
          Array.from({ length: count }, (_, index) => `${prefix}:user-${index}`),
          sampleUser,
        );
    };
    await fillAll();
    // Then the server knows the script.
    await cache.invalidate("group:list:*");
    const trips: Omit<Row, "ratio">[] = [];
    for (const { name, prefix } of groups) {
      const count = await roundTrips(client, () => cache.invalidate(`${prefix}:*`));
      trips.push({ name: `round trips: ${name}`, median: count, unit: "x" });
    }
    await fillAll();
    for (let round = -20; round < rounds; round++) {
      for (const { prefix, times } of groups) {
        const begin = performance.now();
        await cache.invalidate(`${prefix}:*`);
        if (round >= 0) times.push((performance.now() - begin) * 1_000);
      }
    }
    const entries = await client.dbsize();
    await cache.close();
    client.disconnect();
    return [
      ...withRatios(
        groups.map(({ name, times }) => ({
          name,
          median: median(times),
          p99: quantile(times, 0.99),
          unit: "us" as const,
          note: `${entries.toLocaleString("en")} keys in Redis`,
        })),
      ),
      ...withRatios(trips),
    ];
  });
}
