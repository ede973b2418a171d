import { describe, expect, test } from "vitest";
import { runSdkRace, type SdkRaceOptions } from "./run-sdk-race.ts";

const timeout = 120_000;
const race: SdkRaceOptions = {
  backend: "memory",
  processes: 1,
  readers: 30,
  writers: 2,
  lag: 0,
  milliseconds: 5_000,
};

describe("wrapped clients of the AWS SDK, 30 readers and 2 writers for 5 s", () => {
  const races: Readonly<Record<string, SdkRaceOptions>> = {
    "in memory": race,
    "on disk": { ...race, backend: "disk" },
    "on one disk, in 4 processes": { ...race, backend: "disk", processes: 4, readers: 8, writers: 1 },
    "with a service that lags behind its writes": { ...race, lag: 40 },
  };
  test.for(Object.entries(races))("no read is stale: %s", { timeout }, async ([, options]) => {
    const report = await runSdkRace(options);
    expect(report.violations).toEqual([]);
    expect(report.reads).toBeGreaterThan(report.calls);
  });

  test.for([
    ["fence", race],
    ["rule", race],
    ["unsettled", { ...race, lag: 40 }],
  ] as const)(
    "and the checker finds stale reads without the guard: %s",
    { timeout },
    async ([mutant, options]) => {
      // Which way a race goes is chance: one that shows nothing is run again, a few times at most.
      let found = 0;
      for (let seed = 1; found === 0 && seed <= 8; seed++) {
        const report = await runSdkRace({ ...options, mutant, seed, milliseconds: 2_500 });
        found = report.violations.length;
      }
      expect(found).toBeGreaterThan(0);
    },
  );
});
