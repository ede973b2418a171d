import type { CacheManager, CacheManagerOptions } from "./cache-manager.ts";
import { readEnvironment } from "./environment.ts";

const place = Symbol.for("@awsideman/cache-core/shared");

/** The process-wide instance, on globalThis, so that two installed copies of the package share it. */
export function sharedCache(make: (options: CacheManagerOptions) => CacheManager): CacheManager {
  const holder = globalThis as { [place]?: CacheManager };
  if (holder[place] === undefined) {
    const { storage, defaultTtl, enabled } = readEnvironment(process.env);
    holder[place] = make({ storage, enabled, ...(defaultTtl === undefined ? {} : { defaultTtl }) });
  }
  return holder[place];
}
