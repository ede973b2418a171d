import { CacheManager } from "../cache-manager.ts";
import { readEnvironment } from "../environment.ts";
import { LegacyCacheManager } from "./legacy-cache-manager.ts";

const place = Symbol.for("@awsideman/cache-core/legacy/shared");

/**
 * The process-wide cache under its name of before. The same as `CacheManager.getInstance()`; with
 * `AWSIDEMAN_USE_UNIFIED_CACHE=false` in the environment, the cache of before, in the directory that
 * `AWSIDEMAN_CACHE_FILE_DIR` names. Both have `get`, `set`, `getOrLoad`, `delete`, `invalidate`, `clear`, `getStats`
 * and `close`.
 * @throws TypeError when a variable of the environment is wrong
 */
export function getCacheManager(): CacheManager | LegacyCacheManager {
  const { unified } = readEnvironment(process.env);
  if (unified) return CacheManager.getInstance();
  const holder = globalThis as { [place]?: LegacyCacheManager };
  return (holder[place] ??= fromEnvironment(process.env));
}

function fromEnvironment(variables: Readonly<Record<string, string | undefined>>): LegacyCacheManager {
  // Whether caching is wanted at all, whichever cache it is.
  const { enabled, defaultTtl, storage } = readEnvironment({
    ...variables,
    AWSIDEMAN_USE_UNIFIED_CACHE: "true",
    AWSIDEMAN_CACHE_BACKEND: "disk",
  });
  const directory = variables["AWSIDEMAN_CACHE_FILE_DIR"] || undefined;
  const maxSizeMb = storage.config?.["maxSizeMb"];
  return new LegacyCacheManager({
    enabled,
    ...(directory === undefined ? {} : { directory }),
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
    ...(typeof maxSizeMb === "number" ? { maxSizeMb } : {}),
  });
}
