import type { Invalidation } from "../cache-storage.ts";

/** What a spool holds. */
export interface Spooled {
  readonly name: string;
  /** By the wall clock of whoever kept it, in milliseconds. */
  readonly keptAt: number;
  /** Undefined: it cannot be read, or must not be believed, for this reason. Then it may have concerned anything. */
  readonly invalidation: Invalidation | undefined;
  readonly problem?: string;
}

/**
 * Where the invalidations that wait for one storage outlive the process. Everybody on the machine who uses the same
 * storage has the same spool, and may do anything with anything in it, at any time: nothing is owned or locked.
 * All of it may take any time, and rejects when it fails.
 */
export interface InvalidationSpool {
  /** Keeps an invalidation. Once it has resolved, with its name, it survives the process and a power cut. */
  add(invalidation: Invalidation, now: number): Promise<string>;

  /**
   * Everything that waits; what is `known` by its name may be left out. What one process has added, in the order in which it did.
   * Rejects when something may wait that cannot be seen.
   */
  list(now: number, known?: ReadonlySet<string>): Promise<readonly Spooled[]>;

  /** It has been recorded. One that somebody else has removed is no error. */
  remove(name: string): Promise<void>;

  /** The same for one that cannot be read: it is kept for who wants to know why, and not listed again. */
  setAside(name: string): Promise<void>;
}

/** Opens the spool of a storage. Does nothing yet that takes time, or fails. */
export type SpoolFactory = (place: SpoolPlace) => InvalidationSpool;

export interface SpoolPlace {
  /** Which storage: what its backend has called itself. */
  readonly identity: string;
  /** Where the spools of all storages are. Undefined: the usual place. */
  readonly directory: string | undefined;
  /** The storage is encrypted, so what waits for it must not say any names. */
  readonly nameless?: boolean;
}
