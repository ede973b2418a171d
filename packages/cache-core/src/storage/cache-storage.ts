import type { Examination } from "../explain/examination.ts";
import type { Advance, Advanced } from "../limit/advance.ts";
import type { Target } from "../key/target.ts";
import type { CheckOptions, CheckReport, StorageCondition } from "./check-report.ts";
import type { LoadLease } from "./load-lease.ts";

/** An answer now where the backend has it, a promise where it has to be fetched. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * A moment in the life of a ledger. Positions of different epochs cannot be compared.
 */
export interface Stamp {
  /** Names the ledger's life. It changes when the ledger was lost, and then every older entry is a miss. */
  readonly epoch: string;
  /** How many invalidations the ledger had recorded. */
  readonly position: number;
  /** The ledger's own clock, in milliseconds. Never that of a process that only uses the ledger. */
  readonly time: number;
}

/**
 * What a storage keeps. All times are those of the ledger's clock, in milliseconds. Ids and tags are any text that is proper
 * Unicode; two of them are the same only if all their characters are.
 */
export interface CacheEntry {
  /** Namespace, caller and key, see `parseId`. One entry per id. */
  readonly id: string;
  /** Everything the entry depends on, its own key's tags included. */
  readonly tags: readonly string[];
  /** Taken before the load that made the entry began. */
  readonly stamp: Stamp;
  /** From then on it is a miss. Infinity: never. */
  readonly expiresAt: number;
  /** Until then it may still be served when its source fails. Never before `expiresAt`. */
  readonly staleUntil: number;
  /** The stored form, a `Uint8Array`; or a live value, where the storage's capabilities say so. */
  readonly payload: unknown;
  /** What the entry counts against a limit, in bytes. A storage that keeps it in another form counts it anew. */
  readonly size: number;
}

/**
 * The answer to a look. `at` is the moment of the look: the reader's arrival, and the stamp for a load that follows.
 * A `hit` satisfies the rule and has not expired; `stale` satisfies the rule, has expired, and is before `staleUntil`.
 * An entry whose stamp has a time that is still to come is a miss: the clock was set back, and nobody knows its age.
 * `lease` is for a reader who has said that he loads: who it is that does. Absent: he does, and nobody waits for him.
 */
export type Reading =
  | { readonly state: "hit"; readonly entry: CacheEntry; readonly at: Stamp; readonly lease?: LoadLease }
  | { readonly state: "stale"; readonly entry: CacheEntry; readonly at: Stamp; readonly lease?: LoadLease }
  | { readonly state: "miss"; readonly at: Stamp; readonly lease?: LoadLease };

/**
 * What became of a fill.
 * - `stored`: the rule held and the entry is kept.
 * - `too-large`: the rule held, but the entry does not fit the limits; nothing else was removed for it, and an older
 *   entry of the same id is gone.
 * - `fenced`: the rule did not hold; nothing was changed. `lastInvalidation` is the position of the latest invalidation
 *   that concerns the entry (Infinity when the epoch or the floor decided), `unsettled` whether a tag of it was
 *   unsettled at any time since its stamp.
 * - `dropped`: the storage did not get to it (busy, full). Nothing is known.
 */
export type Verdict =
  | { readonly outcome: "stored"; readonly at: Stamp }
  | { readonly outcome: "too-large"; readonly at: Stamp }
  | {
      readonly outcome: "fenced";
      readonly reason: FenceReason;
      readonly lastInvalidation: number;
      readonly unsettled: boolean;
      readonly at: Stamp;
    }
  | { readonly outcome: "dropped"; readonly reason: "busy" | "full" };

export type FenceReason = "epoch" | "floor" | "invalidated" | "unsettled";

/**
 * One step in the ledger. It counts for every tag and pattern named, and for those that `close` finds under its
 * operation.
 */
export interface Invalidation extends Target {
  /** Besides, every entry there is, whatever its namespace. */
  readonly everything?: boolean;
  /**
   * Marks what is named as unsettled: a write is on its way. The mark ends when its operation is closed, or after
   * `lease` milliseconds. Opening an operation again renews its deadline.
   */
  readonly open?: { readonly operation: string; readonly lease: number };
  /** Ends this operation's marks; what they were on is invalidated with the rest. Unknown operations are no error. */
  readonly close?: string;
  /** How long all of it stays unsettled from now on, in milliseconds: the source's own delay. Default 0. */
  readonly settle?: number;
  /**
   * Says what it is recorded for, in a word or a few: `DeleteUser`. For whoever asks later, and for no decision; names and
   * identifiers do not belong into it.
   */
  readonly cause?: string;
}

/** What happened in the ledger after a stamp: everything there is to know, or the admission that it is not known. */
export type Changes =
  | {
      readonly state: "changes";
      readonly tags: readonly string[];
      readonly patterns: readonly string[];
      readonly at: Stamp;
    }
  | { readonly state: "gap"; readonly at: Stamp };

/** What can be told about an entry without its value. */
export interface EntryMetadata {
  readonly id: string;
  readonly tags: readonly string[];
  readonly stamp: Stamp;
  readonly expiresAt: number;
  readonly staleUntil: number;
  readonly size: number;
}

/** How many entries were removed, and why. */
export interface Swept {
  readonly expired: number;
  readonly invalidated: number;
}

/** Numbers that are kept with the entries, by name, so that another process can tell of this one. */
export type Counters = Readonly<Record<string, number>>;

