import type { Cache } from "../../cache.ts";
import type { Observations } from "./observations.ts";
import type { Plan } from "./plan.ts";
import type { SimulatedProcess, Simulation } from "./simulation.ts";
import type { Source } from "./source.ts";

/** Who does it, where, and with what. */
export interface Performance {
  readonly cache: Cache;
  /** A cache of any process, for what may be ended elsewhere. */
  readonly elsewhere: () => { readonly cache: Cache; readonly process: string };
  readonly process: SimulatedProcess;
  readonly simulation: Simulation;
  readonly source: Source;
  readonly observations: Observations;
  readonly plan: Plan;
}

/** All in milliseconds. A write is applied in time, and settles for longer than the source lags behind. */
export const times = {
  settle: 15,
  /** A request that nobody waits for any more is applied by then. */
  appliedWithin: 15,
  /** What settles where nobody knows whether it was applied. */
  unknownSettle: 40,
  lease: 60,
  /** A mark older than this is renewed before the request is sent. */
  renewAfter: 20,
  asynchronousLease: 150,
  asynchronousWork: 60,
  /** For how long an expired value may be served. */
  grace: 100,
  refreshAhead: 1_000,
} as const;
