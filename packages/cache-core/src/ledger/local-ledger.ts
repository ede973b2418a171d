import type { Examination, Unsettled } from "../explain/examination.ts";
import { StepHistory } from "../explain/step-history.ts";
import { compilePattern, patternConcerns, widenPattern } from "../key/key-pattern.ts";
import type { FenceReason, Invalidation, Stamp } from "../storage/cache-storage.ts";
import { Marks, type Mark } from "./marks.ts";

/** What keeps a fill out. */
export interface Fence {
  readonly reason: FenceReason;
  readonly lastInvalidation: number;
  readonly unsettled: boolean;
}

export interface LocalLedgerOptions {
  readonly epoch: string;
  /** Above this number of tags the older half is forgotten and the floor raised. Default 100,000. */
  readonly maxTags?: number;
  /** Above this number of patterns the oldest becomes its prefix tag. Default 100. */
  readonly maxPatterns?: number;
  /** Remembers what its last steps were recorded for, for {@link LocalLedger.examine}. Default false. */
  readonly history?: boolean;
}

interface Record {
  readonly position: number;
  readonly unsettledUntil: number;
}

interface PatternRecord extends Record {
  readonly expression: RegExp;
}

/** A clock that is put right by less is not worth losing everything for. */
const toleratedSetBack = 10_000;

/**
 * The ordered record of invalidations of one namespace, in memory, and the rule itself. It does no I/O and has no clock:
 * every time is passed in. What it remembers is bounded: what it forgets, it replaces by something wider.
 */
export class LocalLedger {
  readonly epoch: string;
  readonly #maxTags: number;
  readonly #maxPatterns: number;
  // In the order of their positions, so that the oldest is in front.
  readonly #tags = new Map<string, Record>();
  readonly #patterns = new Map<string, PatternRecord>();
  readonly #marks = new Marks();
  readonly #history: StepHistory | undefined;
  #position = 0;
  #floor = 0;
  #quietUntil = 0;
  #seenTime = -Infinity;

  constructor({ epoch, history = false, maxTags = 100_000, maxPatterns = 100 }: LocalLedgerOptions) {
    this.epoch = epoch;
    if (history) this.#history = new StepHistory();
    this.#maxTags = maxTags;
    this.#maxPatterns = maxPatterns;
  }

  get position(): number {
    return this.#position;
  }

  /** How many tags, patterns and operations it remembers. */
  get size(): number {
    return this.#tags.size + this.#patterns.size + this.#marks.size;
  }

