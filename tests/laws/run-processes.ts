import { fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { loadHistory, type HistoryEvent } from "@awsideman/cache-core/testing";
import type { ProcessScenario } from "./process-scenario.ts";

export interface ProcessOptions {
  /** A guard to be taken out of the code that runs, see `mutants`. */
  readonly mutant?: string | undefined;
  /** True: the guard stays in, and only the mutant's settings are made. */
  readonly control?: boolean | undefined;
  /** Ends all of it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program of this folder once for each scenario, at the same time, each in a process of its own that gets the
 * scenario as JSON, and begins when all are ready. Resolves with what all of them recorded; rejects when one failed.
 */
export async function runProcesses(
  program: string,
  scenarios: readonly ProcessScenario[],
  { mutant, control = false, signal }: ProcessOptions = {},
): Promise<HistoryEvent[]> {
  const hook = mutant === undefined ? [] : ["--import", new URL("mutate.ts", import.meta.url).href];
  const env = { ...process.env, AWSIDEMAN_MUTANT: mutant, AWSIDEMAN_MUTANT_CONTROL: String(control) };
  const racers = scenarios.map((scenario) => {
    const child = fork(new URL(program, import.meta.url), [JSON.stringify(scenario)], {
      execArgv: ["--conditions=@awsideman/source", ...hook],
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      killSignal: "SIGKILL",
      signal,
    });
    const said = text(child.stderr as Readable);
    const ended = once(child, "close").then(async ([code, killedBy]) => {
      if (code !== 0) throw new Error(`A process has ended with ${killedBy ?? code}: ${await said}`);
    });
    return { child, ready: once(child, "message"), ended };
  });
  try {
    const failed = Promise.all(racers.map(({ ended }) => ended));
    await Promise.race([Promise.all(racers.map(({ ready }) => ready)), failed]);
    for (const { child } of racers) child.send("start");
    await failed;
  } finally {
    for (const { child } of racers) child.kill("SIGKILL");
    await Promise.allSettled(racers.map(({ ended }) => ended));
  }
  return scenarios.flatMap(({ history }) => loadHistory(history));
}
