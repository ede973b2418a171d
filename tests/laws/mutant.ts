import type { RaceOptions } from "./run-race.ts";

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A guard of the design, and how to take it out. */
export interface Guard {
  /** What is missing then. */
  readonly without: string;
  readonly changes: readonly Change[];
  /** What is set, with the guard and without, so that it has something to do in a short race. */
  readonly settings?: readonly Change[];
}

/** A guard, and a race in which its absence shows. */
export interface Mutant extends Guard {
  readonly race: RaceOptions;
}

export type Mutants = Readonly<Record<string, Mutant>>;
