import type { CacheStorage, StorageContext, StorageFactory } from "@awsideman/cache-core";
import { resolveOptions, type MemoryStorageConfig } from "./memory-storage-options.ts";
import { MemoryStorage } from "./memory-storage.ts";

/** What cache-core looks for in the package of a backend. */
export const createStorage: StorageFactory = (config, context) => openMemoryStorage(config, context);

/**
 * Opens a storage in memory.
 * @throws TypeError or RangeError when the configuration is wrong
 */
export function openMemoryStorage(config: MemoryStorageConfig, context: StorageContext): CacheStorage {
  return new MemoryStorage(resolveOptions({ ...config }), context);
}
