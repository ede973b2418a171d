import type { Clock } from "../clock.ts";
import { describe } from "../key/cache-key.ts";
import type { MaybePromise } from "../storage/cache-storage.ts";
import { advance, type Advance, type Advanced } from "./advance.ts";

/** How many calls a source takes. */
export interface Rate {
  /** In a second, over time. */
  readonly callsPerSecond: number;
  /** At once, after a pause. Default: what half a second earns, and at least 1. */
  readonly burst?: number;
}

export interface AcquireOptions {
  /** True: after everybody else, in whatever process. Default false. */
  readonly background?: boolean;
  /** Ends the wait: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Moves a shared moment on; undefined when there is nothing that is shared, or it does not answer. */
export type SharedMoments = (name: string, step: Advance) => MaybePromise<Advanced | undefined>;

/** Milliseconds: whoever is the first in line for so long goes, and lets the source decide. */
const longestWait = 10_000;
/** Milliseconds in which the rate doubles again after it was halved. */
const recovery = 30_000;
/** Milliseconds: what is refused within one such time is refused for one reason. */
const oneReason = 1_000;
/** Halved so often, the rate is not halved any more. */
const mostHalvings = 5;

/** How far ahead, in milliseconds, each of the moments can be, with an interval to spare. */
const furthest = {
  next: longestWait + 1_000,
  refused: oneReason + 1_000,
  slow: recovery * (mostHalvings + 1),
} as const;

interface Waiter {
  readonly background: boolean;
  readonly go: () => void;
}

/**
 * Lets as many calls through as a source takes, in the order of their asking, background last. All users of one storage
 * share one rate (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm); without a storage that can share, each
 * process has the whole of it.
 * After the source has refused a call nevertheless, the rate is halved for everybody, and doubles every 30 s until it is
 * what it was.
 */
export class RateLimiter {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #shared: SharedMoments;
  readonly #interval: number;
  readonly #burst: number;
  /** Used while nothing is shared. */
  readonly #own = new Map<string, number>();
  readonly #waiting: Waiter[] = [];
  #pumping = false;
  /** Ends the pause in which the first in the line waits for a place, for somebody who goes before it. */
  #hurry: () => void = () => undefined;

  /** @throws RangeError unless the rate and the burst are positive */
  constructor(name: string, { callsPerSecond, burst }: Rate, clock: Clock, shared: SharedMoments) {
    assertPositive(callsPerSecond, "callsPerSecond");
    if (burst !== undefined) assertPositive(burst, "burst");
    this.#name = name;
    this.#clock = clock;
    this.#shared = shared;
    this.#interval = 1000 / callsPerSecond;
    this.#burst = burst ?? Math.max(1, callsPerSecond / 2);
  }

  /**
   * Resolves when it is this caller's turn, and at the latest 10 s after everybody before it in this process has gone.
   * Rejects only with the reason of the signal.
   */
  async acquire({ background = false, signal }: AcquireOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = { background, go };
      const stop = (): void => {
        this.#remove(waiter);
        reject(signal?.reason as Error);
      };
      function go(): void {
        signal?.removeEventListener("abort", stop);
        resolve();
      }
      signal?.addEventListener("abort", stop, { once: true });
      this.#enqueue(waiter);
    });
  }

  /** Whether a new one in its place would do the same: nobody waits, and what it remembers is past. */
  get isIdle(): boolean {
    if (this.#pumping) return false;
    const slowest = this.#interval * 2 ** mostHalvings;
    const past = this.#clock.monotonic() - Math.max(furthest.slow, slowest * this.#burst);
    return [...this.#own.values()].every((moment) => moment < past);
  }

  /** The source has refused a call because there were too many. */
  async refused(): Promise<void> {
    const first = await this.#advance("refused", { by: oneReason, behind: 0, ahead: 0 });
    if (!first.moved) return;
    await this.#advance("slow", { by: recovery, behind: 0, ahead: recovery * (mostHalvings - 1) });
  }

  #enqueue(waiter: Waiter): void {
    const at = waiter.background ? -1 : this.#waiting.findIndex(({ background }) => background);
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, waiter);
    if (at === 0) this.#hurry();
    if (!this.#pumping) void this.#pump();
  }

  #remove(waiter: Waiter): void {
    const index = this.#waiting.indexOf(waiter);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    let previous: Waiter | undefined;
    let since = 0;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const now = this.#clock.monotonic();
      if (first !== previous) since = now;
      previous = first;
      const left = longestWait - (now - since);
      const { moved, ahead } = await this.#place(first.background ? 0 : left);
      if (moved || left <= 0) {
        this.#remove(first);
        if (moved) await this.#pause(ahead, false);
        first.go();
      } else {
        await this.#pause(Math.min(ahead, left), true);
      }
    }
    this.#pumping = false;
  }

  /** Takes a place, if there is one that is at most so many milliseconds ahead. */
  async #place(patience: number): Promise<Advanced> {
    const slow = await this.#advance("slow", { by: 0, behind: 0, ahead: Infinity });
    const interval = this.#interval * 2 ** (slow.ahead / recovery);
    return this.#advance("next", { by: interval, behind: interval * (this.#burst - 1), ahead: patience });
  }

  async #advance(moment: "next" | "refused" | "slow", step: Advance): Promise<Advanced> {
    const name = `${this.#name} ${moment}`;
    const shared = await this.#shared(name, step);
    // Further ahead than anybody can have put it: the clock was set back, and until it is there again nothing is shared.
    if (shared !== undefined && shared.ahead <= furthest[moment]) return shared;
    const { moment: next, advanced } = advance(this.#own.get(name), this.#clock.monotonic(), step);
    this.#own.set(name, next);
    return advanced;
  }

  async #pause(milliseconds: number, interruptible: boolean): Promise<void> {
    if (milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const stop = this.#clock.after(milliseconds, resolve);
      if (!interruptible) return;
      this.#hurry = () => {
        stop();
        resolve();
      };
    });
    this.#hurry = () => undefined;
  }
}

function assertPositive(value: unknown, name: string): asserts value is number {
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return;
  throw new RangeError(`\`${name}\` must be a positive number, received ${describe(value)}`);
}
