import { describe, expect, test } from "vitest";
import type { CacheEntry, Changes } from "../storage/cache-storage.ts";
import { NearLedger, type Position } from "./near-ledger.ts";

function at(position: number, epoch = "a"): Position & { readonly time: number } {
  return { epoch, position, time: 0 };
}

function entry(tags: readonly string[], stamp = 0, epoch = "a"): CacheEntry {
  const times = { expiresAt: Infinity, staleUntil: Infinity };
  return { id: "k", tags, stamp: at(stamp, epoch), ...times, payload: 1, size: 1 };
}

function changes(position: number, tags: readonly string[], patterns: readonly string[] = []): Changes {
  return { state: "changes", tags, patterns, at: at(position) };
}

function ledgerAt(position: number, maxNames?: number): NearLedger {
  const ledger = new NearLedger(maxNames === undefined ? {} : { maxNames });
  ledger.follow({ state: "gap", at: at(position) });
  return ledger;
}

/** Takes an entry in, and returns whether it is good whenever that is asked. */
function admitted(ledger: NearLedger, tags: readonly string[], position: number): () => boolean {
  const kept = entry(tags, position);
  const verification = ledger.admit(kept, at(position));
  if (verification === undefined) throw new Error("The entry is not taken in");
  return () => ledger.allows(kept, verification);
}

describe("what is taken in", () => {
  test("nothing, before the far ledger was asked", () => {
    const ledger = new NearLedger();
    expect(ledger.position).toBeUndefined();
    expect(ledger.admit(entry(["x"]), at(3))).toBeUndefined();
  });

  test("what was verified at or after the beginning, and not what was verified before", () => {
    const ledger = ledgerAt(5);
    expect(ledger.admit(entry(["x"]), at(4))).toBeUndefined();
    expect(ledger.admit(entry(["x"]), at(5))).toBeDefined();
    expect(ledger.admit(entry(["x"]), at(9))).toBeDefined();
  });

  test("nothing of another epoch, neither verified there nor begun there", () => {
    const ledger = ledgerAt(5);
    expect(ledger.admit(entry(["x"], 5, "b"), at(5, "b"))).toBeUndefined();
    expect(ledger.admit(entry(["x"], 5, "b"), at(5))).toBeUndefined();
  });

  test("nothing that is known to have been invalidated after it was verified", () => {
    const ledger = ledgerAt(5);
    ledger.record({ tags: ["x"], patterns: [] }, at(8));
    expect(ledger.admit(entry(["x"], 6), at(7))).toBeUndefined();
    expect(ledger.admit(entry(["y"], 6), at(7))).toBeDefined();
    // The far tier has seen it.
    expect(ledger.admit(entry(["x"], 8), at(8))).toBeDefined();
  });
});

describe("what stays good", () => {
  test("what nothing concerns that has come since", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x", "=user:list:all"], 5);
    ledger.follow(changes(6, ["y"], ["group:*:7"]));
    expect(isGood()).toBe(true);
  });

  test.each([
    ["a tag", changes(6, ["x"])],
    ["a pattern", changes(6, [], ["user:*:all"])],
    ["a gap", { state: "gap", at: at(6) } as const],
    ["another epoch", { state: "gap", at: at(2, "b") } as const],
  ])("not after %s that concerns it", (_, answer) => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x", "=user:list:all"], 5);
    ledger.follow(answer);
    expect(isGood()).toBe(false);
  });

  test("not when what comes late was recorded before what this process did itself", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x"], 5);
    ledger.record({ tags: ["y"], patterns: [] }, at(9));
    expect(isGood()).toBe(true);
    // Somebody else's, at 7: it is not known here until now.
    ledger.follow(changes(9, ["x", "y"]));
    expect(isGood()).toBe(false);
  });

  test("what was looked at is still good when the same is told once more", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x"], 9);
    // All of it was recorded at 9 at the latest, and verified there.
    ledger.follow(changes(9, ["x"]));
    expect(isGood()).toBe(true);
    ledger.follow(changes(10, ["y"]));
    expect(isGood()).toBe(true);
  });

  test("an answer that was overtaken by a later one changes nothing", () => {
    const ledger = ledgerAt(5);
    ledger.follow(changes(9, []));
    const isGood = admitted(ledger, ["x"], 9);
    ledger.follow({ state: "gap", at: at(6) });
    expect(isGood()).toBe(true);
    expect(ledger.position).toEqual({ epoch: "a", position: 9 });
  });

  test("not when the far tier answers with another epoch, whatever was asked", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x"], 5);
    ledger.see(at(1, "b"));
    expect(isGood()).toBe(false);
    expect(ledger.position).toBeUndefined();
  });
});

describe("what is forgotten", () => {
  test("a gap forgets what this process has done, but not how far that was", () => {
    const ledger = ledgerAt(5);
    ledger.record({ tags: ["x"], patterns: [] }, at(9));
    ledger.follow({ state: "gap", at: at(7) });
    // Verified before this process's own invalidation.
    expect(ledger.admit(entry(["x"], 7), at(8))).toBeUndefined();
    expect(ledger.admit(entry(["x"], 9), at(9))).toBeDefined();
  });

  test("too many names are forgotten, and with them what was not verified since", () => {
    const ledger = ledgerAt(5, 2);
    const old = admitted(ledger, ["x"], 5);
    ledger.follow(changes(6, ["p", "x"]));
    ledger.follow(changes(7, ["q"]));
    const later = admitted(ledger, ["x"], 7);
    expect([old(), later()]).toEqual([false, true]);
    // What was verified before this process's own change, which is forgotten too, does not come in again.
    ledger.record({ tags: ["a", "b", "c"], patterns: [] }, at(12));
    expect(later()).toBe(false);
    expect(ledger.admit(entry(["a"], 11), at(11))).toBeUndefined();
    expect(ledger.admit(entry(["a"], 12), at(12))).toBeDefined();
  });

  test("an answer to what was asked before it all was thrown away can be told by the life", () => {
    const ledger = ledgerAt(5);
    const { life } = ledger;
    ledger.follow(changes(6, ["x"]));
    expect(ledger.life).toBe(life);
    ledger.forget();
    expect(ledger.life).not.toBe(life);
  });
});

