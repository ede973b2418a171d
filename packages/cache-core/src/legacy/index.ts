export { getCacheManager } from "./shared-legacy-cache.ts";
export {
  LegacyCacheManager,
  type LegacyCacheOptions,
  type LegacySetOptions,
  type LegacyStats,
} from "./legacy-cache-manager.ts";
export { isFresh, type LegacyEntry } from "./legacy-entry.ts";
export { recogniseLegacyFile, type LegacyFile } from "./legacy-file.ts";
export { legacyCacheKey, legacyFileName, type LegacyCaller } from "./legacy-key.ts";
