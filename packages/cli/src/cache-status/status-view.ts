import type { CacheStats, EntryDescription } from "@awsideman/cache-core";
import { bar, sparkline, type Ink } from "../output/gauge.ts";
import { formatBytes, formatDuration, plural } from "../output/quantity.ts";
import { fields, table, type View } from "../output/view.ts";
import type { CacheStatus } from "./collect-status.ts";
import { describeHealth } from "./health.ts";
import { timeSaved } from "./time-saved.ts";

/** Characters. With the name and the figures before it, it fits 80 columns. */
const barWidth = 20;

/** What somebody wants to know at a glance. */
export function summarise({ cache, stats, health, oldestAt, now }: CacheStatus, ink: Ink): View {
  const reads = stats.hits + stats.misses;
  return fields([
    ["Cache", cache.enabled ? "enabled" : "disabled: reads go to AWS, writes are recorded"],
    ["Backend", cache.encrypted ? `${cache.backend}, encrypted` : cache.backend],
    ["Directory", cache.directory],
    ["Server", cache.server],
    ["Size", sizeOf(stats, cache.limit, ink)],
    ["Entries", entriesOf(stats, oldestAt, now)],
    [
      "Hit rate",
      `${stats.hitRatePercentage.toFixed(1).padStart(5)} %  ${bar(stats.hits / Math.max(reads, 1), barWidth, ink)}  ${plural(reads, "read")}`,
    ],
    ["By day", byDay(stats, ink)],
    ["Hits", String(stats.hits)],
    ["Misses", String(stats.misses)],
    ["AWS calls saved", String(stats.hits)],
    ["Time saved", savedOf(stats)],
    ["Circuit breaker", stats.breaker.name],
    ["Health", describeHealth(health)],
  ]);
}

/** What of which kind it holds. */
export function describeResources({ byResource }: CacheStatus): View {
  return table(
    ["Resource", "Entries", "Size"],
    [...byResource].map(([name, { entries, bytes }]) => [name, String(entries), formatBytes(bytes)]),
  );
}

export function describeDetails(
  { cache, stats }: CacheStatus,
  { namespace, caller }: { readonly namespace: string; readonly caller: string },
): View {
  const { defaultTtl } = cache;
  return fields([
    ["Namespace", namespace],
    ["Caller", caller],
    [
      "Time to live",
      defaultTtl === undefined ? "15 min for lists, 10 min for single things" : formatDuration(defaultTtl),
    ],
    ["Stored", String(stats.sets)],
    ["Not stored, too late", String(stats.fenced)],
    ["Invalidations", String(stats.invalidations)],
    ["Evicted", String(stats.evictions)],
    ["Cache errors", String(stats.errors)],
  ]);
}

export function describeOperations({ stats }: CacheStatus): View {
  const rows = Object.entries(stats.byOperation).filter(
    ([, { hits, misses, sets }]) => hits + misses + sets > 0,
  );
  return table(
    ["Operation", "Hits", "Misses", "Hit rate", "Stored", "Too late"],
    rows
      .sort(([, one], [, other]) => other.hits + other.misses - one.hits - one.misses)
      .map(([name, { hits, misses, sets, fenced }]) => [
        name,
        String(hits),
        String(misses),
        hits + misses === 0 ? "" : `${((100 * hits) / (hits + misses)).toFixed(1)} %`,
        String(sets),
        String(fenced),
      ]),
  );
}

export function describeEntries(entries: readonly EntryDescription[], now: number): View {
  return table(
    ["Key", "Age", "Time left", "Size"],
    entries.map(({ key, createdAt, expiresAt, size }) => [
      key,
      formatDuration(now - createdAt),
      formatDuration(expiresAt - now),
      formatBytes(size),
    ]),
  );
}

function sizeOf({ memoryUsageBytes: bytes }: CacheStats, limit: number | undefined, ink: Ink): string {
  if (limit === undefined) return formatBytes(bytes);
  const share = bytes / limit;
  return `${(100 * share).toFixed(1).padStart(5)} %  ${bar(share, barWidth, ink)}  ${formatBytes(bytes)} of ${formatBytes(limit)}`;
}

function entriesOf({ totalEntries }: CacheStats, oldestAt: number | undefined, now: number): string {
  if (oldestAt === undefined) return String(totalEntries);
  return `${totalEntries}, the oldest that can be served ${formatDuration(now - oldestAt)} old`;
}

function byDay({ byDay: days }: CacheStats, ink: Ink): string | undefined {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const rates = days.map(({ hits, misses }) => hits / Math.max(hits + misses, 1));
  return `${sparkline(rates, ink)}  ${first.day} to ${last.day}`;
}

function savedOf({ byOperation }: CacheStats): string | undefined {
  const milliseconds = timeSaved(byOperation);
  return milliseconds === 0 ? undefined : `about ${formatDuration(milliseconds)} of waiting for AWS`;
}
