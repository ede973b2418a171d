export type { Clock } from "./clock.ts";
export { systemClock } from "./clock.ts";

export { createCacheKey, parseCacheKey, maxKeyBytes, type ParsedCacheKey } from "./key/cache-key.ts";
export { compilePattern, patternConcerns, widenPattern } from "./key/key-pattern.ts";
export { parseId, type Scope } from "./key/scope.ts";
export { exactTag, rootTag } from "./key/tags.ts";
export type { Target } from "./key/target.ts";

export type {
  CacheEntry,
  CacheStorage,
  Changes,
  Counters,
  EntryMetadata,
  FenceReason,
  Invalidation,
  MaybePromise,
  Reading,
  Stamp,
  StorageCapabilities,
  Swept,
  Verdict,
} from "./storage/cache-storage.ts";
export type { Examination, LedgerStep, Unsettled } from "./explain/examination.ts";
export type { NotKeptReason } from "./explain/fill-history.ts";
export type { ExplainKeyOptions, KeyExplanation, MissReason } from "./explain/key-explanation.ts";
export { inWords } from "./explain/in-words.ts";
export { stepsRemembered } from "./explain/step-history.ts";
export type { LoadLease, OthersLease, OwnLease } from "./storage/load-lease.ts";
export type { CheckOptions, CheckProblem, CheckReport, StorageCondition } from "./storage/check-report.ts";
export type { StorageContext, StorageEvent, StorageFactory } from "./storage/storage-factory.ts";

export { advance, momentLife, type Advance, type Advanced } from "./limit/advance.ts";
export type { AcquireOptions, Rate, RateLimiter } from "./limit/rate-limiter.ts";

export { fromSimpleStore, type SimpleStore } from "./storage/simple-store-adapter.ts";
export { fromKeyv } from "./storage/keyv-storage.ts";
export type { KeyvLike } from "./storage/keyv-store.ts";

export { CacheError, type CacheErrorCode } from "./errors/cache-error.ts";

export type {
  Answer,
  Cache,
  CauseOptions,
  ConcernedEntry,
  EntryDescription,
  Explanation,
  Load,
  LoadContext,
  LoadOptions,
  OperationContext,
  PeekedEntry,
  SetOptions,
  StoreOptions,
  WriteWindow,
} from "./cache.ts";

export { CacheManager, type CacheManagerOptions, type Health } from "./cache-manager.ts";
export { configureStorage, getCacheManager } from "./shared-cache-functions.ts";
export { readEnvironment, type EnvironmentSettings } from "./environment.ts";
export type { CacheEvent, CacheEventListener, CacheEventOf, CacheEventType } from "./events.ts";
export type { DayCounts } from "./daily-counts.ts";
export type { CacheStats, CounterName, Counts } from "./stats.ts";
export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitBreakerState,
} from "./breaker/circuit-breaker.ts";
export type { StorageConfiguration } from "./storage/storage-configuration.ts";
export type { EncryptionConfiguration } from "./encryption/encryption-configuration.ts";
export { readKeyFile } from "./encryption/key-file.ts";
export { SecretKeys } from "./encryption/secret-keys.ts";
export type {
  InvalidationSpool,
  Spooled,
  SpoolFactory,
  SpoolPlace,
} from "./storage/spool/invalidation-spool.ts";
export { DirectorySpool } from "./storage/spool/directory-spool.ts";
export { LocalLedger, type Fence, type LocalLedgerOptions } from "./ledger/local-ledger.ts";
export {
  invalidationRules,
  patternsFor,
  type RuleInput,
  type RuleResource,
} from "./invalidation/invalidation-rules.ts";
