import type { Invalidation } from "./cache-storage.ts";

/** How many invalidations are kept one by one. */
const maxWaiting = 1_000;

/**
 * Invalidations that no storage has recorded yet, in order. Bounded: when they become too many, one that concerns
 * everything takes the place of all, and the marks among them become a time in which nothing is stored at all.
 */
export class Backlog {
  #waiting: Invalidation[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  get first(): Invalidation | undefined {
    return this.#waiting[0];
  }

  /** The oldest of those that are not among `known`. */
  next(known: ReadonlySet<Invalidation>): Invalidation | undefined {
    return this.#waiting.find((invalidation) => !known.has(invalidation));
  }

  add(invalidation: Invalidation): void {
    if (this.#waiting.length >= maxWaiting) this.#waiting = [widened(this.#waiting)];
    this.#waiting.push(invalidation);
  }

  /** Takes one away, unless it has been replaced meanwhile. */
  remove(invalidation: Invalidation): void {
    if (this.#waiting[0] === invalidation) this.#waiting.shift();
  }

  /** Gives all of them away. */
  take(): readonly Invalidation[] {
    return this.#waiting.splice(0);
  }
}

function widened(waiting: readonly Invalidation[]): Invalidation {
  let settle = 0;
  for (const invalidation of waiting) {
    settle = Math.max(settle, invalidation.settle ?? 0, invalidation.open?.lease ?? 0);
  }
  return { tags: [], patterns: [], everything: true, settle };
}
