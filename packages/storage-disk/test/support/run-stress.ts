import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { checkHistory, loadHistory, type HistoryReport } from "@awsideman/cache-core/testing";
import type { Call, StressOptions, StressReport } from "../fixtures/stress.ts";
import { Durations } from "./durations.ts";

export interface StressPlan extends Omit<
  StressOptions,
  "directory" | "history" | "name" | "seed" | "fills" | "invalidations"
> {
  /** What the processes do; one for each. */
  readonly roles: readonly Pick<StressOptions, "fills" | "invalidations">[];
  /** Each process has a cache of its own: what the machine costs without any sharing. */
  readonly apart?: boolean;
  /** Told of the directory of the cache while the processes run; returns what ends that. */
  readonly watch?: (directory: string) => () => void;
}

export interface StressResult {
  readonly reports: readonly StressReport[];
  readonly history: HistoryReport;
  /** Over all processes. */
  readonly blocked: Readonly<Record<Call | "any", Durations>>;
}

const program = fileURLToPath(new URL("../fixtures/stress-process.ts", import.meta.url));

/** Runs a stress in as many processes as there are roles, and checks what all of them together saw. */
export async function runStress({
  roles,
  apart = false,
  watch,
  ...options
}: StressPlan): Promise<StressResult> {
  const folder = mkdtempSync(path.join(tmpdir(), "storage-disk-stress-"));
  try {
    const directory = path.join(folder, "cache");
    mkdirSync(directory);
    const unwatch = watch?.(directory);
    const plans = roles.map((role, index): StressOptions => ({
      ...options,
      ...role,
      directory: apart ? path.join(directory, String(index)) : directory,
      history: path.join(folder, `history-${index}`),
      name: `p${index}`,
      seed: index + 1,
    }));
    const reports = await Promise.all(plans.map(inProcess));
    unwatch?.();
    const events = function* () {
      for (const { history } of plans) yield* loadHistory(history);
    };
    // What others do with a cache of their own does not concern anybody.
    const history = checkHistory(apart ? [] : events());
    return { reports, history, blocked: sum(reports) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inProcess(options: StressOptions): Promise<StressReport> {
  const child = spawn(
    process.execPath,
    ["--conditions=@awsideman/source", "--max-old-space-size=4096", program, JSON.stringify(options)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors !== "") throw new Error(errors);
  return JSON.parse(output) as StressReport;
}

function sum(reports: readonly StressReport[]): StressResult["blocked"] {
  const any = new Durations();
  const over = (call: Call): Durations => {
    const all = new Durations();
    for (const report of reports) all.merge(new Durations(report.blocked[call]));
    any.merge(all);
    return all;
  };
  const blocked = {
    read: over("read"),
    write: over("write"),
    stamp: over("stamp"),
    invalidate: over("invalidate"),
    later: over("later"),
  };
  return { ...blocked, any };
}
