import { arbitraryPlan } from "./arbitrary-plan.ts";
import type { ModelStorage } from "./model-cache.ts";
import { describePlan, type Plan } from "./plan.ts";
import { runPlan, type RunReport } from "./run-plan.ts";

export interface StorageModelOptions extends ModelStorage {
  /** How many random plans are run. Default 500. `AWSIDEMAN_MODEL_RUNS` counts for more. */
  readonly runs?: number;
  /** Decides which plans. Default 1. `AWSIDEMAN_MODEL_SEED` counts for more. */
  readonly seed?: number;
  /** Whether a plan that breaks a law is made as simple as possible, which takes a while. Default true. */
  readonly simplify?: boolean;
  /** Operations in one plan, at most. Default 16. */
  readonly maxOperations?: number;
}

export interface StorageModelReport {
  readonly runs: number;
  readonly reads: number;
  /** Reads of something that had been loaded before they began: without them there was nothing to find. */
  readonly cached: number;
  readonly invalidations: number;
}

/**
 * Runs a cache on a storage through random plans, step by step: up to four actors in up to two processes read, write to
 * a source, and invalidate, while calls to the storage fail, are lost or late, processes are killed or told to use another
 * storage, the source fails and the clock jumps. After each run the laws are checked (see `checkHistory`), and that every
 * call was answered, by the cache or by the source.
 *
 * Needs the package `fast-check`, and no test runner: `await checkStorageModel({ open })` in a test is all.
 * @throws Error with the simplest plan that breaks a law, what happened step by step, and how to run it again
 */
export async function checkStorageModel(options: StorageModelOptions): Promise<StorageModelReport> {
  const fc = await import("fast-check");
  const { maxOperations = 16, simplify = true } = options;
  const runs = numberFrom("AWSIDEMAN_MODEL_RUNS") ?? options.runs ?? 500;
  const [seed = options.seed ?? 1, path = ""] = replayed();
  const sum = { runs: 0, reads: 0, cached: 0, invalidations: 0 };
  const property = fc.asyncProperty(arbitraryPlan(fc, maxOperations), async (plan) => {
    const report = await runPlan(plan, options);
    const { reads, cached, invalidations } = report;
    sum.runs++;
    sum.reads += reads;
    sum.cached += cached;
    sum.invalidations += invalidations;
    return complaintsOf(report).length === 0;
  });
  const { counterexample, failed, errorInstance, counterexamplePath } = await fc.check(property, {
    numRuns: runs,
    seed,
    path,
    endOnFailure: !simplify,
  });
  if (!failed) return sum;
  const [plan] = counterexample as [Plan];
  throw await explain(plan, options, `${seed}:${counterexamplePath ?? ""}`, errorInstance);
}

async function explain(plan: Plan, storage: ModelStorage, replay: string, cause: unknown): Promise<Error> {
  const parts = [describePlan(plan)];
  try {
    const report = await runPlan(plan, storage, { tells: true });
    parts.unshift(...complaintsOf(report));
    parts.push(report.trace.join("\n"));
  } catch (error) {
    parts.unshift(`The run itself failed: ${String(error)}`);
  }
  parts.push(`To run it again: AWSIDEMAN_MODEL_SEED=${replay}`);
  return new Error(parts.join("\n\n"), { cause });
}

function complaintsOf({ violations, nuisances }: RunReport): readonly string[] {
  return [...violations.map(({ law, message }) => `Law ${law}: ${message}`), ...nuisances];
}

/** `seed`, or `seed:path`, as a counterexample tells it. */
function replayed(): [seed?: number, path?: string] {
  const given = process.env["AWSIDEMAN_MODEL_SEED"];
  if (given === undefined) return [];
  const colon = given.indexOf(":");
  return colon === -1 ? [Number(given)] : [Number(given.slice(0, colon)), given.slice(colon + 1)];
}

function numberFrom(variable: string): number | undefined {
  const given = process.env[variable];
  return given === undefined ? undefined : Number(given);
}
