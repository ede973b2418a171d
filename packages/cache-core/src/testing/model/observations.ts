import type { Answer } from "../../cache.ts";
import type { Invalidation } from "../../storage/cache-storage.ts";
import { checkHistory, type Violation } from "../check-history.ts";
import type { HistoryEvent } from "../history.ts";
import { catalogue, everything, type Item, items, memberOf, namesOf, namesOfKey } from "./catalogue.ts";
import type { Recorded } from "./scheduled-storage.ts";
import type { ModelValue, Source, SourceFailure } from "./source.ts";

/** An invalidation as its caller sees it. */
export interface Called {
  readonly process: string;
  readonly names: readonly string[];
  /** What was loaded before this moment must not be seen after the end. */
  readonly begin: number;
  readonly end: number;
  readonly settle: number;
}

/** Milliseconds between a look and the load that follows it, at most. */
const longestLook = 100;

export interface FailureOptions {
  readonly process: string;
  readonly key: string;
  readonly begin: number;
  readonly end: number;
}

export interface ReadOptions extends FailureOptions {
  readonly source: Answer<unknown>["source"];
  /** Milliseconds for which it may be served after it expired. */
  readonly grace: number;
}

/** Collects what was seen of a cache, of its storage and of its source, and says what must never be. */
export class Observations {
  readonly #source: Source;
  readonly #ttl: number;
  readonly #reads: HistoryEvent[] = [];
  readonly #called: Called[] = [];
  readonly #recorded: Recorded[] = [];
  readonly counts = { reads: 0, cached: 0 };
  readonly #jumps: { readonly at: number; readonly by: number }[] = [];

  constructor(source: Source, ttl: number) {
    this.#source = source;
    this.#ttl = ttl;
  }

  jumped(at: number, by: number): void {
    this.#jumps.push({ at, by });
  }

  get invalidations(): number {
    return this.#recorded.length;
  }

  called(called: Called): void {
    this.#called.push(called);
  }

  recorded(recorded: Recorded): void {
    this.#recorded.push(recorded);
  }

  /** A value as somebody got it. */
  read(value: ModelValue, options: ReadOptions): void {
    this.counts.reads++;
    if (value.loadBegan < options.begin) this.counts.cached++;
    this.#observe(value, options);
  }

