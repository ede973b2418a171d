import type { HistoryReport } from "@awsideman/cache-core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { mutantsOfNear } from "./mutants-of-near.ts";
import { runRace, type RaceOptions } from "./run-race.ts";
import { untilSomethingIsFound } from "./until-found.ts";

/** Milliseconds, for races that are repeated until they show something. */
const long = 600_000;

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
}, 200_000);
afterAll(() => server.stop());

describe("the laws hold in 3 processes on one Redis", () => {
  const races: Readonly<Record<string, RaceOptions>> = {
    "invalidating keys": { writing: "invalidate" },
    "deleting keys": { writing: "delete" },
    "setting values": { writing: "set" },
    "write windows with a source that lags": { writing: "window", lag: 30 },
    "writers that disappear in the middle": { writing: "abandoned-window" },
    "operations that go on after the answer": { writing: "operation", lag: 30 },
    "values made of others": { writing: "invalidate", reading: "composites", items: 6 },
    "a storage that is slow": { writing: "invalidate", delays: 0.2 },
  };
  test.for(Object.entries(races))("%s", { timeout: long }, async ([, race], { signal }) => {
    const report = await runRace({
      backend: "redis",
      url: server.url,
      processes: 3,
      readers: 10,
      writers: 1,
      milliseconds: 2_000,
      cached: 20,
      ...race,
      signal,
    });
    expect(report.violations).toEqual([]);
  });
});

describe("the laws hold in 3 processes with memory in front of one Redis, within the bound for what others do", () => {
  const tiered = (race: RaceOptions): RaceOptions => ({
    backend: "tiered",
    url: server.url,
    processes: 3,
    readers: 10,
    writers: 1,
    ...race,
  });
  const races: Readonly<Record<string, RaceOptions>> = {
    "invalidating keys": { writing: "invalidate" },
    "write windows with a source that lags": { writing: "window", lag: 30 },
  };
  test.for(Object.entries(races))("%s", { timeout: long }, async ([, race], { signal }) => {
    const report = await runRace(tiered({ milliseconds: 1_000, cached: 20, ...race, signal }));
    expect(report.violations).toEqual([]);
  });

  test.for(Object.entries(mutantsOfNear))(
    "and the checker notices when a guard is taken out: %s",
    { timeout: long },
    async ([mutant, { race, settings }], { signal }) => {
      const short = { processes: 2, milliseconds: 400, ...race, mutant, signal };
      // Where no settings are made the races above are the same.
      const control = settings && (await runRace(tiered({ ...short, control: true })));
      expect(control?.violations ?? []).toEqual([]);
      const run = (seed: number): Promise<HistoryReport> => runRace(tiered({ ...short, seed }));
      expect(await untilSomethingIsFound(run)).not.toEqual([]);
    },
  );
});
