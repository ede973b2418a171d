import type { CacheStorage, MaybePromise, StorageCapabilities } from "../../storage/cache-storage.ts";
import type { StorageContext } from "../../storage/storage-factory.ts";
import type { FakeClock } from "../fake-clock.ts";

/** What a storage under test is opened with: what the cache gives it, and where and how large it shall be. */
export interface ContractContext extends StorageContext {
  /** Stands still until a check moves it. */
  readonly clock: FakeClock;
  /**
   * Names the store, in letters, digits and `-`: a folder, a database, a prefix of keys. Storages that are opened with
   * the same name share what is in it, where `reach` or `persistent` promise that; every check begins with a new name.
   * Old ones are not used again, and may be removed when the tests are over.
   */
  readonly store: string;
  /** How large it may become, in megabytes of 1,048,576 bytes. Only for those that are `bounded`. */
  readonly maxSizeMb: number;
}

/** What {@link storageContract} has to know of a storage. */
export interface StorageContractOptions {
  /** Stands in front of the names of the tests. */
  readonly name: string;
  /** What the storage promises. Nothing but this, and the options below, decides which checks there are. */
  readonly capabilities: StorageCapabilities;
  /** Opens a storage. The suite closes it. */
  readonly open: (context: ContractContext) => MaybePromise<CacheStorage>;
  /** Whether it keeps counters. Default: false. */
  readonly counters?: boolean;
  /** Whether it shares moments: `CacheStorage.advance`. Default: false. */
  readonly moments?: boolean;
  /** Whether it tells what there is under an id: `CacheStorage.examine`. Default: false. */
  readonly examines?: boolean;
  /** Whether it removes on request what can be served no more: `CacheStorage.sweep`. Default: false. */
  readonly sweeps?: boolean;
  /** Whether it gives leases, so that of those who load the same one does. Default: false. */
  readonly leases?: boolean;
  /**
   * Whose clock decides what has expired. `given`, the default: the one that `open` gets. A function: the ledger has a clock
   * of its own, and this moves it on by so many milliseconds. `real`: it has one that nobody can move; then there are no
   * checks for which time has to pass.
   */
  readonly time?: "given" | "real" | ((milliseconds: number) => MaybePromise<void>);
  /**
   * For how many milliseconds a storage may go on to serve what another one on the same store has invalidated, as one that
   * looks there from time to time. Its own invalidations count at once. Default: 0.
   */
  readonly maxStaleness?: number;
  /** Whether it keeps entries in another form, and counts their size by that. Default: false. */
  readonly countsAnew?: boolean;
  /**
   * Makes a store fail, as a disk that is full or a server that is down, until the function is called that it returns.
   * Default: nothing can make it fail, and there are no checks of that.
   */
  readonly breakStore?: (store: string) => MaybePromise<() => MaybePromise<void>>;
}
