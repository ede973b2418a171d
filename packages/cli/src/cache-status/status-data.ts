import type { CacheStatus } from "./collect-status.ts";
import { timeSaved } from "./time-saved.ts";

/** A status as programs are given it: figures as they are, times in ISO 8601. */
export function statusData(
  { cache, stats, health, byResource, oldestAt, newest }: CacheStatus,
  {
    detailed,
    recent,
    scope,
  }: {
    readonly detailed: boolean;
    readonly recent: boolean;
    readonly scope: () => { readonly namespace: string; readonly caller: string };
  },
): object {
  const { backend, directory, server, enabled, encrypted, limit, defaultTtl } = cache;
  const { hits, misses, hitRatePercentage, totalEntries, memoryUsageBytes, byDay, ...rest } = stats;
  const { byOperation, breaker, ...counts } = rest;
  const resources = [...byResource].map(([name, { entries, bytes }]) => [
    name,
    { entries, sizeBytes: bytes },
  ]);
  return {
    enabled,
    backend,
    encrypted,
    directory,
    server,
    sizeBytes: memoryUsageBytes,
    limitBytes: limit,
    entries: totalEntries,
    oldestEntry: oldestAt === undefined ? null : new Date(oldestAt).toISOString(),
    byResource: Object.fromEntries(resources) as object,
    hits,
    misses,
    hitRatePercentage,
    byDay,
    awsCallsSaved: hits,
    millisecondsSaved: Math.round(timeSaved(byOperation)),
    breaker: breaker.name,
    health,
    ...(detailed ? { ...scope(), defaultTtlMilliseconds: defaultTtl, ...counts, byOperation } : {}),
    ...(recent
      ? {
          recentEntries: newest.map(({ key, namespace, caller, createdAt, expiresAt, size }) => ({
            key,
            namespace,
            caller,
            createdAt: new Date(createdAt).toISOString(),
            expiresAt: expiresAt === Infinity ? null : new Date(expiresAt).toISOString(),
            sizeBytes: size,
          })),
        }
      : {}),
  };
}
