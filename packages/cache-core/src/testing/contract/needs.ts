import type { StorageContractOptions } from "./contract-options.ts";

/** What a check may need of a storage. */
export type Need =
  | "shared"
  | "atOnce"
  | "persistent"
  | "bounded"
  | "copies"
  | "references"
  | "counters"
  | "moments"
  | "examines"
  | "sweeps"
  | "leases"
  | "sizes"
  | "time"
  | "wallClock"
  | "breakable";

/** How each is seen from what was declared. */
const needs: Readonly<Record<Need, (options: StorageContractOptions) => boolean>> = {
  /** Two handles on one store see each other. */
  shared: ({ capabilities }) => capabilities.reach !== "process",
  /** What one handle invalidates, the other misses from then on. */
  atOnce: ({ maxStaleness = 0 }) => maxStaleness === 0,
  persistent: ({ capabilities }) => capabilities.persistent,
  bounded: ({ capabilities }) => capabilities.bounded,
  /** Everybody has a value of his own. */
  copies: ({ capabilities }) => capabilities.payload !== "references",
  references: ({ capabilities }) => capabilities.payload === "references",
  moments: ({ moments = false }) => moments,
  examines: ({ examines = false }) => examines,
  sweeps: ({ sweeps = false }) => sweeps,
  counters: ({ counters = false }) => counters,
  leases: ({ leases = false }) => leases,
  /** An entry counts what it was stored with. */
  sizes: ({ countsAnew = false }) => !countsAnew,
  /** Time can be made to pass. */
  time: ({ time = "given" }) => time !== "real",
  /** The clock can be set to any time. */
  wallClock: ({ time = "given" }) => time === "given",
  breakable: ({ breakStore }) => breakStore !== undefined,
};

export function isMet(need: Need, options: StorageContractOptions): boolean {
  return needs[need](options);
}
