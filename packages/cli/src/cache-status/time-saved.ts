import type { CacheStats } from "@awsideman/cache-core";

type Loads = Pick<CacheStats["byOperation"][string], "hits" | "loads" | "loadMilliseconds">;

/**
 * How long AWS would have taken for all that was answered from the cache, in milliseconds: each hit as long as the same
 * operation took on the average, or any operation, where that one was never seen to be asked of AWS.
 */
export function timeSaved(byOperation: Readonly<Record<string, Loads>>): number {
  const groups = Object.values(byOperation);
  const all = { loads: 0, loadMilliseconds: 0 };
  for (const { loads, loadMilliseconds } of groups) {
    all.loads += loads;
    all.loadMilliseconds += loadMilliseconds;
  }
  let saved = 0;
  for (const group of groups) {
    const { loads, loadMilliseconds } = group.loads > 0 ? group : all;
    if (loads > 0) saved += (group.hits * loadMilliseconds) / loads;
  }
  return saved;
}
