import { expect, test } from "vitest";
import { timeSaved } from "./time-saved.ts";

test("time saved is what the hits would have taken, each as long as its operation takes", () => {
  const list = { hits: 10, loads: 2, loadMilliseconds: 800 };
  const describe = { hits: 3, loads: 1, loadMilliseconds: 100 };
  expect(timeSaved({ "user:list": list, "user:describe": describe })).toBe(10 * 400 + 3 * 100);
});

test("an operation that was never seen to be asked takes as long as the others", () => {
  const list = { hits: 0, loads: 4, loadMilliseconds: 800 };
  expect(timeSaved({ "user:list": list, "user:describe": { hits: 2, loads: 0, loadMilliseconds: 0 } })).toBe(
    400,
  );
});

test("nothing is known where nothing was ever asked", () => {
  expect(timeSaved({})).toBe(0);
  expect(timeSaved({ "user:list": { hits: 5, loads: 0, loadMilliseconds: 0 } })).toBe(0);
});
