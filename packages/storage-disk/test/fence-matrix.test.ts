import { describe, expect, test } from "vitest";
import type { DiskStorage } from "../src/disk-storage.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const id = "assignment:list:account-1:set-1";

/** Everything that can make the entry invalid, and what it must leave alone. */
const ways = {
  "the entry's own tag": { hit: { tags: [id] }, miss: { tags: [`${id}:more`] } },
  "its exact key": { hit: { tags: [`=${id}`] }, miss: { tags: ["=assignment:list:account-1"] } },
  "a prefix": { hit: { tags: ["assignment:list"] }, miss: { tags: ["assignment:lis"] } },
  "the root": { hit: { tags: ["*"] }, miss: { tags: ["other|*"] } },
  "a pattern": {
    hit: { patterns: ["assignment:*:account-1"] },
    miss: { patterns: ["assignment:*:account-2"] },
  },
  "a wildcard within a segment": {
    hit: { patterns: ["assignment:*:account-*:set-1"] },
    miss: { patterns: ["assignment:*:account*2:set-1"] },
  },
  everything: { hit: { everything: true }, miss: { tags: ["unrelated"] } },
  "closing an operation": { hit: { close: "operation" }, miss: { close: "unknown" } },
} as const;

describe.each(Object.entries(ways))("%s", (_, { hit, miss }) => {
  async function prepared(): Promise<{ harness: Harness; storage: DiskStorage; other: DiskStorage }> {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    await other.invalidate(invalidation({ tags: [id], open: { operation: "operation", lease: 0 } }));
    await harness.clock.advance(1);
    return { harness, storage, other };
  }

  test("makes an entry stored before it a miss", async () => {
    const { harness, storage, other } = await prepared();
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
    expect(await stateOf(storage, id)).toBe("hit");
    await other.invalidate(invalidation(miss));
    expect(await stateOf(storage, id)).toBe("hit");
    await other.invalidate(invalidation(hit));
    expect(await stateOf(storage, id)).toBe("miss");
    expect(await stateOf(other, id)).toBe("miss");
  });

  test("keeps a load out during which it came", async () => {
    const { harness, storage, other } = await prepared();
    const stamp = await storage.stamp();
    const { position } = await other.invalidate(invalidation(hit));
    const isFloor = "everything" in hit;
    expect(await storage.write(harness.entry(id, stamp))).toMatchObject({
      outcome: "fenced",
      reason: isFloor ? "floor" : "invalidated",
      lastInvalidation: isFloor ? Infinity : position,
      unsettled: false,
      at: { position },
    });
    expect(await stateOf(storage, id)).toBe("miss");
  });

  test("keeps a value from outside out during which it came", async () => {
    const { harness, storage, other } = await prepared();
    const stamp = await storage.stamp();
    await other.invalidate(invalidation(hit));
    expect(await storage.write(harness.entry(id, stamp), `=${id}`)).toMatchObject({ outcome: "fenced" });
  });

  test("lets a load in that began after it", async () => {
    const { harness, storage, other } = await prepared();
    await other.invalidate(invalidation(hit));
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
    expect(await stateOf(other, id)).toBe("hit");
  });

  test("lets a load in that it does not concern", async () => {
    const { harness, storage, other } = await prepared();
    const stamp = await storage.stamp();
    await other.invalidate(invalidation(miss));
    expect(await storage.write(harness.entry(id, stamp))).toMatchObject({ outcome: "stored" });
    expect(await stateOf(other, id)).toBe("hit");
  });
});

test("a pattern is matched against the keys of the parts of a composite", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const tags = ["=report", "report", "=user:describe:u-1", "user:list:not-exact"];
  await harness.fill(storage, "report", { tags });
  await storage.invalidate(invalidation({ patterns: ["user:*:not-exact"] }));
  expect(await stateOf(storage, "report")).toBe("hit");
  const stamp = await storage.stamp();
  await storage.invalidate(invalidation({ patterns: ["user:*:u-1"] }));
  expect(await stateOf(storage, "report")).toBe("miss");
  expect(await storage.write(harness.entry("report", stamp, { tags }))).toMatchObject({ outcome: "fenced" });
});

test("a fill of another epoch is fenced, whatever it depends on", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const stamp = { ...(await storage.stamp()), epoch: "another" };
  expect(await storage.write(harness.entry("a", stamp))).toMatchObject({
    outcome: "fenced",
    reason: "epoch",
    lastInvalidation: Infinity,
  });
});

test.each([
  ["patterns", { patterns: ["user:*:u-1"] }, { patterns: ["user:*:*"] }],
  ["tags", { tags: ["user"] }, { tags: ["user:describe"] }],
])("of several %s the last that concerns a fill is the one that counts", async (_, before, after) => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation(before));
  const stamp = await storage.stamp();
  await storage.invalidate(invalidation(after));
  const fenced = { outcome: "fenced", reason: "invalidated", lastInvalidation: 2 };
  expect(await storage.write(harness.entry("user:describe:u-1", stamp))).toMatchObject(fenced);
});