/**
 * What a storage can promise beyond the contract. Tests skip by these, and by nothing else.
 */
export interface StorageCapabilities {
  /**
   * `bytes`: payloads are the stored form. `copies`: they are live values, and everybody gets a copy of his own.
   * `references`: they are live values, frozen, and everybody gets the same.
   */
  readonly payload: "bytes" | "copies" | "references";
  /** Whose invalidations are seen: this storage object's, those of every process on the machine, those of a fleet. */
  readonly reach: "process" | "machine" | "fleet";
  /** Entries outlive the process. */
  readonly persistent: boolean;
  /** Size is bounded in bytes. */
  readonly bounded: boolean;
  /**
   * For how many milliseconds an invalidation may hold its caller up, because the storage makes it effective in that time
   * whatever happens. After that the cache keeps it and tries again. Default 50.
   */
  readonly patience?: number;
}

/**
 * The contract between the cache and a backend: storage, plus the ledger that lives beside it and has the same reach.
 *
 * The rule that every implementation keeps: *an entry may be served if and only if no tag of it was invalidated after
 * its stamp, and it has not expired; a fill may be stored if and only if, besides, none of its tags was unsettled at
 * any time since its stamp.* A pattern invalidates what `compilePattern` says, matched against the tags that begin with
 * `=`. Ledger and entries change in one atomic step, also between processes.
 *
 * A method answers at once or by promise, as it likes. Failures are exceptions or rejections of any kind: the cache
 * turns them into events and goes on without the storage. Nothing may block the event loop to wait for a lock.
 */
export interface CacheStorage {
  readonly capabilities: StorageCapabilities;

  /**
   * Looks an entry up, in one atomic step with the rule.
   * @param loadBelow the reader loads what is there for less than so many milliseconds more, 0 for what is not there or has
   *   expired: a storage that gives leases gives him one in the same step, or says that somebody has it. Left out: he does
   *   not load. Most storages need not know.
   */
  read(id: string, loadBelow?: number): MaybePromise<Reading>;

  /** The same for many, in the order asked, one round trip if the backend has such a thing. */
  readMany(ids: readonly string[]): MaybePromise<readonly Reading[]>;

  /**
   * Stores a fill, checked by the rule in the same atomic step. An entry of the same id with a later stamp stays.
   * @param supersedes a tag that is invalidated in the same step, if the fill is stored; the entry then carries the new
   *   position. This is how a value is set from outside.
   */
  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict>;

  /** The present moment of the ledger, to be taken before a load begins. */
  stamp(): MaybePromise<Stamp>;

  /**
   * Records an invalidation. Once it has returned, no read in the storage's reach serves anything it concerns, and no
   * fill that began before is stored, whatever happens to the process or the machine afterwards.
   * When it fails, the caller keeps it and tries again: recording one twice is harmless.
   */
  invalidate(invalidation: Invalidation): MaybePromise<Stamp>;

  /** What was invalidated after `stamp`: how a nearer tier follows this one. */
  since(stamp: Stamp): MaybePromise<Changes>;

  /**
   * Resolves when something may have been recorded after `stamp`, at the latest after so many milliseconds. Proves
   * nothing: `since` tells what it was. Absent: whoever follows asks from time to time.
   */
  waitForChange?(stamp: Stamp, milliseconds: number): Promise<void>;

  /** Invalidates, and gives the space back. Returns how many entries could still have been served until then. */
  clear(invalidation: Invalidation): MaybePromise<number>;

  /** The entries that could be served now, in no particular order; what changes meanwhile may be seen or not. */
  entries(): AsyncIterable<EntryMetadata>;

  /**
   * Tells what there is under an id, and what the ledger says of it, whether or not it may be served. It is no look: it
   * counts as no use, gives no lease and removes nothing. Absent: there is no more to tell than `read` does.
   * @param tags what such an entry depends on, as far as that is known: where nothing is there, the ledger is asked of these
   */
  examine?(id: string, tags: readonly string[]): MaybePromise<Examination>;

  /** What is held, expired and invalidated entries included until they are swept. `bytes` is what a limit is compared with. */
  usage(): MaybePromise<{ readonly entries: number; readonly bytes: number }>;

  /** Adds to counters that live with the entries. Absent: the storage keeps none. */
  addCounters?(added: Counters): MaybePromise<void>;
  counters?(): MaybePromise<Counters>;

  /**
   * Moves on a moment that all users of the storage share: see {@link Advance}. Undefined: not now, somebody is in the way.
   * It need not outlive anything, and says nothing about entries. Absent: moments are not shared.
   */
  advance?(name: string, step: Advance): MaybePromise<Advanced | undefined>;

  /** Whether it works as it should. Absent: it does, or says so by failing. */
  condition?(): MaybePromise<StorageCondition>;

  /**
   * Removes what can be served no more, and gives the space back; others may use the storage meanwhile. It is only tidier
   * afterwards: what is removed was a miss before. Absent: there is nothing to be gained by it.
   */
  sweep?(): MaybePromise<Swept>;

  /**
   * Looks at all that is kept, and whether it is whole; others may use the storage meanwhile. Takes as long as it takes,
   * in pieces that hold nobody up. Absent: there is nothing to look at that does not fail by itself.
   */
  check?(options?: CheckOptions): MaybePromise<CheckReport>;

  /** Lets go of files, connections and timers. Idempotent. Nothing is called after it. */
  close(): MaybePromise<void>;
}
