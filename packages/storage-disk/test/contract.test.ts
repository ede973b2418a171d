import { rmSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { collect, Harness, invalidation, stateOf, valueOf } from "./support/harness.ts";

describe("reading and writing", () => {
  test("a stored entry comes back as it was", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const entry = harness.entry("user:describe:u-1", stamp, {
      staleUntil: harness.clock.now() + 90_000,
      size: 321,
    });

    expect(await storage.write(entry)).toEqual({ outcome: "stored", at: stamp });
    const reading = await storage.read("user:describe:u-1");

    expect(reading).toMatchObject({ state: "hit", at: stamp });
    expect(
      reading.state !== "miss" && {
        ...reading.entry,
        payload: Buffer.from(reading.entry.payload as Uint8Array),
      },
    ).toEqual(entry);
  });

  test("what is not there is a miss that tells the moment", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const at = await storage.invalidate(invalidation({ tags: ["x"] }));
    await harness.clock.advance(5);
    expect(await storage.read("nothing")).toEqual({ state: "miss", at: { ...at, time: at.time + 5 } });
  });

  test("answers at once, without a promise, when nobody holds the lock", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = storage.stamp();
    expect(stamp).not.toBeInstanceOf(Promise);
    expect(storage.write(harness.entry("a", await stamp))).not.toBeInstanceOf(Promise);
    expect(storage.read("a")).toMatchObject({ state: "hit" });
    expect(storage.readMany(["a", "b"])).toMatchObject([{ state: "hit" }, { state: "miss" }]);
    expect(storage.invalidate(invalidation({ tags: ["a"] }))).toMatchObject({ position: 1 });
    expect(storage.since(await stamp)).toMatchObject({ state: "changes", tags: ["a"] });
    expect(storage.usage()).toMatchObject({ entries: 1 });
  });

  test("an entry from the future is a miss: it would live too long after the clock was set back", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const now = harness.clock.now();
    await harness.fill(storage, "a", { expiresAt: now + 1_000, staleUntil: now + 1_000 });
    harness.clock.jump(now - 3_600_000);
    expect(await storage.read("a")).toMatchObject({ state: "miss" });
    expect(await Array.fromAsync(storage.entries())).toEqual([]);
  });

  test("times are the clock's, and an entry expires when its time has come", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const now = harness.clock.now();
    await harness.fill(storage, "plain", { expiresAt: now + 1_000, staleUntil: now + 1_000 });
    await harness.fill(storage, "stale", { expiresAt: now + 1_000, staleUntil: now + 3_000 });
    await harness.fill(storage, "forever", { expiresAt: Infinity, staleUntil: Infinity });

    await harness.clock.advance(999);
    expect(await Promise.all(["plain", "stale", "forever"].map((id) => stateOf(storage, id)))).toEqual([
      "hit",
      "hit",
      "hit",
    ]);
    await harness.clock.advance(1);
    expect(await Promise.all(["plain", "stale", "forever"].map((id) => stateOf(storage, id)))).toEqual([
      "miss",
      "stale",
      "hit",
    ]);
    await harness.clock.advance(1_999);
    expect(await stateOf(storage, "stale")).toBe("stale");
    await harness.clock.advance(1);
    expect(await stateOf(storage, "stale")).toBe("miss");
    harness.clock.jump(4e15);
    const reading = await storage.read("forever");
    expect(reading.state === "hit" && [reading.entry.expiresAt, reading.entry.staleUntil]).toEqual([
      Infinity,
      Infinity,
    ]);
  });

  test("a stale entry goes by the rule like any other", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const now = harness.clock.now();
    await harness.fill(storage, "a", { expiresAt: now + 1, staleUntil: now + 1_000 });
    await harness.clock.advance(10);
    expect(await stateOf(storage, "a")).toBe("stale");
    await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(await stateOf(storage, "a")).toBe("miss");
  });

  test("an entry of a later stamp stays, and the earlier fill counts as stored", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const early = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["other"] }));
    await harness.fill(storage, "a", { payload: Buffer.from("later") });
    expect(await storage.write(harness.entry("a", early, { payload: Buffer.from("earlier") }))).toMatchObject(
      { outcome: "stored" },
    );
    expect(await valueOf(storage, "a")).toBe("later");
    await harness.fill(storage, "a", { payload: Buffer.from("latest") });
    expect(await valueOf(storage, "a")).toBe("latest");
  });

  test("values, tags and ids of any text and size come back whole", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const payload = Buffer.alloc(2_000_000, "0123456789");
    const tags = [
      '=a"b\\c',
      "ümläut:🦊",
      "",
      "x\u0000y",
      ...Array.from({ length: 500 }, (_, index) => `user:u-${index}`),
    ];
    await harness.fill(storage, "id|with|bars:🦊", { payload, tags });
    await harness.fill(storage, "empty", { payload: new Uint8Array(), tags: [] });
    const reading = await storage.read("id|with|bars:🦊");
    expect(reading.state === "hit" && reading.entry.tags).toEqual(tags);
    expect(reading.state === "hit" && payload.equals(reading.entry.payload as Uint8Array)).toBe(true);
    expect(await valueOf(storage, "empty")).toBe("");
    await storage.invalidate(invalidation({ tags: ["ümläut:🦊"] }));
    expect(await stateOf(storage, "id|with|bars:🦊")).toBe("miss");
  });

  test("a payload that is no bytes is a mistake of the caller", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    expect(() => storage.write(harness.entry("a", stamp, { payload: { name: "value" } }))).toThrow(TypeError);
  });

  test("entries outlive the storage, and are seen by others at once", async () => {
    const harness = new Harness();
    const first = await harness.open();
    const second = await harness.open();
    await harness.fill(first, "a");
    expect(await stateOf(second, "a")).toBe("hit");
    await second.invalidate(invalidation({ tags: ["a"] }));
    expect(await stateOf(first, "a")).toBe("miss");
    await harness.fill(second, "b");
    first.close();
    second.close();
    expect(await stateOf(await harness.open(), "b")).toBe("hit");
  });
});

