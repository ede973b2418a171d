import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startClusterTrio } from "./cluster-trio.ts";
import { mutants } from "./mutants.ts";
import { runFleet, type FleetReport } from "./run-fleet.ts";
import { startSentinelTrio } from "./sentinel-trio.ts";
import { startStandalone } from "./standalone.ts";
import type { Topology } from "./topology.ts";

/** For how many seconds faults go on, on each of the topologies. Without it each fault happens once, and few of them. */
const seconds = Number(process.env["AWSIDEMAN_FLEET_SECONDS"] ?? 0);
const seed = Number(process.env["AWSIDEMAN_FLEET_SEED"] ?? 1);
const timeout = 600_000 + seconds * 3_000;

let topology: Topology;
const on = (start: () => Promise<Topology>): void => {
  beforeAll(async () => {
    topology = await start();
  }, 200_000);
  afterAll(() => topology.stop());
};

/** Of what happens everywhere, as much as a short test has time for. */
const some = [
  "an instance is cut off, and not told",
  "an instance is killed and started again",
  "all data is flushed",
];

/** Of the guards, as many as a short test has time to take out. */
const guards = seconds > 0 ? Object.keys(mutants) : ["fence", "gap"];

/** Runs the fleet, with these faults where there is not time for all. */
async function run(faults?: readonly string[]): Promise<FleetReport> {
  const isLong = seconds > 0;
  const report = await runFleet(
    topology,
    isLong ? { seed, milliseconds: seconds * 1_000 } : { seed, faults },
  );
  if (isLong) console.log({ ...report, violations: report.violations.length, faults: report.faults.length });
  return report;
}

const sound: unknown = expect.objectContaining({ violations: [], errors: [] });

describe("on one Redis", () => {
  on(startStandalone);

  test(
    "no read is older than it may be, and no caller is thrown anything, whatever happens",
    { timeout },
    async () => {
      const report = await run();
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(500);
      expect(report.invalidations).toBeGreaterThan(100);
    },
  );

  test.for(guards)("and the checker notices when a guard is taken out: %s", { timeout }, async (mutant) => {
    const { faults, victims } = mutants[mutant] ?? {};
    // Which way it goes is chance: a run that shows nothing is followed by another, a few times at most.
    let found = 0;
    for (let turn = 1; found === 0 && turn <= 10; turn++) {
      const report = await runFleet(topology, { seed: turn, faults, victims, mutant });
      found = report.violations.length;
      if (seconds > 0) console.log(`without ${mutant}: ${found} violations in ${report.reads} reads`);
    }
    expect(found).toBeGreaterThan(0);
  });
});

describe("behind Sentinels", () => {
  on(startSentinelTrio);

  test(
    "no read is older than it may be, and no caller is thrown anything, whatever happens",
    { timeout },
    async () => {
      const report = await run([...some, ...Object.keys(topology.faults)]);
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(500);
    },
  );
});

describe("on a cluster", () => {
  on(startClusterTrio);

  test(
    "no read is older than it may be, and no caller is thrown anything, whatever happens",
    { timeout },
    async () => {
      const report = await run([...some, ...Object.keys(topology.faults)]);
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(500);
    },
  );
});
