import { compilePattern, patternConcerns } from "../key/key-pattern.ts";
import type { Invalidation } from "../storage/cache-storage.ts";

/** What an operation that is under way keeps unsettled. */
export interface Mark {
  readonly tags: ReadonlySet<string>;
  readonly patterns: ReadonlyMap<string, RegExp>;
  readonly everything: boolean;
  readonly until: number;
  readonly cause: string | undefined;
}

/** How many marks that have run out are remembered. */
const maxRunOut = 100;

/** The marks of operations under way, one for each, so that one operation's end does not end another's. */
export class Marks {
  readonly #marks = new Map<string, Mark>();

  get size(): number {
    return this.#marks.size;
  }

  /** Marks, besides what the operation has marked already, and gives all of it this deadline. */
  open(operation: string, { tags, patterns, everything, cause }: Invalidation, until: number): void {
    const known = this.#marks.get(operation);
    this.#marks.set(operation, {
      tags: new Set([...(known?.tags ?? []), ...tags]),
      patterns: new Map([
        ...(known?.patterns ?? []),
        ...patterns.map((pattern): [string, RegExp] => [pattern, compilePattern(pattern)]),
      ]),
      everything: (known?.everything ?? false) || (everything ?? false),
      until,
      cause: cause ?? known?.cause,
    });
  }

  /** Ends the operation. Returns what it had marked; undefined when that is not known. */
  close(operation: string): Mark | undefined {
    const mark = this.#marks.get(operation);
    this.#marks.delete(operation);
    return mark;
  }

  /** The marks on any of `tags` that end after `time`, by operation. */
  *on(tags: readonly string[], time: number): Generator<readonly [operation: string, mark: Mark]> {
    for (const [operation, mark] of this.#marks) {
      if (mark.until > time && concerns(mark, tags)) yield [operation, mark];
    }
  }

  /**
   * Forgets marks that have run out, and returns them. The last of them are kept: one may still be closed, by a write that took
   * longer.
   */
  forget(time: number): readonly Mark[] {
    const runOut = [...this.#marks].filter(([, { until }]) => until <= time).slice(0, -maxRunOut);
    for (const [operation] of runOut) this.#marks.delete(operation);
    return runOut.map(([, mark]) => mark);
  }
}

function concerns({ tags: marked, patterns, everything }: Mark, tags: readonly string[]): boolean {
  if (everything || tags.some((tag) => marked.has(tag))) return true;
  for (const expression of patterns.values()) if (patternConcerns(expression, tags)) return true;
  return false;
}
