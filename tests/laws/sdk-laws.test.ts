import { describe, expect, test } from "vitest";
import { runSdkRace, type SdkRaceOptions, type SdkRaceReport } from "./run-sdk-race.ts";
import { untilSomethingIsFound } from "./until-found.ts";

/** Milliseconds, for races that are repeated until they show something. */
const timeout = 600_000;
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
  test.for(Object.entries(races))("no read is stale: %s", { timeout }, async ([, options], { signal }) => {
    const report = await runSdkRace({ ...options, signal });
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
    async ([mutant, options], { signal }) => {
      const short = { ...options, mutant, milliseconds: 2_500, signal };
      const run = (seed: number): Promise<SdkRaceReport> => runSdkRace({ ...short, seed });
      expect(await untilSomethingIsFound(run)).not.toEqual([]);
    },
  );
});
