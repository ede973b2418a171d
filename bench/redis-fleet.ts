import type { Redis } from "ioredis";
import type { RedisServer } from "../packages/storage-redis/test/support/redis-server.ts";
import { defaultLimits } from "../packages/storage-redis/src/limits.ts";
import { keysOf } from "../packages/storage-redis/src/redis-keys.ts";
import { scriptsFor } from "../packages/storage-redis/src/scripts/script.ts";
import { serverTime } from "../packages/storage-redis/src/scripts/server-time.ts";
import { withRatios, type Row } from "./contest.ts";
import { openCache, redisStorage, withRedis } from "./on-redis.ts";

const namespace = "fleet";
const { ledger, feed } = keysOf(namespace);
/** Looks at the ledger in a second that nothing happens in: one every quarter of the bound of 1,000 ms. */
const looksPerSecond = 4;
/** Of one core of the server, above which a namespace is better off split. */
const largestShare = 0.5;

interface Cost {
  /** Microseconds of the server's processor. */
  readonly cpu: number;
  /** Bytes that it sends and receives. */
  readonly bytes: number;
}

/** What waiting for news costs the server, for each instance: measured, and from that how the load grows with the fleet. */
export function redisFleet(): Promise<Row[]> {
  return withRedis(async (server) => {
    const cache = await openCache(redisStorage(server.url, namespace));
    await cache.invalidate("user:list:all");
    const costs = new Map<number, Cost>();
    for (const instances of [10, 100, 1_000]) costs.set(instances, await costOfTurn(server, instances));
    await cache.close();
    const measured = [...costs].map(([instances, { cpu, bytes }]) => ({
      name: `woken and looked, each of ${instances.toLocaleString("en")}`,
      median: cpu,
      unit: "us" as const,
      note: `${Math.round(bytes)} bytes, of the server's processor`,
    }));
    const { cpu, bytes } = costs.get(1_000) as Cost;
    const grown = [10, 100, 1_000, 10_000].flatMap((instances) =>
      [0, 1, 10].map((invalidations) => {
        // An invalidation makes a look come earlier: it takes the place of the next one as long as there are few.
        const turns = instances * Math.max(looksPerSecond, invalidations);
        const share = (turns * cpu) / 1_000_000;
        const megabytes = (turns * bytes) / 1_000_000;
        return {
          name: `${instances.toLocaleString("en")} instances, ${invalidations} invalidations a second`,
          median: share * 100,
          unit: "%" as const,
          note:
            `${turns.toLocaleString("en")} turns a second, ${megabytes.toFixed(2)} MB/s, ` +
            `${(2 * instances).toLocaleString("en")} connections, ${Math.ceil(share / largestShare)} namespaces`,
        };
      }),
    );
    return [...withRatios(measured), ...withRatios(grown)];
  });
}

/** One turn of one instance: a blocking read that is woken, and the look at the ledger that follows. */
async function costOfTurn(server: RedisServer, instances: number): Promise<Cost> {
  const admin = server.client();
  const { since } = scriptsFor(serverTime, defaultLimits);
  await admin.script("LOAD", since.lua);
  const clients = Array.from({ length: instances }, () => server.client());
  await Promise.all(clients.map((client) => client.ping()));
  const life = String(await admin.hget(ledger, "life"));
  let position = Number(await admin.hget(ledger, "position"));
  const rounds = Math.ceil(10_000 / instances);
  const turn = async (client: Redis): Promise<void> => {
    await client.callBuffer("xread", "COUNT", 1, "BLOCK", 60_000, "STREAMS", feed, `${position}-0`);
    const args = [life, position, life.slice(0, 12), position, defaultLimits.changesAtOnce];
    await client.callBuffer("evalsha", since.sha, 2, ledger, feed, ...args);
  };
  const before = await totals(admin);
  for (let round = 0; round < rounds; round++) {
    const turns = clients.map(turn);
    while (!/blocked_clients:(\d+)/.exec(await admin.info("clients"))?.[1]?.startsWith(`${instances}`))
      continue;
    await admin
      .multi()
      .hincrby(ledger, "position", 1)
      .xadd(feed, `${position + 1}-0`, "tags", '["user:list"]')
      .exec();
    await Promise.all(turns);
    position++;
  }
  const after = await totals(admin);
  for (const client of [...clients, admin]) client.disconnect();
  const count = rounds * instances;
  return { cpu: (after.cpu - before.cpu) / count, bytes: (after.bytes - before.bytes) / count };
}

async function totals(client: Redis): Promise<Cost> {
  const info = await client.info();
  const read = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return {
    cpu: (read("used_cpu_sys") + read("used_cpu_user")) * 1_000_000,
    bytes: read("total_net_input_bytes") + read("total_net_output_bytes"),
  };
}
