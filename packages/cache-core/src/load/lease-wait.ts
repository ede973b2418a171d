import type { CacheParts } from "../cache-parts.ts";
import type { OthersLease } from "../storage/load-lease.ts";

/** One reader's wait for loads of others, in as many turns as it takes. */
export class LeaseWait {
  readonly #parts: Pick<CacheParts, "clock" | "events">;
  /** By the monotonic clock; undefined before the first turn. */
  #until: number | undefined;

  constructor(parts: Pick<CacheParts, "clock" | "events">) {
    this.#parts = parts;
  }

  /**
   * Waits until the load may have ended. Resolves with whether he should look again: false at once when his patience is
   * at an end, or nobody could tell the last time. Rejects with the signal's reason, and with nothing else.
   */
  async turn(id: string, lease: OthersLease, signal: AbortSignal | undefined): Promise<boolean> {
    const { clock, events } = this.#parts;
    signal?.throwIfAborted();
    const now = clock.monotonic();
    this.#until ??= now + lease.patience;
    const left = Math.min(lease.lapsesAfter, this.#until - now);
    if (!(left > 0)) return false;
    const over = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal?.reason as Error);
    const lost = (error: unknown): void => {
      if (over.signal.aborted) return;
      this.#until = -Infinity;
      events.emit({ type: "storage-failed", operation: `wait for ${id}`, error });
      resolve();
    };
    const cancel = clock.after(left, resolve);
    signal?.addEventListener("abort", abort);
    (async () => lease.wait(over.signal))().then(resolve, lost);
    try {
      await promise;
    } finally {
      cancel();
      signal?.removeEventListener("abort", abort);
      over.abort();
    }
    return true;
  }
}
