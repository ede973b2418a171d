import { describe, expect, test } from "vitest";
import { mutants } from "./mutants.ts";
import { runRace, type RaceOptions } from "./run-race.ts";

const long = 120_000;

describe("slow loads, 30 readers and 2 writers for 5 s", () => {
  const races: Readonly<Record<string, RaceOptions>> = {
    "in memory": { backend: "memory" },
    "on disk": { backend: "disk" },
    "on one disk, in 4 processes": { backend: "disk", processes: 4, readers: 8, writers: 1 },
  };
  test.for(Object.entries(races))("no read is stale: %s", { timeout: long }, async ([, race]) => {
    const report = await runRace({ ...race, milliseconds: 5_000 });
    expect(report.violations).toEqual([]);
    expect(report.invalidations).toBeGreaterThan(200);
    expect(report.cached).toBeGreaterThan(1_000);
  });
});

describe("each kind of writing keeps the laws, in 3 processes on one disk", () => {
  const races: Readonly<Record<string, RaceOptions>> = {
    "deleting keys": { writing: "delete" },
    "setting values": { writing: "set" },
    "write windows with a source that lags": { writing: "window", lag: 30 },
    "writers that disappear in the middle": { writing: "abandoned-window" },
    "values made of others": { writing: "invalidate", reading: "composites", items: 6 },
    // What a failing storage has not recorded others cannot know: the law is that of one process.
    "a storage that fails": { writing: "invalidate", faults: 0.05, processes: 1 },
  };
  test.for(Object.entries(races))("%s", { timeout: long }, async ([, race]) => {
    const report = await runRace({
      backend: "disk",
      processes: 3,
      ...race,
      readers: 10,
      writers: 1,
      milliseconds: 2_500,
    });
    expect(report.violations).toEqual([]);
    expect(report.cached).toBeGreaterThan(100);
  });
});

describe("the checker notices when a guard is taken out", () => {
  test.for(Object.entries(mutants))("%s", { timeout: long }, async ([mutant, { race }]) => {
    // Which way a race goes is chance: one that shows nothing is run again, a few times at most.
    let found = 0;
    for (let seed = 1; found === 0 && seed <= 6; seed++) {
      const without = await runRace({ ...race, mutant, seed, milliseconds: 1_500 });
      found = without.violations.length;
    }
    expect(found).toBeGreaterThan(0);
  });

  test.for(Object.entries(mutants))(
    "and finds nothing while it is there: %s",
    { timeout: long },
    async ([mutant, { race }]) => {
      const report = await runRace({ ...race, mutant, control: true, milliseconds: 1_500 });
      expect(report.violations).toEqual([]);
      expect(report.cached).toBeGreaterThan(0);
    },
  );
});
