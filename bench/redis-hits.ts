import { deepStrictEqual } from "node:assert";
import { BentoCache, bentostore } from "bentocache";
import { redisDriver } from "bentocache/drivers/redis";
import type { Redis } from "ioredis";
import { Packr } from "msgpackr/pack";
import { contest, withRatios, type Contender, type Row } from "./contest.ts";
import { fill, openCache, redisStorage, roundTrips, withRedis } from "./on-redis.ts";
import { sampleUser } from "./sample-user.ts";

interface Reader {
  readonly name: string;
  readonly read: (key: string) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

const keys = Array.from({ length: 1_000 }, (_, index) => `user:describe:user-${index}`);

export const rawGet = "ioredis, GET and decode";
export const hit = "awsideman";
export const hitAfterInvalidations = "awsideman, 20 tags invalidated since";

/** A hit in Redis, one at a time, beside a bare GET, and how many round trips it takes. */
export function redisHits(): Promise<Row[]> {
  return withReaders(async (readers, client) => {
    const trips: Omit<Row, "ratio">[] = [];
    for (const { name, read } of readers) {
      const median = await roundTrips(client, () => read(keys[0] as string));
      trips.push({ name: `round trips of a hit: ${name}`, median, unit: "x" });
    }
    return [...(await contest(readers.map(oneAtATime), 2_000)), ...withRatios(trips)];
  });
}

/** The same, 100 at once. */
export function redisHitsAtOnce(): Promise<Row[]> {
  return withReaders((readers) => contest(readers.map(manyAtOnce), 5_000));
}

function oneAtATime({ name, read }: Reader): Contender {
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index++) await read(keyAt(index));
    },
  };
}

function manyAtOnce({ name, read }: Reader): Contender {
  return {
    name,
    async run(count) {
      for (let from = 0; from < count; from += 100)
        await Promise.all(Array.from({ length: 100 }, (_, index) => read(keyAt(from + index))));
    },
  };
}

/** Whoever reads finds what is there: a load fails. */
function withReaders(action: (readers: readonly Reader[], client: Redis) => Promise<Row[]>): Promise<Row[]> {
  return withRedis(async (server) => {
    const client = server.client();
    const readers = [
      await raw(client),
      await awsideman(hit, server.url, 0),
      await awsideman(hitAfterInvalidations, server.url, 20),
      await bentocache(server.client()),
    ];
    for (const { read } of readers) deepStrictEqual(await read(keyAt(7)), sampleUser(keyAt(7)));
    try {
      return await action(readers, client);
    } finally {
      for (const { close } of readers) await close();
    }
  });
}

async function raw(client: Redis): Promise<Reader> {
  const packr = new Packr({ useRecords: true, moreTypes: true, mapsAsObjects: false });
  for (const key of keys) await client.set(`raw:${key}`, packr.pack(sampleUser(key)));
  return {
    name: rawGet,
    async read(key) {
      const form = await client.getBuffer(`raw:${key}`);
      return packr.unpack(form as Buffer) as unknown;
    },
    close: () => client.quit(),
  };
}

async function awsideman(name: string, url: string, invalidated: number): Promise<Reader> {
  const cache = await openCache(redisStorage(url, `invalidated-${invalidated}`));
  await fill(cache, keys, sampleUser);
  for (let index = 0; index < invalidated; index++) await cache.invalidate(`group:describe:group-${index}`);
  cache.configureCircuitBreaker({ failureThreshold: 1_000_000 });
  let loads = 0;
  const load = (key: string): object => {
    // On a busy machine a look may take too long, which costs more than a hit, and must not open the breaker for a minute.
    if (++loads > 1_000) throw new Error("What should hit is not there");
    return sampleUser(key);
  };
  return { name, read: (key) => cache.getOrLoad(key, () => load(key)), close: () => cache.close() };
}

async function bentocache(connection: Redis): Promise<Reader> {
  const store = bentostore().useL2Layer(redisDriver({ connection: connection as never, prefix: "bento" }));
  const cache = new BentoCache({ default: "store", stores: { store }, ttl: 600_000 });
  for (const key of keys) await cache.set({ key, value: sampleUser(key) });
  return {
    name: "bentocache, L2 alone",
    read: (key) =>
      cache.getOrSet({
        key,
        factory: () => {
          throw new Error("What should hit is not there");
        },
      }),
    close: async () => connection.disconnect(),
  };
}

function keyAt(index: number): string {
  return keys[index % keys.length] as string;
}
