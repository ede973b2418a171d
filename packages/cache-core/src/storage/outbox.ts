import type { Clock } from "../clock.ts";
import type { CacheEvent } from "../events.ts";
import { CacheError } from "../errors/cache-error.ts";
import { Backlog } from "./backlog.ts";
import type { Invalidation, MaybePromise, Stamp } from "./cache-storage.ts";
import { isPromise } from "./maybe-promise.ts";

export interface OutboxParts {
  /** Records an invalidation in the storage. Answers undefined when that failed. */
  readonly record: (invalidation: Invalidation) => MaybePromise<Stamp | undefined>;
  readonly clock: Clock;
  readonly emit: (event: CacheEvent) => void;
}

/** Milliseconds until the next attempt: at first this, then twice as long each time, and in the end that. */
const firstRetry = 20;
const lastRetry = 1_000;

/**
 * Invalidations on their way into the ledger. One that cannot be recorded is never dropped: it waits here, in order, and
 * is tried again, every second at the latest. The storage must not be used for anything else while one waits.
 */
export class Outbox {
  readonly #record: OutboxParts["record"];
  readonly #clock: Clock;
  readonly #emit: (event: CacheEvent) => void;
  readonly #backlog = new Backlog();
  #closed = false;
  #replaying: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryIn: number = firstRetry;

  constructor({ record, clock, emit }: OutboxParts) {
    this.#record = record;
    this.#clock = clock;
    this.#emit = emit;
  }

  get waiting(): number {
    return this.#backlog.size;
  }

  /** Records an invalidation, or keeps it. Never fails. */
  send(invalidation: Invalidation): MaybePromise<void> {
    // What waits comes first: an operation must not be closed before it was opened.
    if (this.#closed || this.waiting > 0) return this.#keep(invalidation);
    const recorded = this.#record(invalidation);
    if (isPromise(recorded)) return recorded.then((stamp) => this.#settle(invalidation, stamp));
    this.#settle(invalidation, recorded);
  }

  /** Gives away what waits: somebody else has to record it then. */
  take(): readonly Invalidation[] {
    return this.#backlog.take();
  }

  /** Tries once more, and then no more: the storage is not called after that. */
  async close(): Promise<void> {
    await this.#replay();
    this.#closed = true;
    this.#cancelRetry?.();
  }

  #settle(invalidation: Invalidation, stamp: Stamp | undefined): void {
    if (stamp !== undefined) return;
    this.#keep(invalidation);
  }

  #keep(invalidation: Invalidation): void {
    this.#backlog.add(invalidation);
    const error = new CacheError("CACHE_BACKEND_UNAVAILABLE", "An invalidation could not be recorded");
    this.#emit({ type: "invalidation-deferred", waiting: this.waiting, error });
    if (this.#cancelRetry === undefined) this.#retryLater();
  }

  /** Records what waits, as far as it goes. Callers at the same time share the attempt. */
  #replay(): Promise<void> {
    this.#replaying ??= this.#replayAll().finally(() => (this.#replaying = undefined));
    return this.#replaying;
  }

  async #replayAll(): Promise<void> {
    let recorded = 0;
    for (let next = this.#backlog.first; next !== undefined; next = this.#backlog.first) {
      if ((await this.#record(next)) === undefined) {
        this.#retryLater();
        break;
      }
      this.#backlog.remove(next);
      recorded++;
      this.#retryIn = firstRetry;
    }
    if (recorded > 0) this.#emit({ type: "invalidations-replayed", recorded });
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    if (this.#closed) return;
    const wait = this.#retryIn;
    this.#retryIn = Math.min(2 * wait, lastRetry);
    const retry = (): void => {
      this.#cancelRetry = undefined;
      void this.#replay();
    };
    this.#cancelRetry = this.#clock.after(wait, retry, { background: true });
  }
}
