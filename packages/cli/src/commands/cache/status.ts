import type { CacheStats, EntryDescription, Health } from "@awsideman/cache-core";
import type { CommandContext } from "../../command-context.ts";
import type { CommandCache } from "../../open-cache.ts";
import { formatBytes, formatDuration } from "../../output/quantity.ts";
import { fields, sections, table, type View } from "../../output/view.ts";

export interface CacheStatusInput {
  readonly detailed: boolean;
  readonly recentEntries: number | undefined;
}

export async function showCacheStatus(context: CommandContext, input: CacheStatusInput): Promise<void> {
  const cache = await context.cache();
  const stats = await cache.manager.getStats();
  const health = await cache.manager.healthCheck();
  const recent = input.recentEntries === undefined ? undefined : await newest(cache, input.recentEntries);
  const now = Date.now();
  context.show(asJson(context, cache, stats, health, recent, input.detailed), () =>
    sections([
      summary(cache, stats, health),
      ...(input.detailed ? [details(context, cache, stats), byOperation(stats)] : []),
      ...(recent === undefined ? [] : [recentEntries(recent, now)]),
    ]),
  );
}

async function newest({ manager }: CommandCache, count: number): Promise<readonly EntryDescription[]> {
  const entries: EntryDescription[] = [];
  for await (const entry of manager.allEntries()) {
    entries.push(entry);
    // A large cache is not held in memory for the sake of a few of its entries.
    if (entries.length >= 2 * count + 1000) keepNewest(entries, count);
  }
  keepNewest(entries, count);
  return entries;
}

function keepNewest(entries: EntryDescription[], count: number): void {
  entries
    .sort((one, other) => other.createdAt - one.createdAt || (one.key < other.key ? -1 : 1))
    .splice(count);
}

function summary(cache: CommandCache, stats: CacheStats, health: Health): View {
  return fields([
    ["Cache", cache.enabled ? "enabled" : "disabled: reads go to AWS, writes are recorded"],
    ["Backend", cache.encrypted ? `${cache.backend}, encrypted` : cache.backend],
    ["Directory", cache.directory],
    ["Server", cache.server],
    ["Size", sizeOf(stats, cache.limit)],
    ["Entries", String(stats.totalEntries)],
    ["Hits", String(stats.hits)],
    ["Misses", String(stats.misses)],
    ["Hit rate", `${stats.hitRatePercentage.toFixed(1)} %`],
    ["AWS calls saved", String(stats.hits)],
    ["Health", healthOf(health)],
  ]);
}

function healthOf({ healthy, problems, recoveringUntil }: Health): string {
  if (!healthy) return problems.join(", ");
  if (recoveringUntil === undefined) return "good";
  return `recovering: it began anew, and stores nothing until ${new Date(recoveringUntil).toISOString()}`;
}

function sizeOf({ memoryUsageBytes: bytes }: CacheStats, limit: number | undefined): string {
  if (limit === undefined) return formatBytes(bytes);
  return `${formatBytes(bytes)} of ${formatBytes(limit)} (${((100 * bytes) / limit).toFixed(1)} %)`;
}

function details({ settings }: CommandContext, { defaultTtl }: CommandCache, stats: CacheStats): View {
  return fields([
    ["Namespace", settings.namespace],
    ["Caller", settings.caller()],
    [
      "Time to live",
      defaultTtl === undefined ? "15 min for lists, 10 min for single things" : formatDuration(defaultTtl),
    ],
    ["Circuit breaker", stats.breaker.name],
    ["Stored", String(stats.sets)],
    ["Not stored, too late", String(stats.fenced)],
    ["Invalidations", String(stats.invalidations)],
    ["Evicted", String(stats.evictions)],
    ["Cache errors", String(stats.errors)],
  ]);
}

function byOperation({ byOperation: groups }: CacheStats): View {
  const rows = Object.entries(groups).filter(([, { hits, misses, sets }]) => hits + misses + sets > 0);
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

function recentEntries(entries: readonly EntryDescription[], now: number): View {
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

function asJson(
  { settings }: CommandContext,
  cache: CommandCache,
  stats: CacheStats,
  health: Health,
  recent: readonly EntryDescription[] | undefined,
  detailed: boolean,
): object {
  const { backend, directory, server, enabled, encrypted, limit, defaultTtl } = cache;
  const {
    hits,
    misses,
    hitRatePercentage,
    totalEntries,
    memoryUsageBytes,
    byOperation: groups,
    breaker,
    ...rest
  } = stats;
  return {
    enabled,
    backend,
    encrypted,
    directory,
    server,
    sizeBytes: memoryUsageBytes,
    limitBytes: limit,
    entries: totalEntries,
    hits,
    misses,
    hitRatePercentage,
    awsCallsSaved: hits,
    health,
    ...(detailed
      ? {
          namespace: settings.namespace,
          caller: settings.caller(),
          defaultTtlMilliseconds: defaultTtl,
          breaker: breaker.name,
          ...rest,
          byOperation: groups,
        }
      : {}),
    ...(recent === undefined
      ? {}
      : {
          recentEntries: recent.map(({ key, namespace, caller, createdAt, expiresAt, size }) => ({
            key,
            namespace,
            caller,
            createdAt: new Date(createdAt).toISOString(),
            expiresAt: expiresAt === Infinity ? null : new Date(expiresAt).toISOString(),
            sizeBytes: size,
          })),
        }),
  };
}
