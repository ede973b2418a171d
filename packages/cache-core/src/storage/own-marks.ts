import type { Invalidation } from "./cache-storage.ts";

interface Mark {
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
  readonly everything: boolean;
  /** Milliseconds. */
  readonly until: number;
}

/** How many are kept one by one. */
const maxMarks = 1_000;

/**
 * What calls of this process have marked as unsettled. A storage that takes the place of another one has to be told: its
 * ledger knows of none of it. Bounded: too many become one that is on everything.
 */
export class OwnMarks {
  /** By operation. */
  readonly #open = new Map<string, Mark>();
  #settling: readonly Mark[] = [];

  /** @param now milliseconds, of the same clock each time */
  note(invalidation: Invalidation, now: number): void {
    const { open, close, settle = 0 } = invalidation;
    const closed = close === undefined ? undefined : this.#open.get(close);
    if (close !== undefined) this.#open.delete(close);
    if (settle > 0) this.#settling = [...this.#settling, markOf(invalidation, closed, now + settle)];
    if (open) {
      const before = this.#open.get(open.operation);
      this.#open.set(open.operation, markOf(invalidation, before, now + open.lease));
    }
    if (this.#open.size + this.#settling.length > maxMarks) this.#reduce(now);
  }

  /** The steps that mark the same in another ledger, each for what is left of its time. */
  steps(now: number): readonly Invalidation[] {
    const operations = [...this.#open].map(([operation, { until, ...target }]): Invalidation => {
      return { ...target, open: { operation, lease: until - now } };
    });
    const settling = this.#settling.map(({ until, ...target }): Invalidation => {
      return { ...target, settle: until - now };
    });
    return [...operations, ...settling].filter(({ open, settle = 0 }) => (open?.lease ?? settle) > 0);
  }

  #reduce(now: number): void {
    const isOver = ({ until }: Mark): boolean => until <= now;
    for (const [operation, mark] of this.#open) if (isOver(mark)) this.#open.delete(operation);
    this.#settling = this.#settling.filter((mark) => !isOver(mark));
    if (this.#open.size + this.#settling.length <= maxMarks / 2) return;
    const all = [...this.#open.values(), ...this.#settling];
    const until = all.reduce((latest, mark) => Math.max(latest, mark.until), now);
    this.#open.clear();
    this.#settling = [{ tags: [], patterns: [], everything: true, until }];
  }
}

/** What a step is about, and what its operation was on before. */
function markOf(
  { tags, patterns, everything = false }: Invalidation,
  before: Mark | undefined,
  until: number,
): Mark {
  if (before === undefined) return { tags, patterns, everything, until };
  return {
    tags: [...new Set([...before.tags, ...tags])],
    patterns: [...new Set([...before.patterns, ...patterns])],
    everything: before.everything || everything,
    until,
  };
}
