import type { Item } from "./catalogue.ts";
import type { FaultKind, FaultyCalls } from "./scheduled-storage.ts";

/** How a write to the source ends, as its writer sees it. */
export const outcomes = ["answered", "unknown", "failed", "abandoned", "asynchronous"] as const;
export type Outcome = (typeof outcomes)[number];

/** One thing that an actor does. */
export type Action =
  | {
      readonly kind: "read";
      readonly key: string;
      /** Milliseconds by which the load takes longer. */
      readonly slow: number;
      /** Milliseconds after which the reader gives up; 0: never. */
      readonly giveUp: number;
    }
  | { readonly kind: "read-many"; readonly keys: readonly string[] }
  | { readonly kind: "set"; readonly key: string; readonly stamped: boolean }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "invalidate"; readonly target: string }
  | { readonly kind: "clear"; readonly target: string }
  /** Changes the source, and then invalidates. */
  | { readonly kind: "change"; readonly item: Item }
  /** Changes the source within a write window; `pause` is how many milliseconds pass before it is sent. */
  | { readonly kind: "write"; readonly item: Item; readonly outcome: Outcome; readonly pause: number };

export interface Operation {
  /** Each actor does one thing at a time. Even ones are in the first process, odd ones in the second. */
  readonly actor: number;
  /** Not before this time, in milliseconds. */
  readonly at: number;
  /** Decides how long its steps take; 0: one millisecond each. */
  readonly seed: number;
  readonly action: Action;
}

/** What a process is told to use: another store than the one before, or that anew, or what cannot be. */
export const configured = ["another", "same", "wrong"] as const;
export type Configured = (typeof configured)[number];

/** Something that goes wrong. */
export type Disturbance = { readonly at: number } & (
  | {
      readonly kind: "storage-fault";
      readonly process: number;
      readonly fault: FaultKind;
      /** The calls that it concerns. */
      readonly on: FaultyCalls;
      readonly lasts: number;
    }
  /** Reads of one key fail, or of all. */
  | { readonly kind: "source-down"; readonly key: string; readonly lasts: number }
  | { readonly kind: "clock-jump"; readonly by: number }
  | { readonly kind: "kill"; readonly process: number }
  | { readonly kind: "configure"; readonly process: number; readonly store: Configured }
);

/** All that decides how a run goes. */
export interface Plan {
  readonly processes: number;
  /** Milliseconds for which the source may give the old answer after a change. */
  readonly lag: number;
  readonly ttl: number;
  /** How many callers, with entries of their own each: the first two actors are one, the others are another. */
  readonly callers: number;
  /** Whether an expired value may be served when its source fails. */
  readonly staleIfError: boolean;
  /** Whether what is about to expire is loaded again before. */
  readonly refreshAhead: boolean;
  /** The storage answers at once, as far as it can; otherwise calls and answers travel. */
  readonly atOnce: boolean;
  readonly operations: readonly Operation[];
  readonly disturbances: readonly Disturbance[];
}

/** A plan to be read by people, one line for each thing. */
export function describePlan({ operations, disturbances, ...settings }: Plan): string {
  const lines: { readonly at: number; readonly text: string }[] = [
    ...operations.map(({ actor, at, seed, action }) => ({
      at,
      text: `actor ${actor}: ${describeAction(action)}${seed === 0 ? "" : ` (seed ${seed})`}`,
    })),
    ...disturbances.map(({ at, ...disturbance }) => ({ at, text: describeFields(disturbance) })),
  ];
  const sorted = lines.toSorted((a, b) => a.at - b.at);
  return [
    describeFields(settings),
    ...sorted.map(({ at, text }) => `${String(at).padStart(6)}  ${text}`),
  ].join("\n");
}

function describeAction({ kind, ...fields }: Action): string {
  return `${kind} ${describeFields(fields)}`;
}

function describeFields(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== false && value !== 0)
    .map(([name, value]) => (name === "kind" ? String(value) : `${name}=${String(value)}`))
    .join(" ");
}