  /** By every name that it depends on, with all its parts. */
  #observe(value: ModelValue, options: ReadOptions): void {
    const { process, begin, end, grace } = options;
    const { key, loadBegan, versions } = value;
    const event = { kind: "read", process, version: 0, loadBegan, bestBefore: Infinity, begin, end } as const;
    const group = versions["g1"];
    const more = group === undefined ? [] : [memberOf(group)];
    for (const name of [...namesOf(key), ...more]) {
      this.#reads.push({ ...event, item: label(name) });
      if (!value.set) this.#reads.push({ ...event, item: loaded(name) });
      // What was set without a stamp is as old as the call, as far as its own process can tell.
      if (value.set?.by === process) this.#reads.push({ ...event, item: own(name), loadBegan: value.set.at });
    }
    for (const [item, version] of Object.entries(versions)) {
      this.#reads.push({ ...event, item: shown(item, key), version, loadBegan: Infinity });
    }
    // The look that its time to live counts from came before the load.
    const isTimed = !this.#jumps.some(({ at }) => at > loadBegan - longestLook && at < begin);
    if (isTimed)
      this.#reads.push({ ...event, item: `key ${key}`, bestBefore: loadBegan + this.#ttl + grace });
    for (const absent of value.absent) {
      for (const name of namesOfKey(absent.key)) {
        this.#reads.push({ ...event, item: label(name), loadBegan: absent.since });
      }
    }
    // What had expired may be part of an answer, but not of one that was kept.
    const isFresh = options.source === "load" || options.source === "flight";
    for (const part of value.parts)
      this.#observe(part.value, { ...options, grace: part.isStale && isFresh ? Infinity : grace });
  }

  /** A failure: an answer like any other, of the key that was asked for and of the one that failed. */
  failed({ key: failed, loadBegan }: SourceFailure, { process, key, begin, end }: FailureOptions): void {
    const event = { kind: "read", process, version: 0, loadBegan, bestBefore: Infinity, begin, end } as const;
    for (const name of new Set([...namesOf(key), ...namesOf(failed)])) {
      this.#reads.push({ ...event, item: label(name) });
    }
  }

  /** Every read counts many times here, once for each name that its value depends on. */
  check(): readonly Violation[] {
    const events = [...this.#reads, ...this.#invalidations(), ...this.#writes()];
    return checkHistory(events, { clockTolerance: 0 }).violations;
  }

  /** Law A: for everybody as soon as it is recorded, and for the process that called from the return on. */
  #invalidations(): HistoryEvent[] {
    return this.#claims().map(({ process, names, begin, end, ofSet }): HistoryEvent => {
      const claimed = [...names].flatMap((name) => {
        if (ofSet) return [loaded(name)];
        return process === undefined ? [label(name)] : [label(name), own(name)];
      });
      return { kind: "invalidation", items: claimed, begin, end, ...whose(process) };
    });
  }

  /**
   * Law B: who invalidates, and keeps unsettled until a change has spread, may rely on it from then on, whatever happened
   * to the source until then.
   */
  #writes(): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    for (const { process, names, begin, end, settle, ofSet } of [...this.#claims(), ...this.#marks()]) {
      const until = begin + settle;
      // What is set from outside may be older than the moment at which it is recorded.
      if (ofSet || (settle > 0 && this.#jumpedForward(begin, end + settle))) continue;
      for (const item of items) {
        const version = this.#spreadBy(item, until);
        if (version === 0) continue;
        for (const key of keysThatShow(item, names)) {
          const settled = end + settle;
          events.push({ kind: "write", item: shown(item, key), version, settled, ...whose(process) });
        }
      }
    }
    return events;
  }

  #claims(): Claim[] {
    const operations = new Map<string, readonly string[]>();
    const recorded = this.#recorded.map(({ invalidation, begin, end, ofSet }): Claim => {
      const { open, close, settle = 0 } = invalidation;
      const names = [...namesOfInvalidation(invalidation), ...(operations.get(close ?? "") ?? [])];
      if (close !== undefined) operations.delete(close);
      if (open) operations.set(open.operation, [...names, ...(operations.get(open.operation) ?? [])]);
      return { process: undefined, names: new Set(names), begin, end, settle, ofSet };
    });
    const called = this.#called.map(({ names, ...rest }): Claim => {
      return { ...rest, names: new Set(names), ofSet: false };
    });
    return [...recorded, ...called];
  }

  /** The marks that nobody ended before their time. */
  #marks(): Claim[] {
    return this.#recorded.flatMap(({ invalidation, begin, end }): Claim[] => {
      const { open } = invalidation;
      if (open === undefined) return [];
      const closed = this.#recorded.find((later) => {
        return later.invalidation.close === open.operation && later.end > begin;
      });
      if (closed && closed.begin < end + open.lease) return [];
      const names = new Set(namesOfInvalidation(invalidation));
      return [{ process: undefined, names, begin, end, settle: open.lease, ofSet: false }];
    });
  }

  #jumpedForward(from: number, to: number): boolean {
    return this.#jumps.some(({ at, by }) => by > 0 && at >= from && at <= to);
  }

  /** The version that every read of the source sees from then on. */
  #spreadBy(item: Item, moment: number): number {
    return this.#source.changes[item].findLast(({ at }) => at + this.#source.lag <= moment)?.version ?? 0;
  }
}

/** An invalidation that counts for everybody, or for one process. */
interface Claim {
  readonly process: string | undefined;
  readonly names: ReadonlySet<string>;
  readonly begin: number;
  readonly end: number;
  readonly settle: number;
  readonly ofSet: boolean;
}

function whose(process: string | undefined): { process: string; within?: string } {
  return process === undefined ? { process: "ledger" } : { process, within: process };
}

function namesOfInvalidation({ tags, patterns, everything: all }: Invalidation): readonly string[] {
  return [...tags, ...patterns, ...(all ? [everything] : [])];
}

function keysThatShow(item: Item, names: ReadonlySet<string>): readonly string[] {
  return Object.entries(catalogue)
    .filter(
      ([key, { items: shownItems }]) =>
        shownItems.includes(item) && namesOf(key).some((name) => names.has(name)),
    )
    .map(([key]) => key);
}

function label(name: string): string {
  return `what depends on ${name}`;
}

function own(name: string): string {
  return `what was set here and depends on ${name}`;
}

function loaded(name: string): string {
  return `what was loaded for ${name}`;
}

function shown(item: string, key: string): string {
  return `${item} in ${key}`;
}
