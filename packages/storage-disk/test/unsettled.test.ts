import { describe, expect, test } from "vitest";
import type { Invalidation } from "@awsideman/cache-core";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const id = "group:members:g-1";
const unsettled = { outcome: "fenced", reason: "unsettled", unsettled: true };
const stored = { outcome: "stored" };

const targets: Record<string, Partial<Invalidation>> = {
  "a tag": { tags: ["group"] },
  "an exact key": { tags: [`=${id}`] },
  "a pattern": { patterns: ["group:*:g-1"] },
  everything: { everything: true },
};

describe.each(Object.entries(targets))("an open operation on %s", (_, target) => {
  test("keeps fills out until it is closed, by whoever", async () => {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 60_000 } }));
    await harness.clock.advance(30_000);
    expect(await harness.fill(storage, id)).toMatchObject(unsettled);
    expect(await harness.fill(storage, "user:list")).toMatchObject(
      "everything" in target ? unsettled : stored,
    );

    const during = await storage.stamp();
    storage.close();
    const { position } = await other.invalidate(invalidation({ close: "write-1" }));
    expect(await other.write(harness.entry(id, during))).toMatchObject({ outcome: "fenced" });
    expect(await other.since(during)).toMatchObject(
      "everything" in target ? { state: "gap" } : { state: "changes" },
    );
    expect(position).toBe(during.position + 1);
    expect(await harness.fill(other, id)).toMatchObject(stored);
  });

  test("ends with its lease, and still keeps a load out that began before", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 1_000 } }));
    await harness.clock.advance(999);
    const during = await storage.stamp();
    await harness.clock.advance(1);
    expect(await storage.write(harness.entry(id, during))).toMatchObject(unsettled);
    // Meeting another operation is when marks that ran out a day ago are put away: their deadline must not be forgotten.
    await harness.clock.advance(24 * 60 * 60_000);
    await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
    expect(harness.sqlite().prepare("select count(*) as count from mark").get()).toEqual({ count: 1 });
    expect(await storage.write(harness.entry(id, during))).toMatchObject(unsettled);
    expect(await harness.fill(storage, id)).toMatchObject(stored);
  });

  test("still invalidates what it was on when its end is seen after its lease", async () => {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 1_000 } }));
    await harness.clock.advance(60 * 60_000);
    await storage.invalidate(invalidation({ tags: ["other"], open: { operation: "write-2", lease: 1 } }));
    expect(await harness.fill(storage, id)).toMatchObject(stored);
    await other.invalidate(invalidation({ close: "write-1" }));
    expect(await storage.read(id)).toMatchObject({ state: "miss" });
  });

  test("keeps values from outside out", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 1_000 } }));
    expect(await storage.write(harness.entry(id, await storage.stamp()), `=${id}`)).toMatchObject(unsettled);
  });

  test("settles after it is closed", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ ...target, open: { operation: "write-1", lease: 60_000 } }));
    await storage.invalidate(invalidation({ close: "write-1", settle: 2_000 }));
    await harness.clock.advance(1_999);
    const during = await storage.stamp();
    expect(await harness.fill(storage, id)).toMatchObject(unsettled);
    await harness.clock.advance(1);
    expect(await storage.write(harness.entry(id, during))).toMatchObject(unsettled);
    expect(await harness.fill(storage, id)).toMatchObject(stored);
  });
});

test("one operation's end does not end another's", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "write-1", lease: 60_000 } }));
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "write-2", lease: 60_000 } }));
  await storage.invalidate(invalidation({ close: "write-1" }));
  expect(await harness.fill(storage, id)).toMatchObject(unsettled);
  await storage.invalidate(invalidation({ close: "write-2" }));
  expect(await harness.fill(storage, id)).toMatchObject(stored);
});

test("a long operation outlasts a short one on the same target", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "long", lease: 60_000 } }));
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "short", lease: 1_000 } }));
  await harness.clock.advance(1_000);
  expect(await harness.fill(storage, id)).toMatchObject(unsettled);
});

test("opening an operation again renews the deadline of all that it has marked", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "write", lease: 1_000 } }));
  await harness.clock.advance(900);
  await storage.invalidate(invalidation({ tags: ["user"], open: { operation: "write", lease: 1_000 } }));
  await harness.clock.advance(900);
  expect(await harness.fill(storage, id)).toMatchObject(unsettled);
  expect(await harness.fill(storage, "user:list")).toMatchObject(unsettled);
  await storage.invalidate(invalidation({ close: "write" }));
  expect(await harness.fill(storage, id)).toMatchObject(stored);
});

test("closing and opening in one step leaves the operation open", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "write", lease: 1_000 } }));
  await storage.invalidate(
    invalidation({ tags: [id], close: "write", open: { operation: "write", lease: 1_000 } }),
  );
  expect(await harness.fill(storage, id)).toMatchObject(unsettled);
});

test("a settle time is not shortened by a later one", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id], settle: 10_000 }));
  await storage.invalidate(invalidation({ tags: [id] }));
  await harness.clock.advance(9_999);
  expect(await harness.fill(storage, id)).toMatchObject(unsettled);
  await harness.clock.advance(1);
  expect(await harness.fill(storage, id)).toMatchObject(stored);
});

test("an entry that was stored before is not served while its tag is unsettled", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await harness.fill(storage, id);
  await storage.invalidate(invalidation({ tags: [id], open: { operation: "write", lease: 1_000 } }));
  expect(await stateOf(storage, id)).toBe("miss");
});

test("closing an operation that nobody knows is no error", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  expect(await storage.invalidate(invalidation({ close: "unknown" }))).toMatchObject({ position: 1 });
});

test("a clock that is set back does not keep what is settled from being stored", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: [id] }));
  harness.clock.jump(harness.clock.now() - 3_600_000);
  expect(await harness.fill(storage, id)).toMatchObject(stored);
});
