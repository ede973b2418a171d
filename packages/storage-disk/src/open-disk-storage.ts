import type { MaybePromise, StorageContext, StorageFactory } from "@awsideman/cache-core";
import { DiskStorage } from "./disk-storage.ts";
import { resolveConfig, type DiskStorageConfig } from "./disk-storage-config.ts";
import { GenerationDirectory } from "./generation-directory.ts";
import { GenerationKeeper } from "./generation-keeper.ts";
import { realPathOf } from "./private-directory.ts";
import { limitsOf, type DiskLimits } from "./limits.ts";
import { retryWhileBusy } from "./retry.ts";

/**
 * Opens a storage on disk, shared with every process and thread of this user that opens the same directory.
 * @throws TypeError or RangeError for what is wrong with the configuration
 * @throws CacheError with the code `CACHE_BACKEND_UNAVAILABLE`, or a system error, when there can be no cache there
 */
export function openDiskStorage(
  config: DiskStorageConfig,
  context: StorageContext,
): MaybePromise<DiskStorage> {
  return openWithLimits({ ...config }, context);
}

/** The same for a configuration that was not checked yet; the name under which the cache looks for it. */
export const createStorage: StorageFactory = (config, context) => openWithLimits(config, context);

/** The same, with some bounds set otherwise. */
export function openWithLimits(
  config: Readonly<Record<string, unknown>>,
  context: StorageContext,
  changes: Partial<DiskLimits> = {},
): MaybePromise<DiskStorage> {
  const resolved = resolveConfig(config);
  // What cannot be recorded ends the generation; where not even that can be done, it waits for who can.
  context.identify?.(`disk ${realPathOf(resolved.cacheDirectory)}`);
  const limits = { ...limitsOf(resolved), ...changes };
  const directory = new GenerationDirectory(resolved.cacheDirectory, context);
  const keeper = new GenerationKeeper(directory, limits, context);
  const open = (): DiskStorage => {
    keeper.use(() => {});
    return new DiskStorage(keeper, limits, context);
  };
  return retryWhileBusy(open, {
    clock: context.clock,
    random: context.random,
    patience: limits.fillPatience,
    giveUp: (error) => {
      throw error;
    },
  });
}
