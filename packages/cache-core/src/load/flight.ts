import type { Stamp, Verdict } from "../storage/cache-storage.ts";

/** What came of a load. */
export type Landing =
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "loaded";
      readonly value: unknown;
      readonly tags: readonly string[];
      readonly expiresAt: number | undefined;
      /** What the storage said of the fill; undefined when there was none, or no answer. */
      readonly verdict: Verdict | undefined;
      /** Makes a copy for another caller; undefined when that is impossible. */
      readonly share: (() => unknown) | undefined;
      /** See `LoadScope.storable`. */
      readonly storable: boolean;
    };

export interface FlightOptions {
  /** The order of begins in this process. */
  readonly began: number;
  /** How many invalidations had been called in this process when it began. */
  readonly calls: Stamp;
  readonly stamp: Stamp | undefined;
}

/**
 * A load under way, and those who wait for it. It is aborted when all of them have given up.
 */
export class Flight {
  readonly began: number;
  readonly calls: Stamp;
  readonly stamp: Stamp | undefined;
  /** Resolves when all is known, also when the load failed. Never rejects. */
  readonly landed: Promise<Landing>;
  readonly #controller = new AbortController();
  readonly #land: (landing: Landing) => void;
  #open = true;
  #waiting = 0;

  constructor({ began, calls, stamp }: FlightOptions) {
    this.began = began;
    this.calls = calls;
    this.stamp = stamp;
    const { promise, resolve } = Promise.withResolvers<Landing>();
    this.landed = promise;
    this.#land = resolve;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether a reader may still join: not after the fill was sent, and not when it was given up. */
  get open(): boolean {
    return this.#open && !this.signal.aborted;
  }

  /** The load has ended and the fill is being sent. */
  shut(): void {
    this.#open = false;
  }

  land(landing: Landing): void {
    this.shut();
    this.#land(landing);
  }

  /**
   * Settles like `promise`, or rejects with the signal's reason as soon as it is aborted. When the last of those who
   * wait is gone, the load is aborted for that reason.
   */
  async wait<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    this.#waiting++;
    if (signal === undefined) return promise;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      aborted.reject(signal.reason as Error);
      if (--this.#waiting === 0) this.#controller.abort(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}
