import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { mutantsOfNear } from "./mutants-of-near.ts";
import { runRace, type RaceOptions } from "./run-race.ts";

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
  test.for(Object.entries(races))("%s", { timeout: 120_000 }, async ([, race]) => {
    const report = await runRace({
      backend: "redis",
      url: server.url,
      processes: 3,
      readers: 10,
      writers: 1,
      milliseconds: 2_000,
      ...race,
    });
    expect(report.violations).toEqual([]);
    expect(report.cached).toBeGreaterThan(20);
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
  test.for(Object.entries(races))("%s", { timeout: 120_000 }, async ([, race]) => {
    const report = await runRace(tiered({ milliseconds: 1_000, ...race }));
    expect(report.violations).toEqual([]);
    expect(report.cached).toBeGreaterThan(20);
  });

  test.for(Object.entries(mutantsOfNear))(
    "and the checker notices when a guard is taken out: %s",
    { timeout: 120_000 },
    async ([mutant, { race, settings }]) => {
      const short = { processes: 2, milliseconds: 400, ...race, mutant };
      // Where no settings are made the races above are the same.
      const control = settings && (await runRace(tiered({ ...short, control: true })));
      expect(control?.violations ?? []).toEqual([]);
      // Which way a race goes is chance: one that shows nothing is run again, a few times at most.
      let found = 0;
      for (let seed = 1; found === 0 && seed <= 10; seed++)
        found = (await runRace(tiered({ ...short, seed }))).violations.length;
      expect(found).toBeGreaterThan(0);
    },
  );
});
