import { describe, expect, test } from "vitest";
import { dailyCounters, dailyCounts } from "./daily-counts.ts";

const noon = Date.UTC(2026, 0, 31, 12);
const day = 86_400_000;

describe("counts by day", () => {
  test("come back as they were counted, the latest day last", () => {
    const kept = {
      ...dailyCounters(3, 0, noon),
      ...dailyCounters(5, 2, noon - day),
      "hits user:list": 8,
      "hits ": 8,
    };
    expect(dailyCounts(kept, 30)).toEqual([
      { day: "2026-01-30", hits: 5, misses: 2 },
      { day: "2026-01-31", hits: 3, misses: 0 },
    ]);
    expect(dailyCounts(kept, 1)).toEqual([{ day: "2026-01-31", hits: 3, misses: 0 }]);
  });

  test("begin a new day at midnight, UTC", () => {
    const midnight = Date.UTC(2026, 1, 1);
    expect(dailyCounters(1, 1, midnight)).not.toEqual(dailyCounters(1, 1, midnight - 1));
  });

  test("name nothing on which nothing was read, and take no other counter for a day", () => {
    expect(dailyCounters(0, 0, noon)).toEqual({});
    expect(dailyCounts({ "day-hits x": 1, "day-hits": 1, "misses 20484": 1 }, 30)).toEqual([]);
  });
});
