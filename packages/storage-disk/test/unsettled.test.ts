import { describe, expect, test } from "vitest";
import type { Invalidation } from "@awsideman/cache-core";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const id = "group:members:g-1";
const unsettled = { outcome: "fenced", reason: "unsettled", unsettled: true };

const targets: Record<string, Partial<Invalidation>> = {
  "a tag": { tags: ["group"] },
  "an exact key": { tags: [`=${id}`] },
  "a pattern": { patterns: ["group:*:g-1"] },
  everything: { everything: true },
};

describe.each(Object.entries(targets))("a mark on %s that ran out a day ago", (name, target) => {
  test("is put away, and still keeps a load out that began before it did", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-0", lease: 500 } }));
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 1_000 } }));
    await harness.clock.advance(999);
    const during = await storage.stamp();
    // Meeting another operation is when marks that ran out a day ago are put away: their deadline must not be forgotten.
    await harness.clock.advance(24 * 60 * 60_000 + 1);
    await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
    expect(harness.sqlite().prepare("select count(*) as count from mark").get()).toEqual({ count: 1 });
    expect(await storage.write(harness.entry(id, during))).toMatchObject(unsettled);
    const other = name === "everything" ? unsettled : { outcome: "stored" };
    expect(await storage.write(harness.entry("user:list:all", during))).toMatchObject(other);
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
  });

  test("takes nothing over from a mark that is still under way", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const day = 24 * 60 * 60_000;
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-0", lease: 1_000 } }));
    await harness.clock.advance(day);
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 60_000 } }));
    await harness.clock.advance(1_000);
    await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
    expect(harness.sqlite().prepare("select distinct operation from mark order by 1").all()).toEqual([
      { operation: "write-1" },
      { operation: "write-2" },
    ]);
    expect(await harness.fill(storage, id)).toMatchObject(unsettled);
    await storage.invalidate(invalidation({ close: "write-1" }));
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
  });
});

test.each(Object.entries(targets))(
  "what settles on %s keeps that out, and nothing else",
  async (name, target) => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ ...target, settle: 1_000 }));
    expect(await harness.fill(storage, id)).toMatchObject(unsettled);
    const other = name === "everything" ? unsettled : { outcome: "stored" };
    expect(await harness.fill(storage, "user:list:all")).toMatchObject(other);
    await harness.clock.advance(1_000);
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
  },
);

test("a mark on a pattern that was widened meanwhile still keeps out what began before it ran out", async () => {
  const harness = new Harness();
  const storage = await harness.open({ ledgerPatterns: 1 });
  const patterns = ["group:*:g-1"];
  await storage.invalidate(invalidation({ patterns, open: { operation: "write-1", lease: 1_000 } }));
  await storage.invalidate(invalidation({ patterns: ["user:*:u-1"] }));
  const during = await storage.stamp();
  await harness.clock.advance(24 * 60 * 60_000 + 1_000);
  await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
  expect(await storage.write(harness.entry(id, during))).toMatchObject(unsettled);
  expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
});

test("a mark that ran out is known for a day: whoever closes it late still invalidates what it was on", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: ["group"], open: { operation: "write-1", lease: 1_000 } }));
  await harness.clock.advance(24 * 60 * 60_000);
  await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
  await harness.fill(storage, id);
  expect(await stateOf(storage, id)).toBe("hit");
  await storage.invalidate(invalidation({ close: "write-1" }));
  expect(await stateOf(storage, id)).toBe("miss");
});
