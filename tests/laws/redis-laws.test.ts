import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
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
