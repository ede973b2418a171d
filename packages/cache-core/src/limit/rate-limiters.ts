import type { Clock } from "../clock.ts";
import { RateLimiter, type Rate, type SharedMoments } from "./rate-limiter.ts";

/** So many are kept before those are looked for that nobody needs: some have a name for each identity store. */
const most = 1_000;

/** The limiters of a process by name and rate. Each keeps the order of those who wait. */
export class RateLimiters {
  readonly #clock: Clock;
  readonly #shared: SharedMoments;
  readonly #limiters = new Map<string, RateLimiter>();

  constructor(clock: Clock, shared: SharedMoments) {
    this.#clock = clock;
    this.#shared = shared;
  }

  /** @throws RangeError unless the rate is positive */
  get(name: string, rate: Rate): RateLimiter {
    const known = `${name} ${rate.callsPerSecond} ${rate.burst}`;
    let limiter = this.#limiters.get(known);
    if (limiter === undefined) {
      limiter = new RateLimiter(name, rate, this.#clock, this.#shared);
      if (this.#limiters.size >= most) this.#dropIdle();
      this.#limiters.set(known, limiter);
    }
    return limiter;
  }

  #dropIdle(): void {
    for (const [name, limiter] of this.#limiters) if (limiter.isIdle) this.#limiters.delete(name);
  }
}
