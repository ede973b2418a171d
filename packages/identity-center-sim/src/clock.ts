import { setTimeout as sleep } from "node:timers/promises";

/**
 * Where the simulator takes its time from. Everything that depends on time (dates on records, propagation, the progress
 * of asynchronous operations, throttling) is computed from `now()` when a request comes in: there are no timers behind it.
 */
export interface Clock {
  /** Milliseconds since the epoch. Must not go backwards. */
  now(): number;
  /**
   * Waits for so many milliseconds; rejects at once when the signal aborts. Used for latency only.
   * @default real time
   */
  sleep?(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal });
  },
};
