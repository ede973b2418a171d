import type { CacheStats, EntryDescription, Health } from "@awsideman/cache-core";
import type { CommandCache } from "../open-cache.ts";

/** What all entries of one kind of thing are together. */
export interface ResourceUsage {
  readonly entries: number;
  readonly bytes: number;
}

/** All that a status is made of. */
export interface CacheStatus {
  readonly cache: CommandCache;
  readonly stats: CacheStats;
  readonly health: Health;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What could be served now, by the first part of its key, the largest first. */
  readonly byResource: ReadonlyMap<string, ResourceUsage>;
  /** When the oldest of that was asked for; undefined when there is nothing. */
  readonly oldestAt: number | undefined;
  /** The newest entries, as many as were asked for. */
  readonly newest: readonly EntryDescription[];
}

export async function collectStatus(cache: CommandCache, newestCount: number): Promise<CacheStatus> {
  const { manager } = cache;
  const stats = await manager.getStats();
  const health = await manager.healthCheck();
  const byResource = new Map<string, { entries: number; bytes: number }>();
  const newest: EntryDescription[] = [];
  let oldestAt: number | undefined;
  for await (const entry of manager.allEntries()) {
    const resource = entry.key.split(":", 1)[0] as string;
    let usage = byResource.get(resource);
    if (usage === undefined) byResource.set(resource, (usage = { entries: 0, bytes: 0 }));
    usage.entries += 1;
    usage.bytes += entry.size;
    oldestAt = Math.min(oldestAt ?? Infinity, entry.createdAt);
    if (newestCount === 0) continue;
    newest.push(entry);
    // A large cache is not held in memory for the sake of a few of its entries.
    if (newest.length >= 2 * newestCount + 1000) keepNewest(newest, newestCount);
  }
  keepNewest(newest, newestCount);
  const largestFirst = [...byResource].sort(([, one], [, other]) => other.bytes - one.bytes);
  return { cache, stats, health, now: Date.now(), byResource: new Map(largestFirst), oldestAt, newest };
}

function keepNewest(entries: EntryDescription[], count: number): void {
  entries
    .sort((one, other) => other.createdAt - one.createdAt || (one.key < other.key ? -1 : 1))
    .splice(count);
}
