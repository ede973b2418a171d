import { describe, expect, test } from "vitest";
import { LocalLedger } from "../ledger/local-ledger.ts";
import type { Stamp, Verdict } from "../storage/cache-storage.ts";
import { mayFailWith, mayUse, type JoinedReader } from "./acceptance.ts";
import { Flight, type Landing } from "./flight.ts";

const at = (position: number, epoch = "e", time = 1_000): Stamp => ({ epoch, position, time });
const stored: Verdict = { outcome: "stored", at: at(5) };

function fenced(changes: Partial<Verdict & { outcome: "fenced" }>): Verdict {
  return {
    outcome: "fenced",
    reason: "invalidated",
    lastInvalidation: 9,
    unsettled: false,
    at: at(9),
    ...changes,
  };
}

interface Situation {
  readonly verdict?: Verdict | undefined;
  readonly expiresAt?: number | undefined;
  /** The load's stamp; null: it had none. */
  readonly stamp?: Stamp | null;
  readonly arrival?: Stamp | undefined;
  /** The reader began before the load did. */
  readonly isFirst?: boolean;
  /** What was invalidated in this process between the two begins. */
  readonly called?: string;
  /** The reader was given another storage than the load. */
  readonly isElsewhere?: boolean;
  /** How old at most the reader wants it. */
  readonly maxAge?: number;
  /** What the value depends on. */
  readonly tags?: readonly string[];
}

function make({
  stamp = at(5),
  arrival,
  isFirst = false,
  called,
  isElsewhere = false,
  maxAge = Infinity,
}: Situation): {
  flight: Flight;
  reader: JoinedReader;
  calls: LocalLedger;
} {
  const calls = new LocalLedger({ epoch: "calls" });
  const ledger = {};
  const flight = new Flight({
    began: 10,
    calls: calls.stamp(0),
    stamp: stamp ?? undefined,
    ledger,
  });
  if (called !== undefined) calls.record({ tags: [called], patterns: [] }, 0);
  const reader = {
    began: isFirst ? 9 : 11,
    calls: calls.stamp(0),
    arrival,
    ledger: isElsewhere ? undefined : ledger,
    maxAge,
  };
  return { flight, reader, calls };
}

function isUsed(situation: Situation): boolean {
  const { flight, reader, calls } = make(situation);
  const landing: Landing & { kind: "loaded" } = {
    kind: "loaded",
    tags: situation.tags ?? ["user", "user:list"],
    expiresAt: situation.expiresAt,
    verdict: situation.verdict,
    share: () => 1,
    storable: true,
  };
  return mayUse(flight, landing, reader, calls);
}

describe("a value that a load gives is used by who joined it", () => {
  test.each<[string, Situation, boolean]>([
    ["when the load began after the reader, whatever happened", { isFirst: true, called: "user" }, true],
    ["when it was stored", { verdict: stored, arrival: at(5) }, true],
    ["when it was stored, although the reader's look failed", { verdict: stored }, true],
    [
      "not when it was stored, but in a storage that the reader was not given",
      { verdict: stored, isElsewhere: true },
      false,
    ],
    ["when the load began after the reader, in whatever storage", { isFirst: true, isElsewhere: true }, true],
    [
      "when it was too large to be stored",
      { verdict: { outcome: "too-large", at: at(5) }, arrival: at(5) },
      true,
    ],
    [
      "not when it was invalidated here in between, stored or not",
      { verdict: stored, arrival: at(5), called: "user" },
      false,
    ],
    ["when something else was invalidated here", { verdict: stored, arrival: at(5), called: "group" }, true],
    ["when the reader came before what fenced it", { verdict: fenced({}), arrival: at(5) }, true],
    ["not when the reader came after something was recorded", { verdict: fenced({}), arrival: at(6) }, false],
    [
      "when what was recorded is no business of it",
      { verdict: fenced({ lastInvalidation: 5 }), arrival: at(8) },
      true,
    ],
    ["not when it is unsettled", { verdict: fenced({ unsettled: true }), arrival: at(5) }, false],
    ["not when its ledger is another", { verdict: fenced({ reason: "epoch" }), arrival: at(5) }, false],
    ["not when the reader's ledger is another", { verdict: fenced({}), arrival: at(5, "f") }, false],
    ["not when it was fenced and the reader's look failed", { verdict: fenced({}) }, false],
    [
      "not when it was fenced and the load had no stamp",
      { verdict: fenced({}), stamp: null, arrival: at(5) },
      false,
    ],
    ["not when nothing is known of the fill", { arrival: at(5) }, false],
    ["not when nothing is known of the fill, nor of the reader", {}, false],
    [
      "not when the fill was dropped",
      { verdict: { outcome: "dropped", reason: "busy" }, arrival: at(5) },
      false,
    ],
    [
      "not when it had expired when the reader came",
      { verdict: stored, arrival: at(5), expiresAt: 1_000 },
      false,
    ],
    [
      "not when it had expired when it was stored, and nobody knows when the reader came",
      { verdict: stored, expiresAt: 1_000 },
      false,
    ],
    ["when it had not expired by then", { verdict: stored, expiresAt: 1_001 }, true],
    [
      "when it is to be recent, and is made of nothing else",
      { verdict: stored, maxAge: 9, tags: ["=a", "a"] },
      true,
    ],
    [
      "not when it is to be recent, and is made of others",
      { verdict: stored, maxAge: 9, tags: ["=a", "a", "=b"] },
      false,
    ],
    [
      "when it is to be recent, and is made of others by a load that began later",
      { verdict: stored, maxAge: 9, tags: ["=a", "=b"], isFirst: true },
      true,
    ],
    [
      "when it is made of others and may be as old as it likes",
      { verdict: stored, tags: ["=a", "=b"] },
      true,
    ],
    ["when it expires after that", { verdict: stored, arrival: at(5), expiresAt: 1_001 }, true],
  ])("%s", (_, situation, expected) => {
    expect(isUsed(situation)).toBe(expected);
  });
});

describe("a load's failure is shared with who joined it", () => {
  test.each<[string, Situation, boolean]>([
    ["when the load began after the reader", { isFirst: true, called: "group" }, true],
    ["when nothing was recorded in between", { arrival: at(5) }, true],
    ["not when anything was called here in between", { arrival: at(5), called: "group" }, false],
    ["not when anything was recorded in between", { arrival: at(6) }, false],
    ["not when the ledger is another", { arrival: at(5, "f") }, false],
    ["not when the reader's look failed", {}, false],
    ["not when the load had no stamp", { stamp: null, arrival: at(5) }, false],
  ])("%s", (_, situation, expected) => {
    const { flight, reader } = make(situation);
    expect(mayFailWith(flight, reader)).toBe(expected);
  });
});
