import { readFileSync } from "node:fs";
import type { HistoryReport } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { mutants } from "./mutants.ts";
import { mutantsOfNear } from "./mutants-of-near.ts";
import { runRace, type RaceOptions } from "./run-race.ts";
import { untilSomethingIsFound } from "./until-found.ts";

/** Milliseconds, for races that are repeated until they show something. */
const long = 600_000;

describe("slow loads, 30 readers and 2 writers for 5 s", () => {
  const races: Readonly<Record<string, RaceOptions>> = {
    "in memory": { backend: "memory" },
    "on disk": { backend: "disk" },
    "on one disk, in 4 processes": { backend: "disk", processes: 4, readers: 8, writers: 1 },
  };
  test.for(Object.entries(races))("no read is stale: %s", { timeout: long }, async ([, race], { signal }) => {
    const least = { cached: 1_000, invalidations: 200 };
    const report = await runRace({ ...race, ...least, milliseconds: 5_000, signal });
    expect(report.violations).toEqual([]);
  });
});

describe("each kind of writing keeps the laws, in 3 processes on one disk", () => {
  const inProcesses = { backend: "disk", processes: 3, readers: 10, writers: 1 } as const;
  const races: Readonly<Record<string, RaceOptions>> = {
    "deleting keys": { writing: "delete" },
    "setting values": { writing: "set" },
    "write windows with a source that lags": { writing: "window", lag: 30 },
    "writers that disappear in the middle": { writing: "abandoned-window" },
    "operations that go on after the answer": { writing: "operation", lag: 30 },
    "values made of others": { writing: "invalidate", reading: "composites", items: 6 },
    "items that come and go": { writing: "invalidate", source: "absences" },
    // What a failing storage has not recorded others cannot know: the law is that of one process.
    "a storage that fails": { writing: "invalidate", faults: 0.05, processes: 1 },
    "a storage that is slow": { writing: "invalidate", delays: 0.2 },
  };
  test.for(Object.entries(races))("%s", { timeout: long }, async ([, race], { signal }) => {
    const report = await runRace({ ...inProcesses, milliseconds: 2_500, cached: 100, ...race, signal });
    expect(report.violations).toEqual([]);
  });

  // A value that is set drops what others set meanwhile: few of them, for longer, and many items.
  test("values looked up and set by hand", { timeout: long }, async ({ signal }) => {
    const byHand = { reading: "by-hand", readers: 3, items: 60, milliseconds: 6_000, cached: 20 } as const;
    const report = await runRace({ ...inProcesses, writing: "invalidate", ...byHand, signal });
    expect(report.violations).toEqual([]);
  });
});

describe("the checker notices when a guard is taken out", () => {
  /** Long enough for a guard to be missed, most of the time. */
  const milliseconds = 700;

  test("and the README says which clause each of them is of", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    expect(Object.keys(mutants).filter((mutant) => !readme.includes(`\`${mutant}\``))).toEqual([]);
  });

  // They need Redis: `redis-laws.test.ts`.
  const here = Object.entries(mutants).filter(([mutant]) => !Object.hasOwn(mutantsOfNear, mutant));

  test.for(here)("%s", { timeout: long }, async ([mutant, { race }], { signal }) => {
    const run = (seed: number): Promise<HistoryReport> =>
      runRace({ milliseconds, ...race, mutant, seed, signal });
    expect(await untilSomethingIsFound(run)).not.toEqual([]);
  });

  test.for(here)(
    "and finds nothing while it is there: %s",
    { timeout: long },
    async ([mutant, { race }], { signal }) => {
      const report = await runRace({ milliseconds, cached: 1, ...race, mutant, control: true, signal });
      expect(report.violations).toEqual([]);
    },
  );
});
