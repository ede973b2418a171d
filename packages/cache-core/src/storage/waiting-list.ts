import type { Invalidation } from "./cache-storage.ts";

/** How many invalidations are kept one by one. */
const maxWaiting = 1_000;

/** One call, also when the same invalidation was called before. */
export interface Waiting {
  readonly invalidation: Invalidation;
}

/**
 * Invalidations that no storage has recorded yet, in order. Bounded: when they become too many, one that concerns
 * everything takes the place of all, and the marks among them become a time in which nothing is stored at all.
 * It may change while it is iterated: what is added meanwhile comes as well.
 */
export class WaitingList {
  readonly #waiting = new Set<Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  has(waiting: Waiting): boolean {
    return this.#waiting.has(waiting);
  }

  [Symbol.iterator](): IterableIterator<Waiting> {
    return this.#waiting.values();
  }

  add(invalidation: Invalidation): Waiting {
    if (this.#waiting.size >= maxWaiting) {
      const all = widen(this.#waiting);
      this.#waiting.clear();
      this.#waiting.add({ invalidation: all });
    }
    const waiting = { invalidation };
    this.#waiting.add(waiting);
    return waiting;
  }

  /** Takes one away, unless it has been replaced meanwhile. */
  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }
}

function widen(waiting: Iterable<Waiting>): Invalidation {
  let settle = 0;
  for (const { invalidation } of waiting) settle = Math.max(settle, unsettledBy(invalidation));
  return { tags: [], patterns: [], everything: true, settle };
}

/** For how many milliseconds anything may be unsettled by it. */
export function unsettledBy({ settle = 0, open }: Invalidation): number {
  return Math.max(settle, open?.lease ?? 0);
}
