import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { untilSomethingIsFound } from "../laws/until-found.ts";
import { startClusterTrio } from "./cluster-trio.ts";
import { mutants } from "./mutants.ts";
import { runFleet, type FleetReport } from "./run-fleet.ts";
import { startSentinelTrio } from "./sentinel-trio.ts";
import { startStandalone } from "./standalone.ts";
import type { Topology } from "./topology.ts";

/** For how many seconds faults go on, on each of the topologies. Without it each fault happens once, and few of them. */
const seconds = Number(process.env["AWSIDEMAN_FLEET_SECONDS"] ?? 0);
const seed = Number(process.env["AWSIDEMAN_FLEET_SEED"] ?? 1);
const timeout = 1_800_000 + seconds * 3_000;

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
async function run(signal: AbortSignal, faults?: readonly string[]): Promise<FleetReport> {
  const isLong = seconds > 0;
  const extent = isLong ? { milliseconds: seconds * 1_000 } : { faults };
  const report = await runFleet(topology, { seed, signal, ...extent });
  if (isLong) console.log({ ...report, violations: report.violations.length, faults: report.faults.length });
  return report;
}

const sound: unknown = expect.objectContaining({ violations: [], errors: [] });

describe("on one Redis", () => {
  on(startStandalone);

  test(
    "no read is older than it may be, and no caller is thrown anything, whatever happens",
    { timeout },
    async ({ signal }) => {
      const report = await run(signal);
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(500);
      expect(report.invalidations).toBeGreaterThan(100);
    },
  );

  test.for(guards)(
    "and the checker notices when a guard is taken out: %s",
    { timeout },
    async (mutant, { signal }) => {
      const { faults, victims } = mutants[mutant] ?? {};
      const runWithout = async (turn: number): Promise<FleetReport> => {
        const report = await runFleet(topology, { seed: turn, faults, victims, mutant, signal });
        const { violations, reads } = report;
        if (seconds > 0) console.log(`without ${mutant}: ${violations.length} violations in ${reads} reads`);
        return report;
      };
      expect(await untilSomethingIsFound(runWithout)).not.toEqual([]);
    },
  );
});

describe("behind Sentinels", () => {
  on(startSentinelTrio);

  test(
    "no read is older than it may be, and no caller is thrown anything, whatever happens",
    { timeout },
    async ({ signal }) => {
      const report = await run(signal, [...some, ...Object.keys(topology.faults)]);
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
    async ({ signal }) => {
      const report = await run(signal, [...some, ...Object.keys(topology.faults)]);
      expect(report).toEqual(sound);
      expect(report.cached).toBeGreaterThan(500);
    },
  );
});
