import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tagsOfKey } from "../key/tags.ts";
import { compilePattern, patternConcerns } from "../key/key-pattern.ts";
import type { Invalidation, Stamp } from "../storage/cache-storage.ts";
import { LocalLedger } from "./local-ledger.ts";

/**
 * The rule, told without any cleverness: it remembers everything that ever happened, and asks all of it.
 */
class NaiveLedger {
  readonly #steps: { readonly position: number; readonly what: Invalidation }[] = [];
  readonly #unsettled: { readonly what: Invalidation; readonly until: number }[] = [];
  readonly #marks = new Map<string, { what: Invalidation[]; until: number }>();

  record(step: Invalidation, time: number): void {
    const position = this.#steps.length + 1;
    const closed = step.close === undefined ? undefined : this.#marks.get(step.close);
    const what: Invalidation = {
      tags: [...step.tags, ...(closed?.what.flatMap(({ tags }) => tags) ?? [])],
      patterns: [...step.patterns, ...(closed?.what.flatMap(({ patterns }) => patterns) ?? [])],
      everything: (step.everything ?? false) || (closed?.what.some(({ everything }) => everything) ?? false),
    };
    this.#steps.push({ position, what });
    if (step.settle) this.#unsettled.push({ what, until: time + step.settle });
    if (step.close !== undefined) this.#marks.delete(step.close);
    if (step.open) {
      const mark = this.#marks.get(step.open.operation) ?? { what: [], until: 0 };
      mark.what.push(step);
      mark.until = time + step.open.lease;
      this.#marks.set(step.open.operation, mark);
    }
  }

  mayServe(tags: readonly string[], stamp: Stamp): boolean {
    return !this.#steps.some(({ position, what }) => position > stamp.position && concerns(what, tags));
  }

  mayStore(tags: readonly string[], stamp: Stamp): boolean {
    const isUnsettled =
      this.#unsettled.some(({ what, until }) => until > stamp.time && concerns(what, tags)) ||
      [...this.#marks.values()].some(
        ({ what, until }) => until > stamp.time && what.some((one) => concerns(one, tags)),
      );
    return !isUnsettled && this.mayServe(tags, stamp);
  }
}

function concerns({ tags, patterns, everything }: Invalidation, has: readonly string[]): boolean {
  if (everything === true || tags.some((tag) => has.includes(tag))) return true;
  return patterns.some((pattern) => patternConcerns(compilePattern(pattern), has));
}

const keys = [
  "user:list:all",
  "user:describe:u-1",
  "group:members:g-1",
  "group:members:g-2",
  "account:list:all",
];
const tag = fc.constantFrom(
  "user",
  "user:list",
  "user:describe:u-1",
  "group:members:g-1",
  "=user:list:all",
  "*",
  "x",
  "y",
);
const pattern = fc.constantFrom("user:*:u-1", "group:*:g-1", "*:list", "*:*:all", "group:*:g-2");
const operation = fc.constantFrom("o1", "o2", "o3");
const invalidation: fc.Arbitrary<Invalidation> = fc.record(
  {
    tags: fc.array(tag, { maxLength: 2 }),
    patterns: fc.array(pattern, { maxLength: 2 }),
    everything: fc.constantFrom(false, false, false, true),
    open: fc.record({ operation, lease: fc.integer({ min: 0, max: 60 }) }),
    close: operation,
    settle: fc.integer({ min: 0, max: 60 }),
  },
  { requiredKeys: ["tags", "patterns"] },
);
const step = fc.record({ wait: fc.integer({ min: 0, max: 30 }), invalidation, isLoad: fc.boolean() });
const limits = fc.record({
  maxTags: fc.integer({ min: 1, max: 12 }),
  maxPatterns: fc.integer({ min: 1, max: 5 }),
});

