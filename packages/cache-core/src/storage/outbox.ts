import type { Clock } from "../clock.ts";
import type { CacheEvent } from "../events.ts";
import type { Backlog } from "./backlog.ts";
import type { Invalidation, MaybePromise, Stamp } from "./cache-storage.ts";
import { after } from "./maybe-promise.ts";
import type { Waiting } from "./waiting-list.ts";

export interface OutboxParts {
  /** Records an invalidation in the storage. Answers undefined when that failed. */
  readonly record: (invalidation: Invalidation) => MaybePromise<Stamp | undefined>;
  readonly backlog: Backlog;
  readonly clock: Clock;
  readonly emit: (event: CacheEvent) => void;
}

/** Milliseconds until the next attempt: at first this, then twice as long each time, and in the end that. */
const firstRetry = 20;
const lastRetry = 1_000;

/**
 * Invalidations on their way into the ledger of one storage. One that cannot be recorded is never dropped: it waits in
 * the backlog, in order, and is tried again, every second at the latest. The storage must not be used for anything else
 * while one waits. There may be more than one outbox to a backlog, but only one that has been started.
 */
export class Outbox {
  readonly #record: OutboxParts["record"];
  readonly #backlog: Backlog;
  readonly #clock: Clock;
  readonly #emit: (event: CacheEvent) => void;
  #started = false;
  #replaying: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryIn: number = firstRetry;

  constructor({ record, backlog, clock, emit }: OutboxParts) {
    this.#record = record;
    this.#backlog = backlog;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Records an invalidation, or keeps it. Never fails. */
  send(invalidation: Invalidation): MaybePromise<void> {
    // What waits comes first: an operation must not be closed before it was opened.
    if (!this.#started || this.#backlog.size > 0) return this.#keep(invalidation);
    return after(this.#record(invalidation), (stamp) =>
      stamp === undefined ? this.#keep(invalidation) : undefined,
    );
  }

  /**
   * Records what waits, as far as it goes; then starts, and from then on tries again. Nothing leaves the backlog before
   * that: another storage may come first, and would have to know of it.
   * @param isWanted asked each time; once it says no, this outbox is not started
   * @param use called in the same step as it is started, so that no invalidation comes in between
   */
  async start(isWanted: () => boolean, use: () => void): Promise<void> {
    await this.#backlog.look();
    const recorded: Waiting[] = [];
    for (const waiting of this.#backlog) {
      if (!isWanted() || (await this.#record(waiting.invalidation)) === undefined) break;
      recorded.push(waiting);
    }
    if (!isWanted()) return;
    this.#backlog.remove(recorded);
    this.#tell(recorded.length);
    this.#started = true;
    this.#retryIn = firstRetry;
    this.#retryLater();
    use();
  }

  /** Nothing is recorded any more; what waits stays for another. */
  stop(): void {
    this.#started = false;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  /** Tries once more, and then no more: the storage is not called after that. */
  async close(): Promise<void> {
    if (this.#started) await this.#replay();
    this.stop();
  }

  #keep(invalidation: Invalidation): MaybePromise<void> {
    const isFirst = this.#backlog.isClear;
    const kept = this.#backlog.keep(invalidation, "An invalidation could not be recorded");
    // Where nothing waited, the next attempt is a mere look at what others have left, or none at all.
    if (isFirst || this.#cancelRetry === undefined) this.#retryLater();
    return kept;
  }

  /** Records what waits, as far as it goes. Callers at the same time share the attempt. */
  #replay(): Promise<void> {
    this.#replaying ??= this.#replayAll().finally(() => (this.#replaying = undefined));
    return this.#replaying;
  }

  async #replayAll(): Promise<void> {
    let recorded = 0;
    for (const waiting of this.#backlog) {
      const stamp = await this.#record(waiting.invalidation);
      // Stopped meanwhile: whoever comes next has to record it.
      if (stamp === undefined || !this.#started) break;
      this.#backlog.remove([waiting]);
      recorded++;
      this.#retryIn = firstRetry;
    }
    this.#tell(recorded);
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const { isClear, isShared } = this.#backlog;
    if (!this.#started || (isClear && !isShared)) return;
    const wait = isClear ? lastRetry : this.#retryIn;
    this.#retryIn = isClear ? firstRetry : Math.min(2 * wait, lastRetry);
    const retry = (): void => {
      this.#cancelRetry = undefined;
      void this.#retry();
    };
    this.#cancelRetry = this.#clock.after(wait, retry, { background: true });
  }

  async #retry(): Promise<void> {
    if (this.#backlog.isShared) await this.#backlog.look();
    // Closed meanwhile.
    if (!this.#started) return;
    await this.#replay();
    if (this.#cancelRetry === undefined) this.#retryLater();
  }

  #tell(recorded: number): void {
    if (recorded > 0) this.#emit({ type: "invalidations-replayed", recorded });
  }
}