  /** The present position. Where the clock was set back, everything is invalidated: nobody knows how old it is. */
  stamp(time: number): Stamp {
    this.#see(time);
    return { epoch: this.epoch, position: this.#position, time };
  }

  /** Records one step, and returns its position. */
  record(invalidation: Invalidation, time: number): number {
    const { open, close, settle = 0, everything = false } = invalidation;
    const position = ++this.#position;
    const closed = close === undefined ? undefined : this.#marks.close(close);
    const until = settle > 0 ? time + settle : 0;

    for (const tag of invalidation.tags) this.#recordTag(tag, position, until);
    for (const pattern of invalidation.patterns) this.#recordPattern(pattern, position, until);
    for (const tag of closed?.tags ?? []) this.#recordTag(tag, position, until);
    for (const pattern of closed?.patterns.keys() ?? []) this.#recordPattern(pattern, position, until);
    if (everything || closed?.everything) {
      this.#floor = position;
      this.#quietUntil = Math.max(this.#quietUntil, until);
    }

    if (open) this.#marks.open(open.operation, invalidation, time + open.lease);
    this.#history?.note(position, time, invalidation);
    this.#prune(time);
    return position;
  }

  /** Whether the rule lets an entry be served that depends on `tags`. */
  allows(tags: readonly string[], stamp: Stamp): boolean {
    if (stamp.epoch !== this.epoch || stamp.position < this.#floor) return false;
    return stamp.position >= this.#position || this.lastInvalidation(tags) <= stamp.position;
  }

  /** What keeps a fill out that depends on `tags`; undefined when it may be stored. */
  fence(tags: readonly string[], stamp: Stamp): Fence | undefined {
    const unsettled = this.#unsettledSince(tags, stamp.time);
    // A position that was never reached here is one of another ledger, whatever it is called.
    if (stamp.epoch !== this.epoch || stamp.position > this.#position)
      return { reason: "epoch", lastInvalidation: Infinity, unsettled };
    if (stamp.position < this.#floor) return { reason: "floor", lastInvalidation: Infinity, unsettled };
    const lastInvalidation = this.lastInvalidation(tags);
    if (lastInvalidation > stamp.position) return { reason: "invalidated", lastInvalidation, unsettled };
    return unsettled ? { reason: "unsettled", lastInvalidation, unsettled } : undefined;
  }

  /** The position of the last invalidation that concerns any of `tags`; 0 when there was none since the floor. */
  lastInvalidation(tags: readonly string[]): number {
    let last = 0;
    for (const tag of tags) {
      const record = this.#tags.get(tag);
      if (record !== undefined && record.position > last) last = record.position;
    }
    for (const record of this.#patterns.values()) {
      if (record.position > last && patternConcerns(record.expression, tags)) last = record.position;
    }
    return last;
  }

  /** What there is to say of entries that depend on `tags`. */
  examine(tags: readonly string[], time: number): Omit<Examination, "at" | "entry"> {
    const floor = this.#floor;
    const lastInvalidation = this.lastInvalidation(tags);
    const steps = [...new Set([floor, lastInvalidation])].flatMap((at) => this.#history?.find(at) ?? []);
    return { floor, lastInvalidation, steps, unsettled: this.#unsettled(tags, time) };
  }

  /** What was recorded after `position`; undefined when part of it has been forgotten. */
  since(position: number): { readonly tags: string[]; readonly patterns: string[] } | undefined {
    if (position < this.#floor || position > this.#position) return undefined;
    const after = ([, record]: [string, Record]): boolean => record.position > position;
    return {
      tags: [...this.#tags].filter(after).map(([tag]) => tag),
      patterns: [...this.#patterns].filter(after).map(([pattern]) => pattern),
    };
  }

  #unsettled(tags: readonly string[], time: number): readonly Unsettled[] {
    const found: Unsettled[] = [];
    if (this.#quietUntil > time) found.push({ kind: "recovering", until: this.#quietUntil });
    const patterns = [...this.#patterns.values()].filter(({ expression }) =>
      patternConcerns(expression, tags),
    );
    const settling = [...tags.flatMap((tag) => this.#tags.get(tag) ?? []), ...patterns]
      .filter(({ unsettledUntil }) => unsettledUntil > time)
      .reduce<Record | undefined>((a, b) => (a && a.unsettledUntil >= b.unsettledUntil ? a : b), undefined);
    if (settling !== undefined) {
      const cause = this.#history?.find(settling.position)?.cause;
      found.push({ kind: "settling", until: settling.unsettledUntil, cause });
    }
    for (const [operation, { until, cause }] of this.#marks.on(tags, time))
      found.push({ kind: "operation", until, operation, cause });
    return found;
  }

  #see(time: number): void {
    const latest = this.#seenTime;
    if (time < latest && time >= latest - toleratedSetBack) return;
    this.#seenTime = time;
    if (time < latest) this.record({ tags: [], patterns: [], everything: true }, time);
  }

  #unsettledSince(tags: readonly string[], time: number): boolean {
    if (this.#quietUntil > time) return true;
    for (const tag of tags) {
      const record = this.#tags.get(tag);
      if (record !== undefined && record.unsettledUntil > time) return true;
    }
    for (const record of this.#patterns.values()) {
      if (record.unsettledUntil > time && patternConcerns(record.expression, tags)) return true;
    }
    return this.#marks.on(tags, time).next().done === false;
  }

  #recordTag(tag: string, position: number, until: number): void {
    const unsettledUntil = Math.max(this.#tags.get(tag)?.unsettledUntil ?? 0, until);
    this.#tags.delete(tag);
    this.#tags.set(tag, { position, unsettledUntil });
  }

  #recordPattern(pattern: string, position: number, until: number): void {
    const known = this.#patterns.get(pattern);
    const unsettledUntil = Math.max(known?.unsettledUntil ?? 0, until);
    this.#patterns.delete(pattern);
    this.#patterns.set(pattern, {
      position,
      unsettledUntil,
      expression: known?.expression ?? compilePattern(pattern),
    });
    if (this.#patterns.size <= this.#maxPatterns) return;
    const [oldest, record] = this.#patterns.entries().next().value as [string, PatternRecord];
    this.#patterns.delete(oldest);
    // The present position, not the pattern's own: the tags stay in order, and wider is safe.
    this.#recordTag(widenPattern(oldest), position, record.unsettledUntil);
  }

  /** Fills that began before the mark ran out are still kept out: its deadline goes to what it was on. */
  #takeOver({ tags, patterns, everything, until }: Mark): void {
    if (everything) this.#quietUntil = Math.max(this.#quietUntil, until);
    for (const tag of tags) this.#prolong(this.#tags, tag, until);
    for (const pattern of patterns.keys()) this.#prolong(this.#patterns, pattern, until);
  }

  #prolong<Kind extends Record>(records: Map<string, Kind>, name: string, until: number): void {
    const record = records.get(name);
    if (record === undefined) this.#quietUntil = Math.max(this.#quietUntil, until);
    else if (record.unsettledUntil < until) records.set(name, { ...record, unsettledUntil: until });
  }

  #prune(time: number): void {
    for (const mark of this.#marks.forget(time)) this.#takeOver(mark);
    if (this.#tags.size <= this.#maxTags) return;
    let surplus = this.#tags.size - Math.floor(this.#maxTags / 2);
    for (const [tag, record] of this.#tags) {
      if (surplus-- <= 0) break;
      this.#tags.delete(tag);
      this.#floor = Math.max(this.#floor, record.position);
      this.#quietUntil = Math.max(this.#quietUntil, record.unsettledUntil);
    }
  }
}
