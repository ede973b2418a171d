import type { Clock } from "../clock.ts";
import type { ValueForm } from "../value/value-form.ts";
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
  /** The storage is encrypted, and there is no key to it: nothing is read or stored, and invalidations concern everything. */
  | { readonly type: "storage-locked"; readonly message: string; readonly cause?: unknown }
  /** Something failed off the path of any call, in maintenance or in the background. */
  | { readonly type: "storage-trouble"; readonly message: string; readonly cause?: unknown };

/** Which backend, and how. */
export interface TierConfiguration {
  /** `memory`, `disk`, `redis`, `tiered`, or a name given to `registerBackend`. */
  readonly backend: string;
  /** What the backend takes; besides, for those that keep bytes, `compression`: false to do without. Default true. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A storage, and how values are put into it. */
export interface Tier {
  readonly storage: CacheStorage;
  readonly values: ValueForm;
}

/** What a storage gets from the cache that opens it. */
export interface StorageContext {
  readonly clock: Clock;
  /** A number from 0 to 1, for jitter and sampling; not for secrets. */
  readonly random: () => number;
  readonly emit: (event: StorageEvent) => void;
  /**
   * Values and names will be encrypted. What a storage that outlives the process has kept without that must not stay, and
   * an invalidation recorded in one form must make everything in the other a miss: their names have nothing in common.
   */
  readonly encrypted?: boolean;
  /**
   * To be called before anything is opened, by what opens a storage that outlives the process: names the storage, the
   * same in every process that opens the same one, and nothing else. No secrets, although the name is only hashed.
   * An invalidation that cannot be recorded, also because the storage cannot be opened, then waits on the disk of the
   * machine, and whoever opens the storage next records it before anything is read. Not called: it waits in the process
   * alone. Absent where a storage is opened without a cache.
   */
  readonly identify?: (identity: string) => void;
  /**
   * Opens another backend as the cache would, for a storage that stands in front of it. Absent where a storage is opened
   * without a cache.
   */
  readonly openTier?: (configuration: TierConfiguration) => Promise<Tier>;
}

/**
 * Opens a storage. `config` is what the user wrote, unchecked.
 * @throws TypeError or RangeError for what the user did wrong; anything else means that the storage cannot be opened
 */
export type StorageFactory = (
  config: Readonly<Record<string, unknown>>,
  context: StorageContext,
) => MaybePromise<CacheStorage>;
