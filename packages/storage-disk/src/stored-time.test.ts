import { expect, test } from "vitest";
import { fromStoredTime, toStoredTime } from "./stored-time.ts";

test("a time is stored as a whole number, and never later than it is", () => {
  expect([toStoredTime(0), toStoredTime(1.9), toStoredTime(-1.1)]).toEqual([0, 1, -2]);
  expect(fromStoredTime(1_900_000_000_000)).toBe(1_900_000_000_000);
});

test("what never comes is stored as a number that SQLite and JavaScript both know exactly", () => {
  const never = toStoredTime(Infinity);
  expect(Number.isSafeInteger(never)).toBe(true);
  expect(fromStoredTime(never)).toBe(Infinity);
  expect([toStoredTime(never - 1), fromStoredTime(never - 1)]).toEqual([never - 1, never - 1]);
  expect([toStoredTime(never), toStoredTime(never + 1)]).toEqual([never, never]);
});
