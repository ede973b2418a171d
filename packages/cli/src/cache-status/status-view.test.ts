import { expect, test } from "vitest";
import type { CacheStats, Health } from "@awsideman/cache-core";
import { chooseInk } from "../output/gauge.ts";
import { layOut } from "../output/lay-out.ts";
import type { CacheStatus } from "./collect-status.ts";
import { summarise } from "./status-view.ts";

const minute = 60_000;
const now = Date.UTC(2026, 2, 9);

/** What there is to be told of a cache, on a screen. */
function picture(stats: Partial<CacheStats>, health: Partial<Health> = {}): string {
  const status = {
    cache: { enabled: true, encrypted: false, backend: "disk", directory: "/cache", limit: 1_000_000 },
    stats: {
      hits: 0,
      misses: 0,
      hitRatePercentage: 0,
      totalEntries: 0,
      memoryUsageBytes: 0,
      breaker: { name: "closed" },
      byOperation: {},
      byDay: [],
      ...stats,
    },
    health: { healthy: true, problems: [], ...health },
    oldestAt: now - 3 * minute,
    now,
  } as unknown as CacheStatus;
  return layOut(summarise(status, chooseInk({})), 80);
}

const day = (date: number, hits: number, misses: number): CacheStats["byDay"][number] =>
  ({ day: `2026-03-0${date}`, hits, misses }) as CacheStats["byDay"][number];

test("a history line has a character for each day, the oldest first", () => {
  const byDay = [day(1, 0, 10), day(2, 5, 5), day(4, 10, 0), day(5, 0, 0)];
  expect(picture({ byDay })).toMatch(/^By day +\.=#\. {2}2026-03-01 to 2026-03-05$/m);
});

test.for([
  ["no day", []],
  ["one day", [day(1, 5, 5)]],
] as const)("of %s there is no history", ([, byDay]) => {
  expect(picture({ byDay })).not.toContain("By day");
});

test("it shows how full it is, how old the oldest is, what was saved, and what is wrong", () => {
  const shown = picture(
    {
      hits: 30,
      misses: 10,
      hitRatePercentage: 75,
      totalEntries: 7,
      memoryUsageBytes: 250_000,
      breaker: { name: "open" } as CacheStats["breaker"],
      byOperation: {
        "user:list": { hits: 30, loads: 10, loadMilliseconds: 20_000 },
      } as unknown as CacheStats["byOperation"],
    },
    { healthy: false, problems: ["The circuit breaker is open", "The storage does not answer"] },
  );
  for (const line of [
    /^Size +25\.0 % {2}#{5}\.{15} {2}244 kB of 977 kB$/m,
    /^Entries +7, the oldest that can be served 3 min 0 s old$/m,
    /^Hit rate +75\.0 % {2}#{15}\.{5} {2}40 reads$/m,
    /^AWS calls saved +30$/m,
    /^Time saved +about 1 min 0 s of waiting for AWS$/m,
    /^Circuit breaker +open$/m,
    /^Health +The circuit breaker is open, The storage does not answer$/m,
  ])
    expect(shown).toMatch(line);
});
