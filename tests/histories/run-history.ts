import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedNow } from "@awsideman/cache-core/testing";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { Client } from "./client.ts";
import { Explanations } from "./explanations.ts";
import type { HistoryOptions, HistoryReport } from "./history-report.ts";
import { HistoryRun } from "./history-run.ts";
import { settle } from "./phases.ts";

const processes = 4;

/** Lets four processes read and write at random while faults happen, and judges every answer. */
export async function runHistory(options: HistoryOptions): Promise<HistoryReport> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-histories-"));
  const explanations = new Explanations();
  // One clock for all processes, in whole milliseconds for the simulator.
  const epoch = Date.now() - Math.floor(sharedNow());
  const timeOf = (time: number): number => epoch + Math.floor(time);
  const sim = await startIdentityCenterSim({
    seed: options.seed,
    population: {
      users: 6,
      groups: 4,
      permissionSets: 4,
      accounts: 4,
      assignments: 8,
      organizationalUnits: 3,
    },
    pageSize: 4,
    keepHistory: true,
    clock: { now: () => timeOf(sharedNow()) },
    onCall: (call) => explanations.hear(call),
  });
  const clients = Array.from({ length: processes }, (_, index) => {
    const { endpoint, region } = sim;
    const storage = options.storage(folder);
    const form = index % 2 === 0 ? "client" : "service";
    return new Client(
      { endpoint, region, storage, settle: options.settle ?? settle, form },
      options.mutant ?? "none",
    );
  });
  const run = new HistoryRun(sim, clients, explanations, timeOf, options);
  try {
    return await run.run();
  } finally {
    await Promise.all(clients.map((client) => client.kill()));
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
