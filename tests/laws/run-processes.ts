import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { loadHistory, type HistoryEvent } from "@awsideman/cache-core/testing";

export interface ProcessOptions {
  /** A guard to be taken out of the code that runs, see `mutants`. */
  readonly mutant?: string | undefined;
  /** True: the guard stays in, and only the mutant's settings are made. */
  readonly control?: boolean | undefined;
}

const run = promisify(execFile);

/**
 * Runs a program of this folder once for each scenario, at the same time, each in a process of its own that gets the
 * scenario as JSON. Resolves with what all of them recorded; rejects when one failed, after all have ended.
 */
export async function runProcesses(
  program: string,
  scenarios: readonly { readonly history: string }[],
  { mutant, control = false }: ProcessOptions = {},
): Promise<HistoryEvent[]> {
  const hook = mutant === undefined ? [] : ["--import", new URL("mutate.ts", import.meta.url).href];
  const path = new URL(program, import.meta.url).pathname;
  const env = { ...process.env, AWSIDEMAN_MUTANT: mutant, AWSIDEMAN_MUTANT_CONTROL: String(control) };
  const ended = await Promise.allSettled(
    scenarios.map(async (scenario) => {
      await run(
        process.execPath,
        ["--conditions=@awsideman/source", ...hook, path, JSON.stringify(scenario)],
        { env },
      );
      return loadHistory(scenario.history);
    }),
  );
  return ended.flatMap((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
