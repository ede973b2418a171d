import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkHistory, loadHistory, sharedNow, type HistoryReport } from "@awsideman/cache-core/testing";
import type { Scenario } from "./scenario.ts";
import { SourceOfTruth } from "./source-of-truth.ts";

export type RaceOptions = Partial<Omit<Scenario, "truth" | "history" | "index" | "process" | "backend">> & {
  readonly backend?: "memory" | "disk";
  /** A guard to be taken out of the code that runs, see `mutants`. */
  readonly mutant?: string;
};

const run = promisify(execFile);

/** Runs a race in as many real processes as asked for, and checks what all of them together saw. */
export async function runRace(options: RaceOptions): Promise<HistoryReport> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-race-"));
  try {
    const { backend = "memory", mutant, processes = 1, items = 20, seed = 1 } = options;
    const truth = join(folder, "truth");
    mkdirSync(truth);
    const source = new SourceOfTruth(truth, 0, sharedNow, Math.random);
    for (let index = 0; index < items; index++) source.create(`i${index}`);
    const config = backend === "disk" ? { cacheDir: join(folder, "cache") } : {};
    const outcomes = await Promise.allSettled(
      Array.from({ length: processes }, async (_, index) => {
        const scenario: Scenario = {
          writing: "invalidate",
          reading: "items",
          lag: 0,
          faults: 0,
          timeToLive: 2_000,
          readers: 30,
          writers: 2,
          milliseconds: 5_000,
          ...options,
          backend: { backend, config },
          items,
          processes,
          process: `p${index}`,
          index,
          seed: seed * 1_000 + index,
          truth,
          history: join(folder, `history-${index}`),
        };
        await run(
          process.execPath,
          [
            "--conditions=@awsideman/source",
            ...(mutant === undefined ? [] : ["--import", new URL("mutate.ts", import.meta.url).href]),
            new URL("race-process.ts", import.meta.url).pathname,
            JSON.stringify(scenario),
          ],
          { env: { ...process.env, ...(mutant === undefined ? {} : { AWSIDEMAN_MUTANT: mutant }) } },
        );
        return loadHistory(scenario.history);
      }),
    );
    const histories = outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    });
    return checkHistory(histories.flat());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
