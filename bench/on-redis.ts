import type { Redis } from "ioredis";
import { CacheManager, type StorageConfiguration } from "@awsideman/cache-core";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { createStorage as createRedisStorage } from "@awsideman/storage-redis";
import { RedisServer } from "../packages/storage-redis/test/support/redis-server.ts";

/** Runs it with a server of its own. */
export async function withRedis<Result>(action: (server: RedisServer) => Promise<Result>): Promise<Result> {
  const server = await RedisServer.start();
  try {
    return await action(server);
  } finally {
    await server.stop();
  }
}

export function redisStorage(url: string, namespace: string): StorageConfiguration {
  return { backend: "redis", config: { url, namespace } };
}

/** Memory in front of it. */
export function tieredStorage(url: string, namespace: string, near: object = {}): StorageConfiguration {
  return { backend: "tiered", config: { near, far: redisStorage(url, namespace) } };
}

export async function openCache(storage: StorageConfiguration): Promise<CacheManager> {
  const cache = new CacheManager({ defaultTtl: 600_000 });
  cache.registerBackend("memory", createMemoryStorage);
  cache.registerBackend("redis", createRedisStorage);
  await cache.configureStorage(storage);
  return cache;
}

/** How many commands arrive at the server while something is done: what scripts do there is not among them. */
export async function roundTrips(client: Redis, action: () => Promise<unknown>): Promise<number> {
  const monitor = await client.monitor();
  const end = crypto.randomUUID();
  let commands = 0;
  const told = new Promise<void>((resolve) => {
    monitor.on("monitor", (_: string, args: readonly string[], source: string) => {
      if (args.includes(end)) resolve();
      else if (source !== "lua") commands++;
    });
  });
  await action();
  // What was sent before this has been told by then.
  await client.echo(end);
  await told;
  monitor.disconnect();
  return commands;
}

/** Stores all of them by loading, whatever a busy machine lets fail on the way. */
export async function fill(
  cache: CacheManager,
  keys: readonly string[],
  load: (key: string) => unknown,
): Promise<void> {
  // Else it turns fills away for a minute.
  cache.configureCircuitBreaker({ failureThreshold: 1_000_000 });
  for (let missing = keys.length; missing > 0;) {
    missing = 0;
    for (let from = 0; from < keys.length; from += 20) {
      const loads = keys.slice(from, from + 20).map((key) =>
        cache.getOrLoad(key, () => {
          missing++;
          return load(key);
        }),
      );
      await Promise.all(loads);
    }
  }
  cache.configureCircuitBreaker({ failureThreshold: 5 });
}
