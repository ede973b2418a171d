import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Harness, invalidation, stateOf, valueOf } from "../test/support/harness.ts";

const megabyte = 1024 * 1024;

describe("a fill of another epoch", () => {
  test.each([
    [true, { open: { operation: "write", lease: 10_000 } }],
    [false, {}],
  ])("is kept out, and told how things stand now: unsettled %s", async (unsettled, changes) => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ tags: ["a"], ...changes }));
    const at = await storage.stamp();
    expect(await storage.write(harness.entry("a", { ...at, epoch: "another" }))).toEqual({
      outcome: "fenced",
      reason: "epoch",
      lastInvalidation: Infinity,
      unsettled,
      at,
    });
  });
});

describe("a fill that the rule keeps out", () => {
  test("is told why, and of what moment that is", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a"], settle: 1_000 }));
    await harness.clock.advance(500);
    const at = await storage.stamp();
    expect(at.time).toBe(stamp.time + 500);
    const fenced = { outcome: "fenced", lastInvalidation: 1, unsettled: true, at };
    expect(await storage.write(harness.entry("a", stamp))).toEqual({ ...fenced, reason: "invalidated" });
    expect(await storage.write(harness.entry("a", at))).toEqual({ ...fenced, reason: "unsettled" });
    await harness.clock.advance(500);
    expect(await harness.fill(storage, "a")).toEqual({ outcome: "stored", at: await storage.stamp() });
  });

  test("of before everything was invalidated: nobody knows what was, before that", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const at = await storage.invalidate(invalidation({ everything: true }));
    expect(await storage.write(harness.entry("a", stamp))).toEqual({
      outcome: "fenced",
      reason: "floor",
      lastInvalidation: Infinity,
      unsettled: false,
      at,
    });
    expect(await storage.write(harness.entry("a", at))).toMatchObject({ outcome: "stored" });
  });

  test("a value from outside is kept out in the same way, and supersedes nothing, here or in other versions", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const neighbour = path.join(harness.directory, "v1", "current");
    mkdirSync(neighbour, { recursive: true });
    const stamp = await storage.stamp();
    const at = await storage.invalidate(invalidation({ tags: ["=a"] }));
    writeFileSync(path.join(neighbour, "marker"), "");
    for (const payload of [Buffer.alloc(1), Buffer.alloc(30 * megabyte)]) {
      expect(await storage.write(harness.entry("a", stamp, { payload }), "=a")).toEqual({
        outcome: "fenced",
        reason: "invalidated",
        lastInvalidation: 1,
        unsettled: false,
        at,
      });
    }
    expect((await storage.stamp()).position).toBe(1);
    expect(readdirSync(neighbour)).toEqual(["marker"]);
  });
});

describe("a fill that comes after a later one", () => {
  test("is told that the rule holds, and what is there stays", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const at = await storage.invalidate(invalidation({ tags: ["other"] }));
    await harness.fill(storage, "a");
    expect(await storage.write(harness.entry("a", stamp, { payload: Buffer.from("old") }))).toEqual({
      outcome: "stored",
      at,
    });
    expect(await valueOf(storage, "a")).toBe("value of a");
  });

  test("stays so when it is too large", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["other"] }));
    await harness.fill(storage, "a");
    const payload = Buffer.alloc(30 * megabyte);
    expect(await storage.write(harness.entry("a", stamp, { payload }))).toMatchObject({
      outcome: "too-large",
    });
    expect(await stateOf(storage, "a")).toBe("hit");
  });
});

describe("a value from outside", () => {
  test("is stored with the position at which it superseded the others", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "other|a", { tags: ["=a"] });
    const stamp = await storage.stamp();
    const verdict = await storage.write(harness.entry("a", stamp), "=a");
    const at = { ...stamp, position: 1 };
    expect(verdict).toEqual({ outcome: "stored", at });
    expect(await storage.read("a")).toMatchObject({ state: "hit", entry: { id: "a", stamp: at } });
    expect(await stateOf(storage, "other|a")).toBe("miss");
  });

  test("that is too large leaves nothing of its own entry", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const entry = harness.entry("a", await storage.stamp(), { payload: Buffer.alloc(30 * megabyte) });
    expect(await storage.write(entry, "=b")).toMatchObject({ outcome: "too-large" });
    expect(await storage.usage()).toMatchObject({ entries: 0 });
  });
});

describe("the largest entry", () => {
  test("is kept, and one byte more is not", async () => {
    const harness = new Harness();
    const storage = await harness.open({ largestEntry: 1_000 });
    const names = JSON.stringify(["*"]).length + "a".length;
    for (const [size, outcome] of [
      [1_000 - names, "stored"],
      [1_001 - names, "too-large"],
    ] as const) {
      expect(await harness.fill(storage, "a", { tags: ["*"], payload: Buffer.alloc(size) })).toMatchObject({
        outcome,
      });
    }
  });
});

