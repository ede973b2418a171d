import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkHistory, type HistoryReport } from "@awsideman/cache-core/testing";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { runProcesses, type ProcessOptions } from "./run-processes.ts";
import type { SdkScenario } from "./sdk-race.ts";

export interface SdkRaceOptions extends ProcessOptions {
  readonly backend: "memory" | "disk";
  readonly processes: number;
  readonly readers: number;
  readonly writers: number;
  /** Milliseconds by which reads of the server lag behind its writes. */
  readonly lag: number;
  readonly milliseconds: number;
  /** Default 1. */
  readonly seed?: number;
}

export interface SdkRaceReport extends HistoryReport {
  /** Reads that reached the server. */
  readonly calls: number;
}

/** Races wrapped clients of the AWS SDK, in real processes, against one local Identity Center. */
export async function runSdkRace(options: SdkRaceOptions): Promise<SdkRaceReport> {
  const { backend, processes, readers, writers, lag, milliseconds, seed = 1 } = options;
  const folder = mkdtempSync(join(tmpdir(), "awsideman-sdk-race-"));
  const sim = await startIdentityCenterSim({
    population: { users: 20 },
    latency: { minimum: 2, maximum: 6 },
    throttle: "none",
    propagationLag: lag,
  });
  try {
    const users = sim.state.users.map(({ userId }) => userId);
    const scenarios = Array.from({ length: processes }, (_, index): SdkScenario => ({
      process: `p${index}`,
      backend: { backend, config: backend === "disk" ? { cacheDir: join(folder, "cache") } : {} },
      endpoint: sim.endpoint,
      identityStoreId: sim.identityStoreId,
      users,
      own: users.filter((_user, user) => user % processes === index),
      readers,
      writers,
      settle: lag * 2,
      milliseconds,
      seed: seed * 1_000 + index,
      history: join(folder, `history-${index}`),
    }));
    const report = checkHistory(await runProcesses("sdk-race-process.ts", scenarios, options));
    const calls = sim.calls.of("DescribeUser").received + sim.calls.of("ListUsers").received;
    return { ...report, calls };
  } finally {
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
