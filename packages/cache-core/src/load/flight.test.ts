import { expect, test } from "vitest";
import type { Stamp } from "../storage/cache-storage.ts";
import { Flight } from "./flight.ts";

const never = new Promise<never>(() => undefined);

function make(stamp?: Stamp): Flight {
  return new Flight({
    began: 1,
    calls: { epoch: "calls", position: 0, time: 0 },
    stamp,
    ledger: undefined,
  });
}

/** One flight's load waits for another flight. */
function letWait(inside: Flight, flight: Flight): void {
  void flight.wait(never, undefined, inside);
}

test("a flight for which nobody waits is given up when the cache is closed, and no other", () => {
  const [background, awaited] = [make(), make()];
  void awaited.wait(never, undefined, undefined);
  background.giveUp("closed");
  awaited.giveUp("closed");
  expect(background.signal.reason).toBe("closed");
  expect(awaited.signal.aborted).toBe(false);
});

test("nobody joins a flight that has landed", () => {
  const flight = make();
  expect(flight.open).toBe(true);
  flight.land({ kind: "failed", error: "none" });
  expect(flight.open).toBe(false);
});

test("whoever has given up already does not wait, and leaves a load that nobody waits for", async () => {
  const flight = make();
  await expect(flight.wait(never, AbortSignal.abort("enough"), undefined)).rejects.toBe("enough");
  expect(flight.signal.reason).toBe("enough");
});

test("a flight needs those its load waits for, and those they wait for, until it has landed", () => {
  const [first, second, third] = [make(), make(), make()];
  letWait(first, second);
  letWait(second, third);
  expect(first.needs(third)).toBe(true);
  expect(third.needs(first)).toBe(false);
  first.land({ kind: "failed", error: "none" });
  expect(first.needs(third)).toBe(false);
});

test("however many ways lead from one flight to another, each is looked at once", () => {
  let layer = [make(), make()];
  const [first] = layer;
  for (let depth = 0; depth < 40; depth++) {
    const next = [make(), make()];
    for (const inside of layer) for (const flight of next) letWait(inside, flight);
    layer = next;
  }
  expect(first?.needs(make())).toBe(false);
});

test("a flight is as old as the oldest of what its load was given, and of nobody knows when if that is", () => {
  const began = { epoch: "a", position: 5, time: 50 };
  const older = { epoch: "a", position: 3, time: 90 };
  const flight = make(began);
  flight.reachBackTo({ ...began, position: 7 });
  expect(flight.stamp).toEqual(began);
  flight.reachBackTo(older);
  flight.reachBackTo({ ...older, position: 4 });
  expect(flight.stamp).toEqual({ ...began, position: 3 });
  for (const unknown of [undefined, { ...began, epoch: "b" }]) {
    const other = make(began);
    other.reachBackTo(unknown);
    other.reachBackTo(began);
    expect(other.stamp).toBeUndefined();
  }
});
