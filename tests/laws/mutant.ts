import type { RaceOptions } from "./run-race.ts";

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A guard of the design, how to take it out, and a race in which its absence shows. */
export interface Mutant {
  /** What is missing then. */
  readonly without: string;
  readonly changes: readonly Change[];
  /** What is set, with the guard and without, so that it has something to do in a short race. */
  readonly settings?: readonly Change[];
  readonly race: RaceOptions;
}

export type Mutants = Readonly<Record<string, Mutant>>;
