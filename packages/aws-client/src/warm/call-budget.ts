import type { Clock } from "@awsideman/cache-core";
import { pause } from "../pause.ts";

/** How much AWS may be asked. */
export interface WarmBudget {
  /** So many requests at most, retries included. Default: as many as it takes. */
  readonly calls?: number;
  /**
   * So many requests a second at most, of both services together. Default: what the quota has left when nobody else who
   * shares the cache asks. Give less where others ask AWS who do not share it.
   */
  readonly callsPerSecond?: number;
}

/** No more requests may be made. */
export class BudgetSpentError extends Error {
  override readonly name: string = "BudgetSpentError";

  constructor() {
    super("The budget of calls is spent");
  }
}

/**
 * Lets so many requests through and no more, at an even pace: there is at least one interval between any two, however long
 * nothing was asked for before.
 */
export class CallBudget {
  readonly #clock: Clock;
  readonly #interval: number;
  #left: number;
  /** When the next one may go. */
  #next = -Infinity;

  /** @throws TypeError or RangeError for a wrong budget */
  constructor(budget: WarmBudget, clock: Clock) {
    const { calls = Infinity, callsPerSecond = Infinity } = budget;
    assertNumber(calls, "budget.calls");
    assertNumber(callsPerSecond, "budget.callsPerSecond");
    if (calls < 0 || (calls !== Infinity && !Number.isInteger(calls)))
      throw new RangeError(`\`budget.calls\` must be a whole number of calls, received ${calls}`);
    if (!(callsPerSecond > 0))
      throw new RangeError(
        `\`budget.callsPerSecond\` must be more than 0 calls a second, received ${callsPerSecond}`,
      );
    this.#clock = clock;
    this.#left = calls;
    this.#interval = 1000 / callsPerSecond;
  }

  /**
   * Resolves when one more request may be made.
   * Rejects with a {@link BudgetSpentError} when there is none left, and with the signal's reason.
   */
  async take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#left === 0) throw new BudgetSpentError();
    this.#left--;
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#interval;
    if (at > now) await pause(this.#clock, at - now, signal).catch(this.#refuse);
  }

  /** One that was taken is not made after all. Its place in time is lost. */
  giveBack(): void {
    this.#left++;
  }

  readonly #refuse = (reason: unknown): never => {
    this.#left++;
    throw reason;
  };
}

function assertNumber(value: unknown, name: string): asserts value is number {
  if (typeof value !== "number")
    throw new TypeError(`\`${name}\` must be a number, received ${value === null ? "null" : typeof value}`);
}
