/**
 * Delays and choices from a seed. Seed 0 is the simplest of all: every delay is 1, every choice the first. This is what
 * a counterexample is shrunk to.
 */
export class Random {
  #state: number;
  readonly #isPlain: boolean;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e37_79b1) >>> 0;
    this.#isPlain = seed === 0;
  }

  /** From 0 up to, not including, 1. The generator is mulberry32, public domain by Tommy Ettinger. */
  next(): number {
    if (this.#isPlain) return 0;
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Milliseconds until a step is taken: mostly few, because few overlap most, and now and then many. */
  delay(): number {
    if (this.#isPlain) return 1;
    const kind = this.next();
    if (kind < 0.5) return this.between(0, 2);
    return kind < 0.88 ? this.between(1, 7) : this.between(3, 25);
  }
}
