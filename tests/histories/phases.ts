import type { FaultKind, IdentityCenterSim } from "@awsideman/identity-center-sim";

/** What happens for a while. */
export interface Phase {
  /** Milliseconds for which reads do not see a write. */
  readonly lag: number;
  /** How likely a read is to see it all the same. */
  readonly freshReads?: number;
  /** Milliseconds that asynchronous operations take. */
  readonly duration: number;
  /** The most milliseconds that a call takes; one takes none. */
  readonly latency?: number;
  /** How likely each fault is to happen to a call. */
  readonly faults?: Partial<Readonly<Record<FaultKind, number>>>;
  /** Whether a process is killed, in the middle of what it does. */
  readonly kills?: true;
}

/** Milliseconds for which clients take what was written to be on its way: longer than any lag here. */
export const settle = 260;

export const phases: Readonly<Record<string, Phase>> = {
  "nothing happens": { lag: 0, duration: 30 },
  "reads lag behind": { lag: 200, duration: 30 },
  "servers disagree": { lag: 200, duration: 60, freshReads: 0.4 },
  "operations take a while": { lag: 60, duration: 400 },
  "answers are late": { lag: 0, duration: 30, latency: 100 },
  "calls are throttled": { lag: 60, duration: 60, faults: { throttle: 0.03 } },
  "answers are lost": {
    lag: 120,
    duration: 500,
    faults: { "error-after-apply": 0.05, "drop-after-apply": 0.05, "error-before": 0.02 },
  },
  "connections break": {
    lag: 0,
    duration: 60,
    faults: { "drop-connection": 0.08, "drop-after-apply": 0.04 },
  },
  "a proxy is in trouble": { lag: 60, duration: 30, faults: { "not-json": 0.05, "error-before": 0.05 } },
  "a process is killed": { lag: 120, duration: 100, kills: true },
  "everything at once": {
    lag: 200,
    freshReads: 0.2,
    duration: 300,
    faults: {
      throttle: 0.01,
      "error-after-apply": 0.03,
      "drop-after-apply": 0.02,
      "drop-connection": 0.02,
      "not-json": 0.02,
    },
    kills: true,
  },
};

/** Lets it begin. */
export function beginPhase(
  sim: IdentityCenterSim,
  { lag, freshReads = 0, duration, latency = 4, faults = {} }: Phase,
): void {
  sim.faults.clear();
  sim.configure({
    propagationLag: lag,
    freshReads,
    operationDuration: duration,
    latency: { minimum: 0, maximum: latency },
  });
  for (const [kind, probability] of Object.entries(faults)) {
    sim.faults.add({ kind: kind as FaultKind, times: "always", probability });
  }
}
