import type { Clock } from "../clock.ts";
import { messageOf } from "../errors/message-of.ts";
import { withDeadline } from "../storage/maybe-promise.ts";
import type { StorageEvent } from "../storage/storage-factory.ts";

export interface FollowerParts {
  /** Asks the far ledger what has changed. Rejects when it does not answer. */
  readonly look: () => Promise<void>;
  /** Resolves when something may have changed, or after so many milliseconds; undefined: that is not offered. */
  readonly waitForChange: ((milliseconds: number) => Promise<void>) | undefined;
  readonly maxStaleness: number;
  readonly clock: Clock;
  readonly emit: (event: StorageEvent) => void;
}

/** Of the bound, how long a look may take, and how long after it the next one comes: so one of them may be lost. */
const share = 0.25;

/** Milliseconds after the look that followed the last read at which there is nobody left to follow for. */
const idleAfter = 60_000;

/**
 * Looks at the far ledger again and again, often enough that the last look is never older than the bound while the far
 * tier answers, and at once when something changes there. It stops when nobody reads, and does not keep the process
 * alive.
 */
export class Follower {
  readonly #parts: FollowerParts;
  /** Somebody has read since this was last asked for: the clock would be a fifth of a hit. */
  #isRead = false;
  #lastUse = -Infinity;
  #isFollowing = false;
  /** The last look had no answer. */
  #isSilent = false;
  #isClosed = false;
  /** Ends the pause. */
  #wake: (() => void) | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Somebody reads: follows from now on. */
  use(): void {
    this.#isRead = true;
    if (!this.#isFollowing) void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  async #follow(): Promise<void> {
    this.#isFollowing = true;
    while (this.#isUsed()) {
      await this.#look();
      await this.#pause();
    }
    this.#isFollowing = false;
  }

  #isUsed(): boolean {
    const now = this.#parts.clock.monotonic();
    if (this.#isRead) this.#lastUse = now;
    this.#isRead = false;
    return !this.#isClosed && now - this.#lastUse < idleAfter;
  }

  async #look(): Promise<void> {
    const { look, maxStaleness, clock, emit } = this.#parts;
    try {
      await withDeadline(look(), maxStaleness * share, clock, { who: "The far tier", background: true });
      this.#isSilent = false;
    } catch (cause) {
      if (this.#isSilent) return;
      this.#isSilent = true;
      const message = `The far tier cannot be followed, and the near one goes off: ${messageOf(cause)}`;
      emit({ type: "storage-trouble", message, cause });
    }
  }

  async #pause(): Promise<void> {
    const { waitForChange, maxStaleness, clock } = this.#parts;
    const milliseconds = maxStaleness * share;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#isClosed) return;
    const cancel = clock.after(milliseconds, resolve, { background: true });
    // Where waiting fails there is the timer.
    if (!this.#isSilent) waitForChange?.(milliseconds).then(resolve, () => undefined);
    await promise;
    cancel();
  }
}
