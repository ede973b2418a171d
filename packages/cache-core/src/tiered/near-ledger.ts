import { compilePattern, patternConcerns } from "../key/key-pattern.ts";
import type { Target } from "../key/target.ts";
import type { CacheEntry, Changes, Stamp } from "../storage/cache-storage.ts";

/** How far an entry of the near tier is known to be good. Kept with the entry; the ledger brings it up to date. */
export interface Verification {
  /** Of the ledger's lives, the one in which it was taken in. */
  readonly life: number;
  /** The far position at which it was last known to be good. */
  position: number;
}

/** The ledger's position, as far as it is known here. */
export type Position = Pick<Stamp, "epoch" | "position">;

/**
 * What a process knows of a ledger that is elsewhere: everything up to a position, and besides what it has itself done
 * after that. It does no I/O and has no clock. What it remembers is bounded: when that becomes too much, it asks for
 * every entry to be verified again that was not looked at since.
 */
export class NearLedger {
  readonly #maxNames: number;
  readonly #tags = new Map<string, number>();
  readonly #patterns = new Map<string, { readonly expression: RegExp; position: number }>();
  #epoch: string | undefined;
  /** Everything up to here is known. */
  #position = 0;
  /** The highest position of this epoch that was ever seen. */
  #seen = 0;
  /** What was verified before is not good any more. */
  #floor = 0;
  #life = 0;

  constructor({ maxNames = 10_000 }: { readonly maxNames?: number } = {}) {
    this.#maxNames = maxNames;
  }

  /** From where to follow; undefined when nothing is known. */
  get position(): Position | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, position: this.#position };
  }

  /** Changes whenever what is known is thrown away: an answer to what was asked before says nothing then. */
  get life(): number {
    return this.#life;
  }

  /** Takes in an answer of the far ledger to the question what has changed since {@link position}. */
  follow(changes: Changes): void {
    const { at } = changes;
    if (at.epoch === this.#epoch && at.position < this.#position) return; // Overtaken by a later one.
    if (changes.state === "gap" || at.epoch !== this.#epoch) return this.#begin(at);
    for (const tag of changes.tags) this.#recordTag(tag, at.position);
    for (const pattern of changes.patterns) this.#recordPattern(pattern, at.position);
    this.#position = at.position;
    this.see(at);
    this.#prune();
  }

  /** Takes in what this process has itself invalidated, which the far ledger has recorded at `at` or before. */
  record({ tags, patterns }: Target, at: Position): void {
    this.see(at);
    // What was asked before knows nothing of it, and could not be told apart from what is asked now.
    if (this.#epoch === undefined) return this.forget();
    for (const tag of tags) this.#recordTag(tag, at.position);
    for (const pattern of patterns) this.#recordPattern(pattern, at.position);
    this.#prune();
  }

  /** Notes how far the far ledger is. Another epoch ends all that is known. */
  see({ epoch, position }: Position): void {
    if (this.#epoch === undefined) return;
    if (epoch !== this.#epoch) this.forget();
    else if (position > this.#seen) this.#seen = position;
  }

  /** Throws away all that is known: nothing is good until the far ledger has been asked again. */
  forget(): void {
    this.#epoch = undefined;
    this.#seen = 0;
    this.#clear();
  }

  /**
   * Whether an entry may be taken in that the far tier has verified at `at`: undefined when something is known against
   * it, or not enough is known.
   */
  admit({ tags, stamp }: CacheEntry, at: Position): Verification | undefined {
    if (this.#epoch === undefined || at.epoch !== this.#epoch || stamp.epoch !== this.#epoch)
      return undefined;
    if (at.position < this.#floor || this.#lastInvalidation(tags) > at.position) return undefined;
    return { life: this.#life, position: at.position };
  }

  /** Whether an entry that was taken in is still good, as far as is known here. */
  allows({ tags }: CacheEntry, verification: Verification): boolean {
    if (verification.life !== this.#life) return false;
    const { position } = verification;
    // All that is known of is at or before the position seen last.
    if (position >= this.#seen) return true;
    if (position < this.#floor || this.#lastInvalidation(tags) > position) return false;
    verification.position = Math.max(position, this.#position);
    return true;
  }

  #begin(at: Position): void {
    this.#seen = at.epoch === this.#epoch ? Math.max(this.#seen, at.position) : at.position;
    this.#epoch = at.epoch;
    this.#clear();
    this.#position = at.position;
    // What this process has invalidated after that is forgotten now, too.
    this.#floor = this.#seen;
  }

  #clear(): void {
    this.#tags.clear();
    this.#patterns.clear();
    this.#position = 0;
    this.#floor = 0;
    this.#life++;
  }

  #recordTag(tag: string, position: number): void {
    if ((this.#tags.get(tag) ?? 0) < position) this.#tags.set(tag, position);
  }

  #recordPattern(pattern: string, position: number): void {
    const known = this.#patterns.get(pattern);
    if (known === undefined) this.#patterns.set(pattern, { expression: compilePattern(pattern), position });
    else if (known.position < position) known.position = position;
  }

  #lastInvalidation(tags: readonly string[]): number {
    let last = 0;
    for (const tag of tags) last = Math.max(last, this.#tags.get(tag) ?? 0);
    for (const { expression, position } of this.#patterns.values()) {
      if (position > last && patternConcerns(expression, tags)) last = position;
    }
    return last;
  }

  #prune(): void {
    if (this.#tags.size + this.#patterns.size <= this.#maxNames) return;
    this.#tags.clear();
    this.#patterns.clear();
    this.#floor = this.#seen;
  }
}
