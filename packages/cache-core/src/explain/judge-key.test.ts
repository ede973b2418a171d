import { expect, test } from "vitest";
import type { Examination } from "./examination.ts";
import type { FillFate } from "./fill-history.ts";
import { judgeKey } from "./judge-key.ts";

const at = { epoch: "e", position: 9, time: 10_000 };
const stamp = { epoch: "e", position: 5, time: 9_000 };
const entry = {
  id: "user:list:all",
  tags: ["user"],
  stamp,
  expiresAt: 11_000,
  staleUntil: 12_000,
  size: 100,
};
const empty: Examination = {
  at,
  entry: undefined,
  floor: 0,
  lastInvalidation: 0,
  steps: [],
  unsettled: [],
};
const step = { position: 7, time: 9_500, cause: "DeleteUser", everything: false };
const stored: FillFate = { outcome: "stored", stamp, tags: ["user"], expiresAt: 11_000 };
const settling = { kind: "settling", until: 15_000, cause: "DeleteUser" } as const;

function judge(seen: Partial<Examination>, fate?: FillFate, isComplete = false): ReturnType<typeof judgeKey> {
  return judgeKey({ ...empty, ...seen }, { fate, isComplete });
}

test("an entry that nothing speaks against is served, also while something is unsettled", () => {
  expect(judge({ entry })).toEqual([]);
  expect(judge({ entry, lastInvalidation: 5, floor: 5 })).toEqual([]);
  expect(judge({ entry, unsettled: [settling] })).toEqual([]);
  expect(judge({ entry: { ...entry, expiresAt: Infinity } })).toEqual([]);
});

test.each<[string, Partial<Examination>, object]>([
  ["expired", { entry: { ...entry, expiresAt: 10_000 } }, { at: 10_000, staleUntil: 12_000 }],
  ["invalidated", { entry, lastInvalidation: 7, steps: [step] }, { by: step }],
  ["invalidated", { entry, lastInvalidation: 7 }, { by: undefined }],
  [
    "invalidated",
    { entry, floor: 7, steps: [{ ...step, everything: true }] },
    { by: { ...step, everything: true } },
  ],
  ["older-than-ledger", { entry, floor: 7, steps: [step] }, {}],
  ["older-than-ledger", { entry, floor: 7 }, {}],
  ["other-ledger", { entry: { ...entry, stamp: { ...stamp, epoch: "before" } } }, {}],
  ["other-ledger", { entry: { ...entry, stamp: { ...stamp, position: 10 } } }, {}],
  ["clock-set-back", { entry: { ...entry, stamp: { ...stamp, time: 10_001 } } }, {}],
])("what is there and is not served: %s", (kind, seen, rest) => {
  expect(judge(seen)).toEqual([{ kind, ...rest }]);
  expect(judge({ ...seen, unsettled: [settling] })).toEqual([
    { kind, ...rest },
    { kind: "unsettled", by: settling },
  ]);
});

test.each<[string, Partial<Examination>, FillFate, object]>([
  ["evicted", {}, stored, { storedAt: 9_000 }],
  ["expired", {}, { ...stored, expiresAt: 9_999 }, { at: 9_999, staleUntil: undefined }],
  ["invalidated", { lastInvalidation: 7, steps: [step] }, stored, { by: step }],
  ["other-ledger", { at: { ...at, epoch: "next" } }, stored, {}],
  ["fenced", {}, { outcome: "fenced", time: 9_900, reason: "unsettled" }, { at: 9_900, reason: "unsettled" }],
  [
    "not-kept",
    {},
    { outcome: "not-kept", time: 9_900, reason: "too-large" },
    { at: 9_900, reason: "too-large" },
  ],
])("what is gone, and this process knows of: %s", (kind, seen, fate, rest) => {
  expect(judge(seen, fate)).toEqual([{ kind, ...rest }]);
});

test("what was refused does not hide what is there and why that is not served", () => {
  const fenced: FillFate = { outcome: "fenced", time: 9_900, reason: "invalidated" };
  expect(judge({ entry, lastInvalidation: 7, steps: [step] }, fenced).map(({ kind }) => kind)).toEqual([
    "invalidated",
    "fenced",
  ]);
});

test("never stored is said only where it is known; else, what is known of what it depends on", () => {
  expect(judge({}, undefined, true)).toEqual([{ kind: "never-stored" }]);
  expect(judge({})).toEqual([{ kind: "not-there", last: undefined }]);
  expect(judge({ lastInvalidation: 7, steps: [step] })).toEqual([{ kind: "not-there", last: step }]);
  const all = { ...step, position: 8, everything: true };
  expect(judge({ lastInvalidation: 7, floor: 8, steps: [step, all] })).toEqual([
    { kind: "not-there", last: all },
  ]);
});

test("what has settled meanwhile keeps nothing out", () => {
  expect(judge({ unsettled: [{ ...settling, until: 10_000 }] }, undefined, true)).toEqual([
    { kind: "never-stored" },
  ]);
});
