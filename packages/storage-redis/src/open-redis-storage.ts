import type { StorageContext, StorageFactory } from "@awsideman/cache-core";
import { RedisStorage } from "./redis-storage.ts";
import type { RedisStorageConfig } from "./redis-storage-config.ts";
import type { RedisStorageInternals } from "./storage-parts.ts";

/**
 * Opens a storage in Redis. Resolves when it is connected; also when it cannot be connected now, which is an event: it then
 * connects as soon as it can.
 * @throws TypeError or RangeError for what is wrong with the configuration
 */
export function openRedisStorage(config: RedisStorageConfig, context: StorageContext): Promise<RedisStorage> {
  return openWith(config, context);
}

/** The same for a configuration that was not checked yet; the name under which the cache looks for it. */
export const createStorage: StorageFactory = (config, context) => openWith(config, context);

/** The same, with some things set otherwise. */
export async function openWith(
  config: RedisStorageConfig,
  context: StorageContext,
  internals: RedisStorageInternals = {},
): Promise<RedisStorage> {
  const storage = new RedisStorage(config, context, internals);
  await storage.open();
  return storage;
}
