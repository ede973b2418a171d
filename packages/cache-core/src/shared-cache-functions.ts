import { CacheManager } from "./cache-manager.ts";
import type { StorageConfiguration } from "./storage/storage-configuration.ts";

/** The process-wide cache: the same as `CacheManager.getInstance()`. */
export function getCacheManager(): CacheManager {
  return CacheManager.getInstance();
}

/** Configures the storage of the process-wide cache, see `CacheManager.configureStorage`. */
export async function configureStorage(configuration: StorageConfiguration): Promise<void> {
  await getCacheManager().configureStorage(configuration);
}
