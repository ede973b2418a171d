import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { checkHistory, type HistoryEvent, type HistoryReport } from "@awsideman/cache-core/testing";
import { managerTraffic, type ManagerTrafficOptions } from "../fixtures/manager-traffic.ts";

export interface ThreadsPlan {
  readonly workers: number;
  /** Of each thread. */
  readonly operations: number;
}

/** Runs cache managers on one directory, in this thread and in workers, and checks what all of them together saw. */
export async function checkThreads({ workers, operations }: ThreadsPlan): Promise<HistoryReport> {
  const directory = mkdtempSync(path.join(tmpdir(), "storage-disk-threads-"));
  try {
    const plans = Array.from({ length: workers + 1 }, (_, index): ManagerTrafficOptions => ({
      directory,
      name: `thread ${index}`,
      seed: index + 1,
      operations,
    }));
    const [here, ...others] = plans as [ManagerTrafficOptions, ...ManagerTrafficOptions[]];
    const histories = await Promise.all([managerTraffic(here), ...others.map(inThread)]);
    return checkHistory(histories.flat());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function inThread(options: ManagerTrafficOptions): Promise<readonly HistoryEvent[]> {
  const worker = new Worker(new URL("../fixtures/manager-worker.ts", import.meta.url), {
    workerData: options,
    execArgv: ["--conditions=@awsideman/source"],
  });
  const [[events]] = await Promise.all([
    once(worker, "message") as Promise<[readonly HistoryEvent[]]>,
    once(worker, "exit"),
  ]);
  return events;
}