describe("where there is no room", () => {
  test.each([undefined, "=a"])("and none to be made, it is dropped: supersedes %s", async (supersedes) => {
    const harness = new Harness();
    const storage = await harness.open({ maximumBytes: 50_000 });
    const entry = harness.entry("a", await storage.stamp(), { payload: Buffer.alloc(60_000) });
    expect(await storage.write(entry, supersedes)).toEqual({ outcome: "dropped", reason: "full" });
    expect(await storage.stamp()).toMatchObject({ position: 0 });
    expect(harness.troubles).toEqual([]);
  });

  test("although a look said that there is, others are removed for it", async () => {
    const harness = new Harness();
    // SQLite refuses more than this, before the limit is reached.
    const storage = await harness.open({ maximumPages: 100 });
    for (let index = 0; index < 200; index++) {
      expect(await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(3_000) })).toMatchObject({
        outcome: "stored",
      });
    }
    expect(statSync(harness.databaseFile()).size).toBeLessThanOrEqual(100 * 4_096);
    expect(harness.events).toContainEqual(expect.objectContaining({ type: "evicted", reason: "size" }));
    expect(harness.troubles).toEqual([]);
  });

  test("although others were removed for it, it is dropped, and the cache is not given up for that", async () => {
    const harness = new Harness();
    const storage = await harness.open({ maximumPages: 100 });
    const { epoch } = await storage.stamp();
    const payload = Buffer.alloc(500_000);
    expect(await harness.fill(storage, "a", { payload })).toEqual({ outcome: "dropped", reason: "full" });
    expect((await storage.stamp()).epoch).toBe(epoch);
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(harness.troubles).toEqual([]);
  });
});

test("what is too large takes what it would have replaced away, unless the rule keeps it out", async () => {
  const harness = new Harness();
  const storage = await harness.open({ largestEntry: 1_000 });
  const stamp = await storage.stamp();
  for (const id of ["a", "b"]) await harness.fill(storage, id);
  const payload = Buffer.alloc(1_000);
  expect(await storage.write(harness.entry("a", stamp, { payload }))).toEqual({
    outcome: "too-large",
    at: stamp,
  });
  expect([await stateOf(storage, "a"), await stateOf(storage, "b")]).toEqual(["miss", "hit"]);
  await storage.invalidate(invalidation({ tags: ["other"] }));
  const entry = harness.entry("b", stamp, { payload, tags: ["other"] });
  expect(await storage.write(entry)).toMatchObject({ outcome: "fenced", reason: "invalidated" });
  expect(await stateOf(storage, "b")).toBe("hit");
});

test("a fill that never gets its turn is dropped, and nothing of it is left", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const stamp = await storage.stamp();
  const busy = harness.sqlite();
  busy.exec("begin immediate");
  const verdict = storage.write(harness.entry("a", stamp));
  await harness.clock.advance(300);
  expect(await verdict).toEqual({ outcome: "dropped", reason: "busy" });
  busy.exec("rollback");
  expect(await stateOf(storage, "a")).toBe("miss");
});

test("a fill that is ahead of the ledger proves that the ledger went back", async () => {
  const harness = new Harness();
  const [storage, other] = [await harness.open(), await harness.open()];
  const stamp = await storage.stamp();
  expect(await other.write(harness.entry("a", { ...stamp, position: 1 }))).toMatchObject({
    outcome: "fenced",
    reason: "epoch",
  });
  expect(harness.troubles).toMatchObject([
    { type: "storage-recovered", cause: { message: "a fill is of position 1, the ledger of 0" } },
  ]);
});

test("what is too large for the cache does not wait for a log that is too long", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const reader = harness.sqlite();
  await harness.fill(storage, "a");
  reader.exec("begin");
  reader.prepare("select count(*) from entry").get();
  for (let index = 1; index <= 3; index++)
    await harness.fill(storage, "a", { payload: Buffer.alloc(6 * megabyte, index) });
  // The size of the log is looked at now and then.
  let waiting: unknown;
  for (let index = 0; index < 20 && !(waiting instanceof Promise); index++)
    waiting = storage.write(harness.entry("b", await storage.stamp()));
  expect(waiting).toBeInstanceOf(Promise);
  expect(
    storage.write(harness.entry("c", await storage.stamp(), { payload: Buffer.alloc(30 * megabyte) })),
  ).toMatchObject({ outcome: "too-large" });
  reader.exec("commit");
  await harness.clock.advance(300);
  expect(await waiting).toMatchObject({ outcome: "stored" });
});

test.each([
  ["a fill", undefined],
  ["a value from outside", "=a"],
])("%s notes the time, so that a clock that is set back is noticed", async (_, supersedes) => {
  const harness = new Harness();
  const storage = await harness.open();
  await storage.write(harness.entry("a", await storage.stamp()), supersedes);
  harness.clock.jump(harness.clock.now() - 3_600_000);
  expect(await stateOf(storage, "other")).toBe("miss");
  expect(harness.troubles).toMatchObject([
    { type: "storage-recovered", message: expect.stringContaining("The clock was set back") },
  ]);
});
