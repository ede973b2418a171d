import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { seededRandom } from "./support/seeded-random.ts";

const megabyte = 1024 * 1024;

describe("the limit", () => {
  test("holds, whatever is stored", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 4 });
    let highest = 0;
    for (let index = 0; index < 1_500; index++) {
      const size = index % 50 === 0 ? 500_000 : index % 10 === 0 ? 20_000 : 200;
      const verdict = await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(size, index) });
      expect(verdict.outcome).toBe("stored");
      if (index % 20 === 0) highest = Math.max(highest, (await storage.usage()).bytes);
    }
    expect(highest).toBeLessThanOrEqual(4 * megabyte);
    expect(highest).toBeGreaterThan(3 * megabyte);
    expect(statSync(harness.databaseFile()).size).toBeLessThanOrEqual(4.2 * megabyte);
    expect(harness.troubles).toEqual([]);
  });

  test("what was used last stays longest", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 2 });
    const payload = Buffer.alloc(3_000);
    const expiresAt = Infinity;
    for (let index = 0; index < 300; index++)
      await harness.fill(storage, `kept:${index}`, { payload, expiresAt, staleUntil: expiresAt });
    for (let round = 0; round < 5; round++) {
      await harness.clock.advance(120_000);
      for (let index = 0; index < 300; index++) await storage.read(`kept:${index}`);
      await harness.clock.advance(10_000);
      for (let index = 0; index < 100; index++) {
        await harness.fill(storage, `passing:${round}:${index}`, {
          payload,
          expiresAt,
          staleUntil: expiresAt,
        });
      }
    }
    const kept = await Promise.all(
      Array.from({ length: 300 }, (_, index) => stateOf(storage, `kept:${index}`)),
    );
    const passing = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        stateOf(storage, `passing:${Math.floor(index / 100)}:${index % 100}`),
      ),
    );
    const share = (states: readonly string[]): number =>
      states.filter((state) => state === "hit").length / states.length;
    expect(share(kept)).toBeGreaterThan(0.9);
    expect(share(passing)).toBeLessThan(0.3);
  });

  test("what cannot be served goes first", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 2 });
    const payload = Buffer.alloc(3_000);
    const soon = harness.clock.now() + 1_000;
    for (let index = 0; index < 150; index++) await harness.fill(storage, `live:${index}`, { payload });
    for (let index = 0; index < 100; index++)
      await harness.fill(storage, `expired:${index}`, { payload, expiresAt: soon, staleUntil: soon });
    for (let index = 0; index < 100; index++) await harness.fill(storage, `dead:${index}`, { payload });
    await storage.invalidate(invalidation({ tags: ["dead"] }));
    harness.clock.jump(soon);
    for (let index = 0; index < 150; index++) await harness.fill(storage, `new:${index}`, { payload });
    const live = await Promise.all(
      Array.from({ length: 150 }, (_, index) => stateOf(storage, `live:${index}`)),
    );
    expect(live.filter((state) => state === "hit").length).toBeGreaterThan(110);
    const reasons = harness.events.map((event) => event.type === "evicted" && event.reason);
    expect(reasons).toContain("expired");
    expect(reasons).toContain("invalidated");
  });

  test("an entry too large for it is not kept, and the one before it goes", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 2 });
    for (let index = 0; index < 10; index++) await harness.fill(storage, `a:${index}`);
    const stamp = await storage.stamp();
    const payload = Buffer.alloc(megabyte);
    expect(await storage.write(harness.entry("a:1", stamp, { payload }))).toEqual({
      outcome: "too-large",
      at: stamp,
    });
    expect(await stateOf(storage, "a:1")).toBe("miss");
    expect(await storage.usage()).toMatchObject({ entries: 9 });
    await storage.invalidate(invalidation({ tags: ["a:2"] }));
    expect(await storage.write(harness.entry("a:2", stamp, { payload }))).toMatchObject({
      outcome: "fenced",
    });
  });

  test("a value from outside that is too large supersedes all the same", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 2 });
    await harness.fill(storage, "other|a", { tags: ["=a"] });
    const stamp = await storage.stamp();
    expect(
      await storage.write(harness.entry("a", stamp, { payload: Buffer.alloc(megabyte) }), "=a"),
    ).toMatchObject({
      outcome: "too-large",
      at: { position: 1 },
    });
    expect(await stateOf(storage, "other|a")).toBe("miss");
  });

  test.each([1, 2, 5])(
    "of %i MB holds on the disk within a tenth, for values of any size",
    async (maxSizeMb) => {
      const harness = new Harness();
      const storages = await Promise.all([1, 2, 3].map(() => harness.open({}, { maxSizeMb })));
      const random = seededRandom(maxSizeMb);
      const largest = (maxSizeMb * megabyte) / 4;
      let [highest, stored, refused] = [0, 0, 0];
      for (let index = 0; index < 700; index++) {
        const storage = storages[index % 3] as (typeof storages)[number];
        // As many of ten bytes as of a hundred thousand, and one in twenty that is too large.
        const size = Math.floor(random() < 0.05 ? largest * (1 + random()) : largest ** random());
        const verdict = await harness.fill(storage, `a:${Math.floor(random() * 2_000)}`, {
          payload: Buffer.alloc(size, index),
        });
        if (verdict.outcome === "too-large") refused++;
        if (verdict.outcome === "stored") stored++;
        if (index % 50 === 0) await storage.invalidate(invalidation({ tags: [`a:${index}`] }));
        highest = Math.max(highest, statSync(harness.databaseFile()).size);
      }
      expect(highest).toBeLessThanOrEqual(1.1 * maxSizeMb * megabyte);
      expect(refused).toBeGreaterThan(0);
      expect(stored + refused).toBe(700);
      expect((await storages[0]?.usage())?.bytes).toBeGreaterThan(0.6 * maxSizeMb * megabyte);
      expect(harness.troubles).toEqual([]);
      const pages = (): unknown => harness.sqlite().prepare("pragma page_count").get()?.["page_count"];
      expect((pages() as number) * 4_096).toBeLessThanOrEqual(1.1 * maxSizeMb * megabyte);
    },
  );

  test("an invalidation has room even when the limit is used up", async () => {
    const harness = new Harness();
    const storage = await harness.open({}, { maxSizeMb: 1 });
    for (let index = 0; index < 400; index++)
      await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(4_000, index) });
    for (let index = 0; index < 400; index++) {
      const tags = Array.from({ length: 20 }, (_, tag) => `a-rather-long-name-of-a-tag:${index}:${tag}`);
      expect(storage.invalidate(invalidation({ tags }))).toMatchObject({ position: index + 1 });
    }
    expect(harness.troubles).toEqual([]);
    expect(statSync(harness.databaseFile()).size).toBeLessThanOrEqual(1.1 * megabyte);
  });

  describe("that is lowered shrinks the file", () => {
    async function large(): Promise<Harness> {
      const harness = new Harness();
      const storage = await harness.open({}, { maxSizeMb: 8 });
      for (let index = 0; index < 60; index++)
        await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(100_000) });
      for (let index = 0; index < 500; index++) await harness.fill(storage, `b:${index}`);
      storage.close();
      expect(statSync(harness.databaseFile()).size).toBeGreaterThan(5 * megabyte);
      return harness;
    }

    test("in a process that only reads", async () => {
      const harness = await large();
      const storage = await harness.open({}, { maxSizeMb: 2 });
      await storage.read("b:1");
      await harness.clock.advance(10_000);
      expect(statSync(harness.databaseFile()).size).toBeLessThanOrEqual(2 * megabyte);
      expect((await storage.usage()).entries).toBeGreaterThan(200);
      expect(harness.clock.waiting).toBe(0);
    });

    test("by processes that live for one fill", async () => {
      const harness = await large();
      for (let index = 0; index < 12; index++) {
        const storage = await harness.open({}, { maxSizeMb: 2 });
        await harness.fill(storage, `c:${index}`);
        storage.close();
      }
      expect(statSync(harness.databaseFile()).size).toBeLessThanOrEqual(2 * megabyte);
    });
  });

  test("several connections keep it together", async () => {
    const harness = new Harness();
    const storages = await Promise.all([1, 2, 3, 4].map(() => harness.open({}, { maxSizeMb: 2 })));
    for (let index = 0; index < 1_200; index++) {
      const storage = storages[index % 4] as (typeof storages)[number];
      const verdict = await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(5_000) });
      expect(verdict.outcome).toBe("stored");
    }
    expect((await storages[0]?.usage())?.bytes).toBeLessThanOrEqual(2 * megabyte);
  });
});

