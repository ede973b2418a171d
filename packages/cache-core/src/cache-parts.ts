import type { Clock } from "./clock.ts";
import type { EventHub } from "./events.ts";
import type { FillHistory } from "./explain/fill-history.ts";
import type { LocalLedger } from "./ledger/local-ledger.ts";
import type { RateLimiters } from "./limit/rate-limiters.ts";
import type { Superseding } from "./load/superseding.ts";
import type { Stats } from "./stats.ts";
import type { Stamp } from "./storage/cache-storage.ts";
import type { StorageSlot } from "./storage/storage-slot.ts";

/** What the scopes of one cache share. */
export interface CacheParts {
  readonly clock: Clock;
  readonly events: EventHub;
  readonly stats: Stats;
  readonly slot: StorageSlot;
  /** The invalidations that were called in this process, whether or not the storage has recorded them. */
  readonly calls: LocalLedger;
  /** The sets and deletes under way. */
  readonly superseding: Superseding;
  /** What has become of what was to be stored, for whoever asks why it is not there. */
  readonly fills: FillHistory;
  /** For each stamp given away by `begin`: how many invalidations had been called then. */
  readonly begun: WeakMap<Stamp, Stamp>;
  readonly limiters: RateLimiters;
  /** Work that nobody waits for, until the cache is closed. */
  readonly pending: Set<Promise<unknown>>;
  /** What can be changed while the cache is in use. */
  readonly settings: { defaultTtl: number; enabled: boolean };
}

/** Keeps a promise that nobody waits for until it has settled. It must not reject. */
export function track({ pending }: CacheParts, promise: Promise<unknown>): void {
  pending.add(promise);
  void promise.finally(() => pending.delete(promise));
}
