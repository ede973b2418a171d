import { rmSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

describe("reading and writing", () => {
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

  test("a payload that is no bytes is a mistake of the caller", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    expect(() => storage.write(harness.entry("a", stamp, { payload: { name: "value" } }))).toThrow(TypeError);
  });
});

describe("what followed a stamp", () => {
  test("is a gap when it is too much", async () => {
    const harness = new Harness();
    const storage = await harness.open({ changesAtOnce: 3 });
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a", "b", "c"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "changes" });
    await storage.invalidate(invalidation({ tags: ["d"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "gap" });
  });
});

describe("listing and clearing", () => {
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

  test("gives the space back to the file system", async () => {
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
