import type { Change } from "../laws/mutant.ts";
import { mutants as guards } from "../laws/mutants.ts";

/** Guards that the model must miss within the runs of every day, and a storage on which it does. */
const everyday: Readonly<Record<string, string>> = {
  fence: "memory, by copy",
  rule: "memory, by reference",
  unsettled: "memory, by copy",
  mark: "memory, by copy",
  arrival: "memory, by copy",
  composite: "a slow map",
  "stale-rule": "memory, by copy",
  outbox: "memory, by copy",
};

/** More of them, looked for on demand. */
const others: readonly string[] = [
  "own-look",
  "failure",
  "stampless",
  "composite-hit",
  "composite-lookup",
  "composite-expiry",
  "composite-error",
  "stale-bound",
  "refresh-ahead",
  "delete",
  "outbox-keeps",
  "expiry",
  "one-ledger",
  "settle",
  "own-marks",
  "hand-over",
  "operation-end",
  "floor",
  "widening",
  "joined-late",
  "close",
];

interface ModelMutant {
  readonly without: string;
  readonly storage: string;
  readonly changes: readonly Change[];
}

/** What is taken out of the sources, and where the model runs without it. */
export function modelMutants(all: boolean): Readonly<Record<string, ModelMutant>> {
  const chosen = all
    ? { ...Object.fromEntries(others.map((name) => [name, "memory, by copy"])), ...everyday }
    : everyday;
  const found = Object.entries(chosen).map(([name, storage]): [string, ModelMutant] => {
    const guard = guards[name];
    if (guard === undefined) throw new Error(`There is no guard ${name}`);
    const { without, changes, settings = [] } = guard;
    return [name, { without, storage, changes: [...settings, ...changes] }];
  });
  return Object.fromEntries(found);
}
