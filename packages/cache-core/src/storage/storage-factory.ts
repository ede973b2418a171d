import type { Clock } from "../clock.ts";
import type { CacheStorage, MaybePromise } from "./cache-storage.ts";

/** Something that happened inside a storage and that somebody should hear of. */
export type StorageEvent =
  | {
      readonly type: "evicted";
      readonly entries: number;
      readonly reason: "size" | "expired" | "invalidated";
    }
  /** Something is wrong, and the storage has dealt with it: moved a corrupt file aside, started anew. */
  | { readonly type: "storage-recovered"; readonly message: string; readonly cause?: unknown }
  /** Something failed off the path of any call, in maintenance or in the background. */
  | { readonly type: "storage-trouble"; readonly message: string; readonly cause?: unknown };

/** What a storage gets from the cache that opens it. */
export interface StorageContext {
  readonly clock: Clock;
  /** A number from 0 to 1, for jitter and sampling; not for secrets. */
  readonly random: () => number;
  readonly emit: (event: StorageEvent) => void;
}

/**
 * Opens a storage. `config` is what the user wrote, unchecked.
 * @throws TypeError or RangeError for what the user did wrong; anything else means that the storage cannot be opened
 */
export type StorageFactory = (
  config: Readonly<Record<string, unknown>>,
  context: StorageContext,
) => MaybePromise<CacheStorage>;