describe("values from outside", () => {
  test("supersede what has the tag, and carry the new position", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "other|a", { tags: ["=a"] });
    const stamp = await storage.stamp();
    const verdict = await storage.write(harness.entry("a", stamp, { payload: Buffer.from("set") }), "=a");
    expect(verdict).toMatchObject({ outcome: "stored", at: { position: stamp.position + 1 } });
    expect(await valueOf(storage, "a")).toBe("set");
    expect(await stateOf(storage, "other|a")).toBe("miss");
    const reading = await storage.read("a");
    expect(reading.state === "hit" && reading.entry.stamp.position).toBe(stamp.position + 1);
    expect(await storage.since(stamp)).toMatchObject({ state: "changes", tags: ["=a"] });
  });

  test("fence a load that began before", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.write(harness.entry("a", await storage.stamp(), { payload: Buffer.from("set") }), "=a");
    expect(await storage.write(harness.entry("a", stamp))).toMatchObject({
      outcome: "fenced",
      reason: "invalidated",
    });
    expect(await valueOf(storage, "a")).toBe("set");
  });

  test("are kept out by the rule, and then supersede nothing", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await harness.fill(storage, "other|a", { tags: ["=a"] });
    expect(await storage.write(harness.entry("a", stamp), "=a")).toMatchObject({ outcome: "fenced" });
    expect(await stateOf(storage, "other|a")).toBe("hit");
    expect((await storage.stamp()).position).toBe(1);
  });
});

describe("what followed a stamp", () => {
  test("is every tag and pattern since", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ tags: ["before"] }));
    const stamp = await storage.stamp();
    expect(await storage.since(stamp)).toEqual({ state: "changes", tags: [], patterns: [], at: stamp });
    await storage.invalidate(invalidation({ tags: ["a", "b"], patterns: ["user:*:u-1"] }));
    const at = await storage.invalidate(invalidation({ tags: ["c"] }));
    const changes = await storage.since(stamp);
    expect(changes).toMatchObject({ state: "changes", patterns: ["user:*:u-1"], at });
    expect(changes.state === "changes" && changes.tags.toSorted()).toEqual(["a", "b", "c"]);
  });

  test("is a gap after everything, in another epoch, from the future, and when it is too much", async () => {
    const harness = new Harness();
    const storage = await harness.open({ changesAtOnce: 3 });
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a", "b", "c"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "changes" });
    await storage.invalidate(invalidation({ tags: ["d"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "gap" });
    const at = await storage.stamp();
    expect(await storage.since({ ...at, epoch: "another" })).toEqual({ state: "gap", at });
    expect(await storage.since({ ...at, position: 99 })).toEqual({ state: "gap", at });
    await storage.invalidate(invalidation({ everything: true }));
    expect(await storage.since(at)).toMatchObject({ state: "gap", at: { position: 3 } });
  });
});

