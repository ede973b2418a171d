import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkHistory, sharedNow, type HistoryReport } from "@awsideman/cache-core/testing";
import { runProcesses, type ProcessOptions } from "./run-processes.ts";
import type { Scenario } from "./scenario.ts";
import { SourceOfTruth } from "./source-of-truth.ts";

export type RaceOptions = ProcessOptions &
  Partial<Omit<Scenario, "truth" | "history" | "index" | "process" | "backend">> & {
    readonly backend?: "memory" | "disk" | "redis" | "tiered";
    /** Where Redis is, for `redis`, and for `tiered`, which is memory in front of it. */
    readonly url?: string;
    /** How many answers of the cache, and invalidations, all processes together see at least. Default 0. */
    readonly cached?: number;
    readonly invalidations?: number;
  };

/** Milliseconds by which what is near may be behind what another process has done. */
const maxStaleness = 100;

/** Runs a race in as many real processes as asked for, and checks what all of them together saw. */
export async function runRace({
  backend = "memory",
  url,
  mutant,
  control,
  signal,
  cached = 0,
  invalidations = 0,
  ...options
}: RaceOptions): Promise<HistoryReport> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-race-"));
  try {
    const { processes = 1, items = 20, seed = 1 } = options;
    const truth = join(folder, "truth");
    mkdirSync(truth);
    const source = new SourceOfTruth(truth, 0, sharedNow, Math.random);
    for (let index = 0; index < items; index++) source.create(`i${index}`);
    const redis = { url, namespace: basename(folder) };
    const configs = {
      memory: {},
      disk: { cacheDir: join(folder, "cache") },
      redis,
      tiered: { far: { backend: "redis", config: redis }, maxStaleness },
    };
    const config = configs[backend];
    const scenarios = Array.from({ length: processes }, (_, index): Scenario => ({
      writing: "invalidate",
      reading: "items",
      source: "sound",
      lag: 0,
      faults: 0,
      delays: 0,
      trouble: "none",
      troubleEvery: 150,
      timeToLive: 2_000,
      staleIfError: 0,
      refreshAhead: 0,
      lease: 300,
      readers: 30,
      writers: 2,
      callers: 1,
      milliseconds: 5_000,
      ...options,
      cached: Math.ceil(cached / processes),
      invalidations: Math.ceil(invalidations / processes),
      backend: { backend, config },
      items,
      processes,
      process: `p${index}`,
      index,
      seed: seed * 1_000 + index,
      truth,
      history: join(folder, `history-${index}`),
    }));
    const events = await runProcesses("race-process.ts", scenarios, { mutant, control, signal });
    return checkHistory(events, { maxStaleness: backend === "tiered" ? maxStaleness : 0 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
