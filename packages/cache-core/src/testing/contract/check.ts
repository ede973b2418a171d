import type { ContractRun } from "./contract-run.ts";
import type { Need } from "./needs.ts";

/** One statement about storages, and how to find out whether it is true of one. */
export interface Check {
  readonly name: string;
  /** There is no such check for a storage that lacks one of these. */
  readonly needs?: readonly Need[];
  /** Rejects when the statement is not true. */
  readonly check: (run: ContractRun) => Promise<void>;
}

/** The checks of one topic. */
export interface Topic {
  readonly name: string;
  readonly checks: readonly Check[];
}
