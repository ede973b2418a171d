import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import type { QuotaOptions, QuotaReport } from "./quota-process.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const callsPerSecond = 20;
const seconds = 20;

/**
 * As much as can be asked of one operation of identitystore through cached clients, by processes that share a cache on disk, and how much of
 * AWS's quota that is. The simulator takes 20 calls a second, and 20 at once after a pause.
 */
export async function quota(): Promise<void> {
  for (const processes of [1, 6]) {
    const sim = await startIdentityCenterSim({ throttle: { identityStore: callsPerSecond }, latency: 100 });
    try {
      report(processes, sim, await load(sim, processes));
    } finally {
      await sim.close();
    }
  }
}

async function load(sim: IdentityCenterSim, processes: number): Promise<readonly QuotaReport[]> {
  return withScratchFolder(async (folder) => {
    const { endpoint, identityStoreId } = sim;
    const options: QuotaOptions = {
      endpoint,
      identityStoreId,
      folder,
      concurrency: Math.ceil(60 / processes),
    };
    const children = Array.from({ length: processes }, () =>
      fork(fileURLToPath(new URL("quota-process.ts", import.meta.url)), [JSON.stringify(options)]),
    );
    await Promise.all(children.map(async (child) => once(child, "message")));
    sim.calls.reset();
    return Promise.all(children.map(run));
  });
}

async function run(child: ChildProcess): Promise<QuotaReport> {
  child.send(seconds * 1_000);
  const [report] = (await once(child, "message")) as [QuotaReport];
  return report;
}

function report(processes: number, sim: IdentityCenterSim, reports: readonly QuotaReport[]): void {
  const { received, throttled } = sim.calls.snapshot();
  const share = ((received - throttled) / (callsPerSecond * seconds)) * 100;
  const refused = reports.reduce((sum, one) => sum + one.refused, 0);
  console.log(
    `${processes} process${processes === 1 ? "" : "es"}, ${seconds} s: ${received} requests, ${share.toFixed(1)} % of the quota (bar 95), ` +
      `${throttled} refused by AWS, ${refused} of them told to callers (bar 0)`,
  );
  if (share < 95 || refused > 0) process.exitCode = 1;
}