describe("listing and clearing", () => {
  test("lists what could be served, over any number of pages", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 600; index++) await harness.fill(storage, `user:describe:u-${index}`);
    await harness.fill(storage, "expired", {
      expiresAt: harness.clock.now(),
      staleUntil: harness.clock.now() + 99,
    });
    await harness.fill(storage, "dead");
    await storage.invalidate(invalidation({ tags: ["dead"] }));
    const entries = await collect(storage.entries());
    expect(new Set(entries.map(({ id }) => id)).size).toBe(600);
    expect(entries.some(({ id }) => id === "expired" || id === "dead")).toBe(false);
    expect(entries[0]).toEqual({
      id: "user:describe:u-0",
      tags: ["=user:describe:u-0", "*", "user", "user:describe", "user:describe:u-0"],
      stamp: { epoch: (await storage.stamp()).epoch, position: 0, time: harness.clock.now() },
      expiresAt: harness.clock.now() + 60_000,
      staleUntil: harness.clock.now() + 60_000,
      size: 100,
    });
  });

  test("counts what an invalidation took away, and nothing that was gone already", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 600; index++) await harness.fill(storage, `user:describe:u-${index}`);
    for (let index = 0; index < 10; index++) await harness.fill(storage, `group:describe:g-${index}`);
    await harness.fill(storage, "user:expired", {
      expiresAt: harness.clock.now(),
      staleUntil: harness.clock.now(),
    });
    await storage.invalidate(invalidation({ tags: ["user:describe:u-1"], patterns: ["user:*:u-2"] }));
    await storage.invalidate(invalidation({ tags: ["user:describe"], patterns: ["group:*:g-1"] }));
    for (let index = 0; index < 20; index++) await harness.fill(storage, `user:describe:u-${index}`);
    await storage.invalidate(invalidation({ tags: ["user:describe:u-3"], patterns: ["user:*:u-4"] }));

    expect(
      await storage.clear(invalidation({ tags: ["user"], patterns: ["group:*:g-1", "group:*:g-2"] })),
    ).toBe(18 + 1);
    expect(await storage.usage()).toMatchObject({ entries: 8 });
    expect(await storage.clear(invalidation({ tags: ["user"] }))).toBe(0);
    expect(await storage.clear(invalidation({ everything: true }))).toBe(8);
    expect(await storage.usage()).toMatchObject({ entries: 0 });
  });

  test("counts right while maintenance sweeps", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 1_000; index++) await harness.fill(storage, `user:describe:u-${index}`);
    const cleared = storage.clear(invalidation({ tags: ["user"] }));
    await harness.clock.advance(10_000);
    expect(await cleared).toBe(1_000);
  });

  test("listing ends with the generation", async () => {
    const harness = new Harness();
    const storage = await harness.open({ quarantine: 0 });
    for (let index = 0; index < 600; index++) await harness.fill(storage, `old:${index}`);
    const ids: string[] = [];
    for await (const { id } of storage.entries()) {
      if (ids.push(id) > 1) continue;
      rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
      for (let index = 0; index < 600; index++) await harness.fill(storage, `new:${index}`);
    }
    expect(ids.length).toBeLessThan(600);
    expect(ids.every((id) => id.startsWith("old:"))).toBe(true);
  });

  test("gives the space back", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 100; index++)
      await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(100_000) });
    const before = await storage.usage();
    expect(await storage.clear(invalidation({ tags: ["a"] }))).toBe(100);
    const after = await storage.usage();
    expect(before.bytes).toBeGreaterThan(10_000_000);
    expect(after.bytes).toBeLessThan(300_000);
    expect(statSync(harness.databaseFile()).size).toBeLessThan(300_000);
  });

  test("clearing fences loads under way", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.clear(invalidation({ everything: true }));
    expect(await storage.write(harness.entry("a", stamp))).toMatchObject({
      outcome: "fenced",
      reason: "floor",
      lastInvalidation: Infinity,
    });
  });
});

describe("counters", () => {
  test("add up, over processes", async () => {
    const harness = new Harness();
    const first = await harness.open();
    await first.addCounters({ hits: 3, saved: 1.5 });
    await first.addCounters({ hits: 2 });
    first.close();
    const second = await harness.open();
    await second.addCounters({ misses: 1 });
    expect(await second.counters()).toEqual({ hits: 5, saved: 1.5, misses: 1 });
  });
});

describe("closing", () => {
  test("can be done twice, and is the end", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    await storage.read("a");
    storage.close();
    storage.close();
    expect(harness.clock.waiting).toBe(0);
    expect(() => storage.read("a")).toThrow(expect.objectContaining({ code: "CACHE_CLOSED" }));
    expect(() => storage.invalidate(invalidation({ tags: ["a"] }))).toThrow(
      expect.objectContaining({ code: "CACHE_CLOSED" }),
    );
    expect(harness.clock.waiting).toBe(0);
    expect(await stateOf(await harness.open(), "a")).toBe("hit");
  });
});
