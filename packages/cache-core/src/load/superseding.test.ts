import { expect, test } from "vitest";
import { Superseding } from "./superseding.ts";

test("calls are under way until the last of them has ended, and are forgotten then", async () => {
  const superseding = new Superseding();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const runs = [first, second].map(({ promise }) => superseding.run("a", () => promise));
  const latest = superseding.latest("a");
  expect(latest).toBeInstanceOf(Promise);
  expect(superseding.latest("b")).toBeUndefined();
  first.resolve();
  await runs[0];
  expect(superseding.latest("a")).toBe(latest);
  second.resolve();
  await Promise.all([...runs, latest]);
  expect(superseding.latest("a")).toBeUndefined();
});

test("what was set is known of the last thousand keys", () => {
  const superseding = new Superseding();
  const isKnown = (name: string): boolean => superseding.hasNewer(name, 0);
  for (let count = 0; count < 1_000; count++) superseding.note(`${count}`, 1);
  expect(["0", "1", "999"].map(isKnown)).toEqual([true, true, true]);
  superseding.note("0", 1);
  superseding.note("1000", 1);
  expect(["0", "1", "2", "1000"].map(isKnown)).toEqual([true, false, true, true]);
});