describe("maintenance", () => {
  test("removes what expired and what was invalidated, while the storage is in use", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const soon = harness.clock.now() + 1_000;
    for (let index = 0; index < 300; index++)
      await harness.fill(storage, `a:${index}`, { expiresAt: soon, staleUntil: soon });
    for (let index = 0; index < 300; index++) await harness.fill(storage, `b:${index}`);
    for (let index = 0; index < 10; index++) await harness.fill(storage, `c:${index}`);
    await storage.invalidate(invalidation({ tags: ["b"] }));
    for (let round = 0; round < 6; round++) {
      await harness.clock.advance(5_000);
      await storage.read("c:1");
    }
    expect(await storage.usage()).toMatchObject({ entries: 10 });
    expect(harness.events).toContainEqual(expect.objectContaining({ type: "evicted", reason: "expired" }));
    expect(harness.events).toContainEqual(
      expect.objectContaining({ type: "evicted", reason: "invalidated" }),
    );
  });

  test("rests when nobody uses the storage", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    expect(harness.clock.waiting).toBe(1);
    await harness.clock.advance(60_000);
    expect(harness.clock.waiting).toBe(0);
  });

  test("writes uses down in batches, and on close", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 1_100; index++) await harness.fill(storage, `a:${index}`);
    const uses = (): unknown =>
      harness.sqlite().prepare("select count(*) as count from used").get()?.["count"];
    for (let index = 0; index < 999; index++) await storage.read(`a:${index}`);
    await storage.read("a:5");
    expect(uses()).toBe(0);
    await storage.read("a:999");
    expect(uses()).toBe(1_000);
    await storage.read("a:1000");
    storage.close();
    expect(uses()).toBe(1_001);
  });

  test("does not write a use down again within a minute, whoever notes it", async () => {
    const harness = new Harness();
    const [first, second] = [await harness.open(), await harness.open()];
    await harness.fill(first, "a", { expiresAt: Infinity, staleUntil: Infinity });
    const usedAt = async (storage: typeof first): Promise<unknown> => {
      await storage.read("a");
      await harness.clock.advance(5_000);
      return harness.sqlite().prepare("select at from used").get()?.["at"];
    };
    const at = await usedAt(first);
    expect(await usedAt(second)).toBe(at);
    await harness.clock.advance(60_000);
    expect(await usedAt(second)).toBe((at as number) + 70_000);
  });

  test.each([
    ["a fill", undefined],
    ["a value from outside", "=a"],
  ])("keeps the write-ahead log short while a reader is in its way: %s waits", async (_, supersedes) => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const reader = harness.sqlite();
    reader.exec("begin");
    reader.prepare("select count(*) from entry").get();
    const log = (): number => statSync(`${harness.databaseFile()}-wal`).size;
    const outcomes = new Set<string>();
    for (let index = 0; index < 60; index++) {
      const entry = harness.entry("a", await storage.stamp(), { payload: Buffer.alloc(500_000, index) });
      const verdict = storage.write(entry, supersedes);
      await harness.clock.advance(300);
      outcomes.add((await verdict).outcome);
    }
    expect(outcomes).toEqual(new Set(["stored", "dropped"]));
    expect(log()).toBeGreaterThan(16 * megabyte);
    expect(log()).toBeLessThan(17 * megabyte);
    // An invalidation is recorded all the same, and at once.
    expect(storage.invalidate(invalidation({ tags: ["b"] }))).not.toBeInstanceOf(Promise);
    const waiting = storage.write(harness.entry("a", await storage.stamp()), supersedes);
    await harness.clock.advance(100);
    reader.exec("commit");
    await harness.clock.advance(100);
    expect(await waiting).toMatchObject({ outcome: "stored" });
    expect(log()).toBeLessThan(2 * megabyte);
  });
});

