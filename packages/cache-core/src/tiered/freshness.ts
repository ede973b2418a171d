import type { Clock } from "../clock.ts";

/** A moment by both clocks of this process. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/**
 * How long ago it was certain what the far ledger says. Counted from when that was asked, because nobody knows when it
 * was answered; and by both clocks: the monotonic one may stand still while a laptop sleeps, the wall clock may be set
 * back.
 */
export class Freshness {
  readonly #clock: Clock;
  readonly #bound: number;
  #wall = -Infinity;
  #monotonic = -Infinity;

  /** @param bound milliseconds */
  constructor(clock: Clock, bound: number) {
    this.#clock = clock;
    this.#bound = bound;
  }

  /** @param monotonic the present, by the monotonic clock */
  isFresh(monotonic: number = this.#clock.monotonic()): boolean {
    return this.#clock.now() - this.#wall <= this.#bound && monotonic - this.#monotonic <= this.#bound;
  }

  /** It was certain at `asked`. */
  confirm({ wall, monotonic }: Moment): void {
    // By the clock that cannot be set: a wall clock that was set back must not be held against a later look.
    if (monotonic < this.#monotonic) return;
    this.#wall = wall;
    this.#monotonic = monotonic;
  }

  lose(): void {
    this.#wall = this.#monotonic = -Infinity;
  }
}
