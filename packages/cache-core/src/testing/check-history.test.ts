import { expect, test } from "vitest";
import { checkHistory } from "./check-history.ts";
import type { HistoryEvent } from "./history.ts";

const process = "p1";
const write = (version: number, settled: number): HistoryEvent => ({
  kind: "write",
  process,
  item: "x",
  version,
  settled,
});
const invalidation = (begin: number, end: number): HistoryEvent => ({
  kind: "invalidation",
  process,
  items: ["x"],
  begin,
  end,
});
const read = (version: number, loadBegan: number, begin: number, bestBefore = Infinity): HistoryEvent => ({
  kind: "read",
  process: "p2",
  item: "x",
  version,
  loadBegan,
  bestBefore,
  begin,
  end: begin + 1,
});
const laws = (...events: HistoryEvent[]): string[] => checkHistory(events).violations.map(({ law }) => law);

test("a read that began before the invalidation returned may get what was loaded before it", () => {
  expect(laws(invalidation(2, 4), read(0, 0, 3))).toEqual([]);
});

test("a read that began after the invalidation returned must not get what was loaded before it", () => {
  expect(laws(invalidation(2, 4), read(0, 1, 5))).toEqual(["A"]);
});

test("a load that began after the invalidation was called is good", () => {
  expect(laws(invalidation(2, 4), read(0, 3, 5))).toEqual([]);
});

test("a later invalidation that has not returned does not hide an earlier one that has", () => {
  expect(laws(invalidation(2, 4), invalidation(3, 90), read(0, 1, 5))).toEqual(["A"]);
});

test("after a write has settled, a read must not be older than it", () => {
  expect(laws(write(1, 14), read(0, 5, 15))).toEqual(["B"]);
});

test("until a write has settled, a lagging source may give the old version", () => {
  expect(laws(write(1, 14), read(0, 5, 13))).toEqual([]);
});

test("a later write that has not settled does not hide an earlier one that has", () => {
  expect(laws(write(2, 90), write(1, 14), read(0, 5, 15))).toEqual(["B"]);
});

test("nothing is served past its time to live", () => {
  expect(laws(read(0, 0, 130, 100))).toEqual(["C"]);
  expect(laws(read(0, 0, 110, 100))).toEqual([]);
});

test("invalidations of other items claim nothing", () => {
  const other: HistoryEvent = {
    ...(invalidation(2, 4) as HistoryEvent & { kind: "invalidation" }),
    items: ["y"],
  };
  expect(laws(other, read(0, 1, 5))).toEqual([]);
});

test("with a nearer tier a read may be behind by its bound, and no more", () => {
  const events = [invalidation(2, 4), read(0, 1, 13), read(0, 1, 15)];
  expect(checkHistory(events, { maxStaleness: 10 }).violations.map(({ read: { begin } }) => begin)).toEqual([
    15,
  ]);
});

test("the bound is that of the process that reads", () => {
  const events = [invalidation(2, 4), read(0, 1, 13)];
  const found = (bounds: Record<string, number>): number =>
    checkHistory(events, { maxStaleness: (name) => bounds[name] ?? 0 }).violations.length;
  expect(found({ p2: 10 })).toBe(0);
  expect(found({ p1: 10 })).toBe(1);
});

test("its own process must see at once what it has done, whatever the bound", () => {
  const own = { process: "p2" };
  const [invalidated, written] = [invalidation(2, 4), write(1, 4)];
  const found = (...events: HistoryEvent[]): string[] =>
    checkHistory(events, { maxStaleness: 10 }).violations.map(({ law }) => law);
  expect(found(invalidated, written, read(0, 1, 5))).toEqual([]);
  expect(found({ ...invalidated, ...own }, { ...written, ...own }, read(0, 1, 5))).toEqual(["A", "B"]);
});

test("the report tells how much there was to find", () => {
  expect(checkHistory([invalidation(2, 4), read(1, 5, 5), read(1, 5, 9)])).toMatchObject({
    reads: 2,
    cached: 1,
    invalidations: 1,
  });
});

test("what counts within one process claims nothing of another", () => {
  const within = (name: string): HistoryEvent[] => [
    { kind: "invalidation", process: name, within: name, items: ["x"], begin: 2, end: 4 },
    { kind: "write", process: name, within: name, item: "x", version: 1, settled: 4 },
  ];
  expect(laws(...within("p1"), read(0, 1, 5))).toEqual([]);
  expect(laws(...within("p2"), read(0, 1, 5))).toEqual(["A", "B"]);
  expect(laws(invalidation(6, 7), ...within("p2"), read(0, 1, 5))).toEqual(["A", "B"]);
});