/** Runs both side by side; hands every entry and stamp that there could be to `check` after every step. */
function compare(
  steps: readonly { readonly wait: number; readonly invalidation: Invalidation; readonly isLoad: boolean }[],
  options: { readonly maxTags?: number; readonly maxPatterns?: number },
  check: (ledger: LocalLedger, naive: NaiveLedger, tags: readonly string[], stamp: Stamp) => void,
): void {
  const ledger = new LocalLedger({ epoch: "e", ...options });
  const naive = new NaiveLedger();
  let time = 1_000;
  const stamps: Stamp[] = [ledger.stamp(time)];
  for (const { wait, invalidation: what, isLoad } of steps) {
    time += wait;
    if (isLoad) stamps.push(ledger.stamp(time));
    ledger.record(what, time);
    naive.record(what, time);
    if (!isLoad) stamps.push(ledger.stamp(time));
    for (const key of keys) for (const stamp of stamps) check(ledger, naive, tagsOfKey(key, ""), stamp);
  }
}

describe("LocalLedger", () => {
  test("allows exactly what the rule allows, as long as it need not forget", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12, size: "max" }), (steps) => {
        compare(steps, {}, (ledger, naive, tags, stamp) => {
          // Everything at once raises the floor, which concerns the same and no less.
          expect(ledger.allows(tags, stamp)).toBe(naive.mayServe(tags, stamp));
        });
      }),
      { numRuns: 300 },
    );
  });

  test("never allows what the rule forbids, however little it may remember", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25, size: "max" }), limits, (steps, options) => {
        compare(steps, options, (ledger, naive, tags, stamp) => {
          const mayServe = !ledger.allows(tags, stamp) || naive.mayServe(tags, stamp);
          const mayStore = ledger.fence(tags, stamp) !== undefined || naive.mayStore(tags, stamp);
          expect({ mayServe, mayStore }).toEqual({ mayServe: true, mayStore: true });
        });
      }),
      { numRuns: 500 },
    );
  });

  test("keeps no fill out for longer than it must, as long as it need not forget", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12, size: "max" }), (steps) => {
        const calm = steps.filter(({ invalidation: { everything } }) => everything !== true);
        compare(calm, {}, (ledger, naive, tags, stamp) => {
          const isKeptOut = ledger.fence(tags, stamp) !== undefined;
          // A mark that ran out is remembered by what it was on: the same entries.
          expect(isKeptOut).toBe(!naive.mayStore(tags, stamp));
        });
      }),
      { numRuns: 300 },
    );
  });

  test("tells a follower everything that was invalidated since, or that it does not know", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20, size: "max" }), limits, (steps, options) => {
        compare(steps, options, (ledger, naive, tags, stamp) => {
          const changes = ledger.since(stamp.position);
          const isTold = changes === undefined || concerns({ ...changes }, tags);
          expect(isTold || naive.mayServe(tags, stamp)).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("a fill of a position that was never reached is of another ledger", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    const stamp = { ...ledger.stamp(0), position: 1 };
    expect(ledger.fence(["a"], stamp)).toMatchObject({ reason: "epoch", lastInvalidation: Infinity });
  });

  test("a stamp of another epoch is worth nothing, and says so", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    const stamp = { ...ledger.stamp(0), epoch: "f" };
    expect(ledger.allows(["user"], stamp)).toBe(false);
    expect(ledger.fence(["user"], stamp)).toEqual({
      reason: "epoch",
      lastInvalidation: Infinity,
      unsettled: false,
    });
  });

  test("says why it keeps a fill out", () => {
    const ledger = new LocalLedger({ epoch: "e", maxTags: 2 });
    const stamp = ledger.stamp(0);
    expect(ledger.fence(["a"], stamp)).toBeUndefined();
    ledger.record({ tags: ["a"], patterns: [] }, 0);
    expect(ledger.fence(["a"], stamp)).toEqual({
      reason: "invalidated",
      lastInvalidation: 1,
      unsettled: false,
    });
    expect(ledger.fence(["b"], stamp)).toBeUndefined();
    ledger.record({ tags: ["b"], patterns: [], open: { operation: "o", lease: 10 } }, 0);
    expect(ledger.fence(["b"], ledger.stamp(0))).toEqual({
      reason: "unsettled",
      lastInvalidation: 2,
      unsettled: true,
    });
    ledger.record({ tags: ["c", "d"], patterns: [] }, 0);
    expect(ledger.fence(["z"], stamp)).toMatchObject({ reason: "floor", lastInvalidation: Infinity });
  });

  test("writes that overlap keep each other's mark: closing one leaves the other's open", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    ledger.record({ tags: ["a"], patterns: [], open: { operation: "one", lease: 100 } }, 0);
    ledger.record({ tags: ["a"], patterns: [], open: { operation: "two", lease: 100 } }, 0);
    ledger.record({ tags: ["a"], patterns: [], close: "one" }, 10);
    expect(ledger.fence(["a"], ledger.stamp(10))?.reason).toBe("unsettled");
    ledger.record({ tags: ["a"], patterns: [], close: "two" }, 20);
    expect(ledger.fence(["a"], ledger.stamp(20))).toBeUndefined();
  });

  test("a shorter settle period after a longer one does not end it", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    ledger.record({ tags: ["a"], patterns: ["p:*:x"], settle: 1_000 }, 0);
    ledger.record({ tags: ["a"], patterns: ["p:*:x"], settle: 10 }, 0);
    expect(ledger.fence(["a"], ledger.stamp(500))?.reason).toBe("unsettled");
    expect(ledger.fence(["=p:y:x"], ledger.stamp(500))?.reason).toBe("unsettled");
    expect(ledger.fence(["a"], ledger.stamp(1_000))).toBeUndefined();
  });

  test("a mark that ran out keeps a fill out that began before it did", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    ledger.record({ tags: ["a"], patterns: [], open: { operation: "o", lease: 100 } }, 0);
    const stamp = ledger.stamp(50);
    ledger.record({ tags: ["other"], patterns: [] }, 200);
    expect(ledger.fence(["a"], stamp)?.reason).toBe("unsettled");
    expect(ledger.fence(["a"], ledger.stamp(100))).toBeUndefined();
  });

  test("a write that took longer than its mark still invalidates what it was on when it is closed", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    ledger.record({ tags: ["a"], patterns: ["p:*:x"], open: { operation: "o", lease: 100 } }, 0);
    ledger.record({ tags: ["other"], patterns: [] }, 200);
    const stamp = ledger.stamp(300);
    expect(ledger.fence(["a"], stamp)).toBeUndefined();
    ledger.record({ tags: [], patterns: [], close: "o", settle: 50 }, 400);
    expect(ledger.allows(["a"], stamp)).toBe(false);
    expect(ledger.allows(["=p:y:x"], stamp)).toBe(false);
    expect(ledger.fence(["a"], ledger.stamp(440))?.reason).toBe("unsettled");
  });

  test("marks that nobody closes are not kept for ever, and still keep out what began before they ran out", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    ledger.record({ tags: ["a"], patterns: ["p:*:x"], open: { operation: "first", lease: 100 } }, 0);
    ledger.record({ tags: [], patterns: [], everything: true, open: { operation: "all", lease: 60 } }, 0);
    const early = ledger.stamp(55);
    const stamp = ledger.stamp(70);
    for (let count = 0; count < 300; count++)
      ledger.record(
        { tags: [`t${count}`], patterns: [], open: { operation: `o${count}`, lease: 1 } },
        1_000 + 10 * count,
      );
    expect(ledger.fence(["a"], stamp)?.reason).toBe("unsettled");
    expect(ledger.fence(["=p:y:x"], stamp)?.reason).toBe("unsettled");
    expect(ledger.fence(["nothing:else"], early)?.reason).toBe("unsettled");
    expect(ledger.fence(["nothing:else"], stamp)).toBeUndefined();
    const late = ledger.stamp(100_000);
    ledger.record({ tags: [], patterns: [], close: "first" }, 100_000);
    expect(ledger.allows(["a"], late)).toBe(true);
    ledger.record({ tags: [], patterns: [], close: "o299" }, 100_000);
    expect(ledger.allows(["t299"], late)).toBe(false);
  });

  test("marks under way are kept however many there are, and a hundred of those that have run out", () => {
    const ledger = new LocalLedger({ epoch: "e" });
    const open = (operation: string, lease: number): void =>
      void ledger.record({ tags: [], patterns: [], open: { operation, lease } }, 0);
    for (let count = 0; count < 150; count++) open(`long ${count}`, 1_000);
    for (let count = 0; count < 101; count++) open(`short ${count}`, 10);
    ledger.record({ tags: [], patterns: [] }, 9);
    expect(ledger.size).toBe(251);
    ledger.record({ tags: [], patterns: [] }, 10);
    expect(ledger.size).toBe(250);
  });

  describe("a mark that is forgotten", () => {
    const makeForgotten = (ledger: LocalLedger): void => {
      for (let count = 0; count < 101; count++)
        ledger.record({ tags: [], patterns: [], open: { operation: `o${count}`, lease: 200 } }, 0);
      ledger.record({ tags: [], patterns: [] }, 1_000);
    };

    test("leaves its deadline to everything when its tag is forgotten already", () => {
      const ledger = new LocalLedger({ epoch: "e", maxTags: 1 });
      ledger.record({ tags: ["a"], patterns: [], open: { operation: "o", lease: 100 } }, 0);
      ledger.record({ tags: ["b"], patterns: [] }, 0);
      const stamp = ledger.stamp(50);
      makeForgotten(ledger);
      expect(ledger.fence(["a"], stamp)?.reason).toBe("unsettled");
      expect(ledger.fence(["a"], ledger.stamp(100))).toBeUndefined();
    });

    test("does not end what its tag is unsettled for besides", () => {
      const ledger = new LocalLedger({ epoch: "e" });
      ledger.record({ tags: ["a"], patterns: [], settle: 500, open: { operation: "o", lease: 100 } }, 0);
      makeForgotten(ledger);
      expect(ledger.fence(["a"], ledger.stamp(499))?.reason).toBe("unsettled");
    });
  });

  test("with one tag too many it forgets the older half, and with one pattern too many the oldest", () => {
    const ledger = new LocalLedger({ epoch: "e", maxTags: 4, maxPatterns: 2 });
    for (const tag of ["a", "b", "c", "d", "a"]) ledger.record({ tags: [tag], patterns: [] }, 0);
    expect(ledger.since(0)).toEqual({ tags: ["b", "c", "d", "a"], patterns: [] });
    ledger.record({ tags: ["e"], patterns: [] }, 0);
    expect(ledger.since(4)).toEqual({ tags: ["a", "e"], patterns: [] });
    expect(ledger.since(3)).toBeUndefined();
    for (const pattern of ["p:*:x", "q:*:x", "p:*:x"]) ledger.record({ tags: [], patterns: [pattern] }, 0);
    expect(ledger.since(6)).toEqual({ tags: [], patterns: ["q:*:x", "p:*:x"] });
    ledger.record({ tags: [], patterns: ["r:*:x"] }, 0);
    expect(ledger.since(6)).toEqual({ tags: ["q"], patterns: ["p:*:x", "r:*:x"] });
    expect(ledger.size).toBe(5);
  });

  test("what it remembers is bounded", () => {
    const ledger = new LocalLedger({ epoch: "e", maxTags: 100, maxPatterns: 10 });
    for (let count = 0; count < 10_000; count++)
      ledger.record({ tags: [`t:${count}`], patterns: [`p${count}:*:x`] }, count);
    const changes = ledger.since(ledger.position - 1);
    expect(changes?.tags.length).toBeLessThanOrEqual(2);
    expect(ledger.since(0)).toBeUndefined();
    expect(ledger.allows(["t:9999"], ledger.stamp(0))).toBe(true);
  });
});

test("a clock that is set back makes everything from before a miss, and nothing from afterwards", () => {
  const ledger = new LocalLedger({ epoch: "e" });
  const before = ledger.stamp(100_000);
  ledger.stamp(3_600_000);
  // Put right by a little: nothing happens.
  ledger.stamp(3_590_000);
  expect(ledger.allows(["a"], before)).toBe(true);
  const after = ledger.stamp(3_589_999);
  expect(ledger.allows(["a"], before)).toBe(false);
  expect(ledger.fence(["a"], before)).toMatchObject({ reason: "floor" });
  expect(ledger.allows(["a"], after)).toBe(true);
  expect(ledger.fence(["a"], after)).toBeUndefined();
  // From now on it goes by the new time.
  ledger.stamp(3_589_999 + 1);
  expect(ledger.allows(["a"], after)).toBe(true);
});
