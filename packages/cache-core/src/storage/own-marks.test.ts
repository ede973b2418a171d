import { expect, test } from "vitest";
import { OwnMarks } from "./own-marks.ts";

const user = { tags: ["user"], patterns: ["user:*:u-1"] };
const kept = { ...user, everything: false };

test("an operation is marked for what is left of its lease, until it is closed", () => {
  const marks = new OwnMarks();
  marks.note({ ...user, open: { operation: "write", lease: 1_000 } }, 500);
  expect(marks.steps(900)).toEqual([{ ...kept, open: { operation: "write", lease: 600 } }]);
  expect(marks.steps(1_500)).toEqual([]);
  marks.note({ ...user, open: { operation: "write", lease: 1_000 } }, 1_400);
  expect(marks.steps(1_500)).toEqual([{ ...kept, open: { operation: "write", lease: 900 } }]);
  marks.note({ tags: [], patterns: [], close: "write" }, 1_500);
  expect(marks.steps(1_500)).toEqual([]);
});

test("what is closed settles with what it was on", () => {
  const marks = new OwnMarks();
  marks.note({ ...user, open: { operation: "write", lease: 60_000 } }, 0);
  marks.note({ tags: ["group"], patterns: [], close: "write", settle: 5_000 }, 1_000);
  expect(marks.steps(2_000)).toEqual([{ ...kept, tags: ["user", "group"], settle: 4_000 }]);
  expect(marks.steps(6_000)).toEqual([]);
});

test("an operation that is opened again is on what it was on before, too", () => {
  const marks = new OwnMarks();
  marks.note({ ...user, open: { operation: "write", lease: 1_000 } }, 0);
  marks.note({ tags: ["group"], patterns: [], open: { operation: "write", lease: 1_000 } }, 0);
  expect(marks.steps(0)).toMatchObject([{ tags: ["user", "group"], patterns: user.patterns }]);
});

test("too many become one on everything, for the longest time of them, and those that are over do not count", () => {
  const marks = new OwnMarks();
  for (let count = 0; count < 5_000; count++) marks.note({ ...user, settle: 10 }, count * 10);
  expect(marks.steps(49_990)).toEqual([{ ...kept, settle: 10 }]);
  for (let count = 0; count < 1_200; count++) {
    const lease = count === 600 ? 90_000 : 60_000;
    marks.note({ ...user, open: { operation: `write ${count}`, lease } }, 50_000);
  }
  const [first, ...rest] = marks.steps(50_000).toSorted((a, b) => (b.settle ?? 0) - (a.settle ?? 0));
  expect(first).toEqual({ tags: [], patterns: [], everything: true, settle: 90_000 });
  expect(rest.length).toBeLessThan(1_000);
});
