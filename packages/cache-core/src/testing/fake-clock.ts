import type { Clock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/**
 * A clock that stands still until a test moves it. Timers run, in order, when the clock passes them.
 */
export class FakeClock implements Clock {
  #now: number;
  /** How much of the wall clock is not time that has passed. */
  #jumped = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#jumped;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.#now + milliseconds, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, running what becomes due; resolves when the promises that this settled have run on. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await settlePromises();
    }
    this.#now = end;
    await settlePromises();
  }

  /** Sets the wall clock, without running timers: what happens when somebody changes the time. */
  jump(to: number): void {
    this.#jumped += to - this.#now;
    this.#now = to;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }
}

/** Lets every promise that can settle without time passing do so. */
async function settlePromises(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
