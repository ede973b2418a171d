/**
 * Time, passed in wherever it matters, so that tests need no sleeps.
 */
export interface Clock {
  /** Milliseconds since 1970, as the wall clock has it. It may jump. */
  now(): number;
  /** Milliseconds since some moment. It never jumps, and may stand still while the machine sleeps. */
  monotonic(): number;
  /**
   * Runs `action` once, at least `milliseconds` from now. Until then the process stays alive, because somebody waits for
   * it; with `background` it may end before.
   * @returns a function that cancels it; cancelling twice, or after it ran, does nothing
   */
  after(milliseconds: number, action: () => void, options?: { readonly background?: boolean }): () => void;
}

/** setTimeout fires at once above this. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds: number, action: () => void, { background = false } = {}): () => void {
    const timer = setTimeout(action, Math.min(Math.max(milliseconds, 0), longestTimer));
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
});