describe("a damaged row", () => {
  test.each([
    ["a flipped bit in the value", "update entry set value = x'00'"],
    ["another time", "update entry set expires = expires + 1"],
    ["other tags", `update entry set tags = '["other"]'`],
    ["tags that do not parse", "update entry set tags = '[\"a'"],
    ["another size", "update entry set size = 5"],
    ["a number out of range", "update entry set began = 9223372036854775807"],
  ])("%s: is a miss with an event, and gone", async (_, sql) => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    // The rule is looked at only after something was invalidated.
    await storage.invalidate(invalidation({ tags: ["x"] }));
    const database = harness.sqlite();
    database.exec(sql);
    expect(await storage.read("a")).toEqual({ state: "miss", at: await storage.stamp() });
    expect(harness.troubles).toMatchObject([
      { type: "storage-recovered", message: "A damaged entry was removed" },
    ]);
    expect(database.prepare("select count(*) as count from entry").get()).toEqual({ count: 0 });
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(storage, "a")).toBe("hit");
  });
});

describe("fills under contention", () => {
  test("wait for a moment, without blocking, and are then dropped", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const busy = harness.sqlite();
    busy.exec("begin immediate");
    const first = storage.write(harness.entry("a", stamp));
    const second = storage.addCounters({ hits: 1 });
    await harness.clock.advance(300);
    expect(await first).toEqual({ outcome: "dropped", reason: "busy" });
    expect(await second).toBeUndefined();
    const third = storage.write(harness.entry("a", stamp));
    await harness.clock.advance(50);
    busy.exec("rollback");
    await harness.clock.advance(50);
    expect(await third).toMatchObject({ outcome: "stored" });
  });
});
