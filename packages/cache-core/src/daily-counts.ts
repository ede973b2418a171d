import type { Counters } from "./storage/cache-storage.ts";

/** What a day was like. */
export interface DayCounts {
  /** In UTC: `2026-01-31`. */
  readonly day: string;
  readonly hits: number;
  readonly misses: number;
}

const day = 86_400_000;
/** Neither is the name of another counter. */
const hitsOf = "day-hits ";
const missesOf = "day-misses ";

/** The counters of a day, in the flat form that storages keep. */
export function dailyCounters(hits: number, misses: number, now: number): Counters {
  const name = String(Math.floor(now / day));
  return {
    ...(hits === 0 ? {} : { [hitsOf + name]: hits }),
    ...(misses === 0 ? {} : { [missesOf + name]: misses }),
  };
}

/** The last days of which anything was kept, the latest one last, and no more than `most` of them. */
export function dailyCounts(kept: Counters, most: number): readonly DayCounts[] {
  const numbers = Object.keys(kept).flatMap((name) => {
    const prefix = [hitsOf, missesOf].find((one) => name.startsWith(one));
    const number = prefix === undefined ? Number.NaN : Number(name.slice(prefix.length));
    return Number.isSafeInteger(number) ? [number] : [];
  });
  const latest = [...new Set(numbers)].sort((one, other) => one - other).slice(-most);
  return latest.map((number) => ({
    day: new Date(number * day).toISOString().slice(0, 10),
    hits: kept[hitsOf + number] ?? 0,
    misses: kept[missesOf + number] ?? 0,
  }));
}

/** Both together. */
export function addCounters(one: Counters, other: Counters): Counters {
  const sum: Record<string, number> = { ...one };
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
