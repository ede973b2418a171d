import { expect, test } from "vitest";
import { formatProgress, type ProgressFacts } from "./progress-line.ts";

const facts: ProgressFacts = {
  what: "memberships",
  done: 1200,
  total: 3000,
  calls: 1234567,
  callsPerSecond: 19.4,
  timeLeft: 92_000,
  quota: 20,
};

test.each<[number, Partial<ProgressFacts>, string]>([
  [100, {}, "memberships 1,200/3,000, 1 min 32 s left, 19 of 20 calls/s, 1,234,567 calls"],
  [70, {}, "memberships 1,200/3,000, 1 min 32 s left, 19 of 20 calls/s"],
  [40, {}, "memberships 1,200/3,000, 1 min 32 s left"],
  [39, {}, "memberships 1,200/3,000"],
  // What is less important does not take the place of what is more.
  [39, { calls: 1 }, "memberships 1,200/3,000"],
  [
    100,
    { callsPerSecond: 29.6, what: undefined, timeLeft: undefined, calls: 30 },
    "asking AWS, 20 of 20 calls/s, 30 calls",
  ],
  [10, {}, "membership"],
  [0, {}, ""],
  [-1, {}, ""],
  [100, { total: undefined, timeLeft: undefined }, "memberships 1,200, 19 of 20 calls/s, 1,234,567 calls"],
  [100, { what: undefined, calls: 1, callsPerSecond: undefined, timeLeft: undefined }, "asking AWS, 1 call"],
  [
    100,
    { done: 0, total: 0, calls: 0, timeLeft: 0, quota: 5, callsPerSecond: 0 },
    "memberships 0/0, 0 s left, 0 of 5 calls/s, 0 calls",
  ],
])("in %d columns, with %o", (columns, changed, line) => {
  expect(formatProgress({ ...facts, ...changed }, columns)).toBe(line);
});
