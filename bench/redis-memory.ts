import { fill, openCache, redisStorage, withRedis } from "./on-redis.ts";
import { withRatios, type Row } from "./contest.ts";
import { sampleUser } from "./sample-user.ts";

const entries = 20_000;

/** What an entry takes in Redis, against its stored bytes and its key, and against a bare key and value of the same size. */
export function redisMemory(): Promise<Row[]> {
  return withRedis(async (server) => {
    const client = server.client();
    const used = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
    const rows: Row[] = [];
    for (const [what, users] of [
      ["a user", 1],
      ["a page of 20 users", 20],
    ] as const) {
      await client.flushall();
      const count = entries / users;
      const cache = await openCache(redisStorage(server.url, "memory"));
      // The ledger, and what the server keeps for each client.
      await cache.getOrLoad("user:describe:first", () => 1);
      await cache.getStats();
      const before = await used();
      const value = Array.from({ length: users }, (_, index) => sampleUser(`user-${index}`));
      await fill(
        cache,
        Array.from({ length: count }, (_, index) => `user:describe:user-${index}`),
        () => value,
      );
      const grown = (await used()) - before;
      const keys = (await client.keys("{memory}:e:*")).filter((key) => key.includes("describe:user-"));
      if (keys.length !== count) throw new Error(`${keys.length} of ${count} were kept`);
      const key = keys[0] as string;
      const held = (await client.strlen(key)) + key.length;
      const own = Number(await client.memory("USAGE", key));
      await cache.close();
      const values = keys.map(() => Buffer.alloc(held - key.length, "x"));
      await client.flushall();
      const empty = await used();
      for (const [index, name] of keys.entries())
        await client.set(name, values[index] as Buffer, "PX", 600_000);
      const bare = (await used()) - empty;
      const row = (name: string, bytes: number, note = ""): Omit<Row, "ratio"> => ({
        name: `${what}: ${name}`,
        median: bytes,
        unit: "B",
        note,
      });
      rows.push(
        ...withRatios([
          row("stored bytes and key", held),
          row("MEMORY USAGE", own),
          row("used_memory", grown / count, `${count.toLocaleString("en")} entries`),
          row("used_memory of a bare SET ... PX of the same size", bare / count),
        ]),
      );
    }
    client.disconnect();
    return rows;
  });
}