describe("of several invalidations of the same the last one counts, whichever is heard of last", () => {
  const tags = ["x", "=user:list:all"];
  const pattern = "user:*:all";

  test.each([
    ["a tag", { tags: ["x"], patterns: [] }],
    ["a pattern", { tags: [], patterns: [pattern] }],
  ])("%s", (_, target) => {
    const ledger = ledgerAt(5);
    ledger.record(target, at(9));
    ledger.follow(changes(7, target.tags, target.patterns));
    expect(ledger.admit(entry(tags, 6), at(8))).toBeUndefined();
    expect(ledger.admit(entry(tags, 6), at(9))).toBeDefined();
    ledger.follow(changes(12, target.tags, target.patterns));
    expect(ledger.admit(entry(tags, 6), at(11))).toBeUndefined();
    expect(ledger.admit(entry(tags, 6), at(12))).toBeDefined();
  });

  test("a tag and a pattern", () => {
    const ledger = ledgerAt(5);
    ledger.record({ tags: ["x"], patterns: ["other:*:all", pattern] }, at(9));
    ledger.follow(changes(7, [], [pattern, "*:list:all"]));
    expect(ledger.admit(entry(tags, 6), at(8))).toBeUndefined();
    expect(ledger.admit(entry(["=user:list:all"], 6), at(8))).toBeUndefined();
    expect(ledger.admit(entry(["=user:list:one"], 6), at(8))).toBeDefined();
  });

  test("an earlier position that is seen later does not hide it", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["x"], 7);
    ledger.record({ tags: ["x"], patterns: [] }, at(9));
    ledger.see(at(6));
    expect(isGood()).toBe(false);
  });
});

describe("another epoch", () => {
  test("begins anew with whatever answer it is heard of, and without what was known", () => {
    const ledger = ledgerAt(5);
    const isGood = admitted(ledger, ["z"], 5);
    ledger.record({ tags: ["x"], patterns: ["user:*:all"] }, at(9));
    ledger.follow({ ...changes(9, []), at: at(2, "b") });
    expect(isGood()).toBe(false);
    expect(ledger.position).toEqual({ epoch: "b", position: 2 });
    for (const name of ["x", "=user:list:all"])
      expect(ledger.admit(entry([name], 1, "b"), at(2, "b"))).toBeDefined();
    expect(ledger.admit(entry(["x"], 1, "b"), at(1, "b"))).toBeUndefined();
  });

  test("takes in nothing that was begun in the one and verified in the other", () => {
    expect(ledgerAt(5).admit(entry(["x"], 5, "a"), at(5, "b"))).toBeUndefined();
    expect(ledgerAt(5).admit(entry(["x"], 5, "b"), at(5, "a"))).toBeUndefined();
  });

  test("throws away what was asked before, when this process has invalidated in it", () => {
    const ledger = ledgerAt(5);
    const { life } = ledger;
    ledger.record({ tags: ["x"], patterns: [] }, at(3, "b"));
    expect(ledger.position).toBeUndefined();
    expect(ledger.life).not.toBe(life);
  });
});

describe("before anything is known", () => {
  test("what is seen of the far ledger does not throw away what was asked", () => {
    const ledger = new NearLedger();
    const { life } = ledger;
    ledger.see(at(7));
    expect(ledger.life).toBe(life);
  });

  test("what this process invalidates does: an answer of before would let in what is older", () => {
    const ledger = new NearLedger();
    const { life } = ledger;
    ledger.record({ tags: ["x"], patterns: [] }, at(9));
    expect(ledger.life).not.toBe(life);
  });
});

test("a gap at the position that is known is a gap all the same", () => {
  const ledger = ledgerAt(5);
  const isGood = admitted(ledger, ["x"], 5);
  ledger.follow({ state: "gap", at: at(5) });
  expect(isGood()).toBe(false);
});

describe("the bound of what is remembered", () => {
  test("is one of tags and patterns together, and may be reached", () => {
    const ledger = ledgerAt(5, 4);
    const isGood = admitted(ledger, ["z"], 5);
    ledger.follow(changes(6, ["a", "b"], ["c:*:d", "e:*:f"]));
    expect(isGood()).toBe(true);
    ledger.follow(changes(7, []));
    expect(isGood()).toBe(true);
    const other = admitted(ledger, ["z"], 6);
    ledger.follow(changes(8, [], ["g:*:h"]));
    expect(other()).toBe(false);
  });

  test("is not reached again by what was forgotten", () => {
    const ledger = ledgerAt(5, 4);
    ledger.follow(changes(6, ["a", "b", "c"], ["c:*:d", "e:*:f", "g:*:h"]));
    const isGood = admitted(ledger, ["z"], 6);
    ledger.follow(changes(7, ["d"], ["x:*:y"]));
    expect(isGood()).toBe(true);
  });

  test("spares what was looked at since", () => {
    const ledger = ledgerAt(5, 2);
    const [looked, other] = [admitted(ledger, ["z"], 5), admitted(ledger, ["z"], 5)];
    ledger.follow(changes(8, ["a"]));
    expect(looked()).toBe(true);
    ledger.record({ tags: ["b", "c"], patterns: [] }, at(8));
    ledger.follow(changes(9, []));
    expect([looked(), other()]).toEqual([true, false]);
  });
});
