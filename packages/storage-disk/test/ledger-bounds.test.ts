import { describe, expect, test } from "vitest";
import type { DiskStorage } from "../src/disk-storage.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

async function invalidateMany(storage: DiskStorage, count: number, changes = {}): Promise<void> {
  for (let index = 0; index < count; index++) {
    await storage.invalidate(invalidation({ tags: [`many:${index}`], ...changes }));
  }
}

function tagsKept(harness: Harness): unknown {
  return harness.sqlite().prepare("select count(*) as count from ledger").get()?.["count"];
}

describe("a ledger with too many tags", () => {
  test("forgets the older half in maintenance, and raises the floor to it", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerTags: 10 });
    await harness.fill(storage, "early");
    const early = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["victim"] }));
    await invalidateMany(storage, 5);
    const middle = await storage.stamp();
    await harness.fill(storage, "middle");
    await invalidateMany(storage, 1, { tags: ["more:1"] });
    await invalidateMany(storage, 4, { tags: ["more:2", "more:3", "more:4", "more:5"] });
    expect(tagsKept(harness)).toBe(11);
    await harness.clock.advance(60_000);

    expect(tagsKept(harness)).toBeLessThanOrEqual(5);
    // What was forgotten cannot be told apart from what concerned it: a miss, a fence, a gap.
    expect(await stateOf(storage, "early")).toBe("miss");
    expect(await storage.write(harness.entry("victim", early))).toMatchObject({
      outcome: "fenced",
      reason: "floor",
      lastInvalidation: Infinity,
    });
    expect(await storage.since(early)).toMatchObject({ state: "gap" });
    // What began after it is not touched.
    expect(await storage.since(middle)).toMatchObject({ state: "changes" });
    await harness.fill(storage, "late");
    expect(await stateOf(storage, "late")).toBe("hit");
  });

  test("does so without maintenance too, for processes that live for one command only", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerTags: 100 });
    await invalidateMany(storage, 512);
    expect(tagsKept(harness)).toBeLessThanOrEqual(256);
  });

  test("keeps what was unsettled", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerTags: 10 });
    await storage.invalidate(invalidation({ tags: ["a"], settle: 600_000 }));
    await invalidateMany(storage, 20);
    await harness.clock.advance(60_000);
    expect(tagsKept(harness)).toBe(5);
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
    await harness.clock.advance(540_000);
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
  });

  test("keeps the marks of operations under way, and what they ran out at", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerTags: 10 });
    await storage.invalidate(invalidation({ tags: ["a"], open: { operation: "write", lease: 60_000 } }));
    await invalidateMany(storage, 20);
    await harness.clock.advance(10_000);
    const during = await storage.stamp();
    expect(await harness.fill(storage, "a")).toMatchObject({ reason: "unsettled" });
    await harness.clock.advance(24 * 60 * 60_000 + 60_000);
    await harness.fill(storage, "b");
    await harness.clock.advance(60_000);
    expect(harness.sqlite().prepare("select count(*) as count from mark").get()).toEqual({ count: 0 });
    expect(await storage.write(harness.entry("a", during))).toMatchObject({
      outcome: "fenced",
      unsettled: true,
    });
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
  });
});

describe("a ledger with too many patterns", () => {
  test("widens the oldest, and drops none", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerPatterns: 2 });
    const stamp = await storage.stamp();
    for (const id of ["assignment:list:a-1:p-1", "assignment:list:a-2:p-1", "group:members:g-1"])
      await harness.fill(storage, id);
    await storage.invalidate(invalidation({ patterns: ["assignment:*:a-1"] }));
    const { position } = await storage.invalidate(invalidation({ patterns: ["user:*:u-1", "user:*:u-2"] }));

    expect(harness.sqlite().prepare("select pattern from pattern order by pattern").all()).toHaveLength(2);
    expect(harness.sqlite().prepare("select tag, last from ledger").all()).toEqual([
      { tag: "assignment", last: 1 },
    ]);
    expect(await stateOf(storage, "assignment:list:a-1:p-1")).toBe("miss");
    expect(await stateOf(storage, "assignment:list:a-2:p-1")).toBe("miss");
    expect(await stateOf(storage, "group:members:g-1")).toBe("hit");
    expect(await storage.write(harness.entry("assignment:list:a-1:p-1", stamp))).toMatchObject({
      outcome: "fenced",
    });
    const changes = await storage.since(stamp);
    expect(changes.state === "changes" && changes.tags).toEqual(["assignment"]);
    expect(position).toBe(2);
    expect(await harness.fill(storage, "assignment:list:a-1:p-1")).toMatchObject({ outcome: "stored" });
  });

  test("widens to the root where there is nothing in front of the wildcard", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerPatterns: 1 });
    await harness.fill(storage, "user:list");
    await harness.fill(storage, "other|user:list", { tags: ["=other|user:list", "other|*"] });
    await storage.invalidate(invalidation({ patterns: ["*:nothing"] }));
    await storage.invalidate(invalidation({ patterns: ["user:*:u-1"] }));
    expect(await stateOf(storage, "user:list")).toBe("miss");
    expect(await stateOf(storage, "other|user:list")).toBe("hit");
  });

  test("takes the unsettled time and the marks along", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerPatterns: 1 });
    await storage.invalidate(invalidation({ patterns: ["user:*:u-1"], settle: 1_000 }));
    await storage.invalidate(
      invalidation({ patterns: ["group:*:g-1"], open: { operation: "write", lease: 60_000 } }),
    );
    await storage.invalidate(invalidation({ patterns: ["account:*:a-1"] }));
    expect(await harness.fill(storage, "user:describe:u-1")).toMatchObject({ reason: "unsettled" });
    await harness.clock.advance(1_000);
    expect(await harness.fill(storage, "user:describe:u-1")).toMatchObject({ outcome: "stored" });
    expect(await harness.fill(storage, "group:members:g-1")).toMatchObject({ reason: "unsettled" });
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ close: "write" }));
    expect(await storage.write(harness.entry("group:members:g-1", stamp))).toMatchObject({
      reason: "invalidated",
    });
    expect(await harness.fill(storage, "group:members:g-1")).toMatchObject({ outcome: "stored" });
  });

  test("a pattern used again becomes the newest", async () => {
    const harness = new Harness();
    const storage = await harness.open({ ledgerPatterns: 2 });
    for (const pattern of ["a:*:1", "b:*:1", "a:*:1", "c:*:1"])
      await storage.invalidate(invalidation({ patterns: [pattern] }));
    expect(harness.sqlite().prepare("select pattern from pattern order by last").all()).toEqual([
      { pattern: "a:*:1" },
      { pattern: "c:*:1" },
    ]);
  });
});
