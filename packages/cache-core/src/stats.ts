import type { CircuitBreakerState } from "./breaker/circuit-breaker.ts";
import { dailyCounters, type DayCounts } from "./daily-counts.ts";
import type { Counters } from "./storage/cache-storage.ts";

export const counterNames = [
  "hits",
  "misses",
  "staleServed",
  "sets",
  "fenced",
  "coalesced",
  /** Loads that gave a value, and how long they took together. */
  "loads",
  "loadMilliseconds",
  "invalidations",
  "evictions",
  "errors",
] as const;

export type CounterName = (typeof counterNames)[number];
export type Counts = Record<CounterName, number>;

/** What `getStats` answers. */
export interface CacheStats extends Readonly<Counts> {
  /** Hits in a hundred reads; 0 before the first read. */
  readonly hitRatePercentage: number;
  /** Entries held, those included that are invalid and not yet swept. */
  readonly totalEntries: number;
  /** What the limit is compared with: bytes in memory, or on disk. */
  readonly memoryUsageBytes: number;
  readonly breaker: CircuitBreakerState;
  /** The same counters by `resource:operation`. */
  readonly byOperation: Readonly<Record<string, Readonly<Counts>>>;
  /**
   * Hits and misses of the last 30 days on which there were any, the latest one last. A process counts on the day on which
   * it closes its cache.
   */
  readonly byDay: readonly DayCounts[];
}

const maxGroups = 1_000;
/** No key begins like that. */
const others = "*";

/** Counts what happens, by `resource:operation`. What has no key is counted under the empty name. */
export class Stats {
  readonly #groups = new Map<string, Counts>();
  // The group counted last: most reads follow one of the same kind, and taking a key apart costs as much as a look.
  #lastPrefix = "";
  #lastCounts: Counts = noCounts();

  count(name: CounterName, id = "", by = 1): void {
    this.countsOf(id)[name] += by;
  }

  /** The counters of the group that an entry belongs to, to be added to. They stay the same for good. */
  countsOf(id: string): Counts {
    if (this.#lastPrefix === "" || !id.startsWith(this.#lastPrefix)) this.#turnTo(groupOf(id), id);
    return this.#lastCounts;
  }

  #turnTo(group: string, id: string): void {
    // Keys of an unusual form must not make a group each.
    if (this.#groups.size >= maxGroups && group !== others && !this.#groups.has(group))
      return this.#turnTo(others, id);
    let counts = this.#groups.get(group);
    if (counts === undefined) this.#groups.set(group, (counts = noCounts()));
    this.#lastCounts = counts;
    this.#lastPrefix = group.includes(":") ? id.slice(0, id.length - keyOf(id).length) + group + ":" : "";
  }

  /** Everything counted so far, in the flat form that storages keep, and starts again from 0. */
  take(now: number): Counters {
    const taken: Record<string, number> = { ...this.today(now) };
    for (const [group, counts] of this.#groups) {
      for (const name of counterNames) {
        if (counts[name] === 0) continue;
        taken[`${name} ${group}`] = counts[name];
        counts[name] = 0;
      }
    }
    return taken;
  }

  /** What was counted so far, as that of a day. */
  today(now: number): Counters {
    const { hits, misses } = sumCounts(this.#groups.values());
    return dailyCounters(hits, misses, now);
  }

  /** The counts of this object together with those that {@link take} has given away. */
  byGroup(kept: Counters): Map<string, Counts> {
    const groups = new Map<string, Counts>();
    const add = (group: string, name: CounterName, by: number): void => {
      const counts = groups.get(group) ?? noCounts();
      counts[name] += by;
      groups.set(group, counts);
    };
    for (const [key, value] of Object.entries(kept)) {
      const [name, ...group] = key.split(" ");
      if (isCounterName(name)) add(group.join(" "), name, value);
    }
    for (const [group, counts] of this.#groups)
      for (const name of counterNames) add(group, name, counts[name]);
    return groups;
  }
}

export function sumCounts(groups: Iterable<Counts>): Counts {
  const sum = noCounts();
  for (const counts of groups) for (const name of counterNames) sum[name] += counts[name];
  return sum;
}

export function hitRate({ hits, misses }: Counts): number {
  return hits + misses === 0 ? 0 : (hits / (hits + misses)) * 100;
}

/** The first two segments of the key: `user:list`. */
export function groupOf(id: string): string {
  const key = keyOf(id);
  const first = key.indexOf(":");
  const second = first === -1 ? -1 : key.indexOf(":", first + 1);
  return second === -1 ? key : key.slice(0, second);
}

function keyOf(id: string): string {
  return id.slice(id.lastIndexOf("|") + 1);
}

function noCounts(): Counts {
  return {
    hits: 0,
    misses: 0,
    staleServed: 0,
    sets: 0,
    fenced: 0,
    coalesced: 0,
    loads: 0,
    loadMilliseconds: 0,
    invalidations: 0,
    evictions: 0,
    errors: 0,
  };
}

function isCounterName(name: string | undefined): name is CounterName {
  return counterNames.includes(name as CounterName);
}
