import type { Stamp, Verdict } from "../storage/cache-storage.ts";

/** What came of a load. */
export type Landing =
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "loaded";
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
  /** Which ledger the stamp and the verdict are of; undefined when there is no storage. */
  readonly ledger: object | undefined;
  /** How old may be what its load reads through the cache. Default Infinity. */
  readonly maxAge?: number;
}

/**
 * A load under way, and those who wait for it. It is aborted when all of them have given up.
 */
export class Flight {
  readonly began: number;
  readonly calls: Stamp;
  readonly ledger: object | undefined;
  readonly maxAge: number;
  /** Resolves when all is known, also when the load failed. Never rejects. */
  readonly landed: Promise<Landing>;
  readonly #controller = new AbortController();
  readonly #land: (landing: Landing) => void;
  /** The flights that this one's load has waited for. */
  readonly #waitedFor = new Set<Flight>();
  #stamp: Stamp | undefined;
  #open = true;
  #hasLanded = false;
  /**
   * Those who have waited and have not given up. Whose wait has ended by itself stays counted: then the load has ended
   * too, and there is nothing left to abort.
   */
  #waiting = 0;

  constructor({ began, calls, stamp, ledger, maxAge = Infinity }: FlightOptions) {
    this.began = began;
    this.calls = calls;
    this.#stamp = stamp;
    this.ledger = ledger;
    this.maxAge = maxAge;
    const { promise, resolve } = Promise.withResolvers<Landing>();
    this.landed = promise;
    this.#land = resolve;
  }

  /**
   * As of when its result is: of before the load began, or of what the load was given that is as of an earlier moment.
   * Undefined: nobody knows.
   */
  get stamp(): Stamp | undefined {
    return this.#stamp;
  }

  /** Its load was given something that is as of then; undefined: nobody knows of when that is. */
  reachBackTo(asOf: Stamp | undefined): void {
    const stamp = this.#stamp;
    if (stamp === undefined || asOf?.epoch !== stamp.epoch) this.#stamp = undefined;
    else if (asOf.position < stamp.position) this.#stamp = { ...stamp, position: asOf.position };
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
    this.#hasLanded = true;
    this.#land(landing);
  }

  /** Aborts the load if nobody waits for it: it was begun in the background. */
  giveUp(reason: unknown): void {
    if (this.#waiting === 0) this.#controller.abort(reason);
  }

  /** Whether it cannot land before `other` has: loads that read each other's keys must not wait for each other. */
  needs(other: Flight, seen: Set<Flight> = new Set()): boolean {
    if (this === other) return true;
    if (this.#hasLanded || seen.has(this)) return false;
    seen.add(this);
    return [...this.#waitedFor].some((flight) => flight.needs(other, seen));
  }

  /**
   * Settles like `promise`, or rejects with the signal's reason as soon as it is aborted. When the last of those who
   * wait is gone, the load is aborted for that reason.
   * @param inside the flight whose load it is that waits
   */
  async wait<Result>(
    promise: Promise<Result>,
    signal: AbortSignal | undefined,
    inside: Flight | undefined,
  ): Promise<Result> {
    if (inside) inside.#waitedFor.add(this);
    this.#waiting++;
    if (signal === undefined) return promise;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      aborted.reject(signal.reason as Error);
      if (--this.#waiting === 0) this.#controller.abort(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
    try {
      return await Promise.race([promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}
