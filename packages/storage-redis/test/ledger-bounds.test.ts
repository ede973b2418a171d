import { describe, expect, test } from "vitest";
import type { RedisStorage } from "../src/index.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

async function invalidateMany(storage: RedisStorage, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await storage.invalidate(invalidation({ tags: [`many:${index}`] }));
}

/** The names in the ledger that begin so. */
async function fields(harness: Harness, prefix: string): Promise<readonly string[]> {
  return (await redis.hkeys(harness.key("ledger"))).filter((name) => name.startsWith(prefix)).toSorted();
}

describe("a ledger with too many tags", () => {
  test("forgets the oldest, and raises the floor to them", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerTags: 20 });
    await harness.fill(storage, "early");
    const early = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["victim"] }));
    await invalidateMany(storage, 50);
    const middle = await storage.stamp();
    await harness.fill(storage, "middle");
    await invalidateMany(storage, 2);

    expect((await fields(harness, "t:")).length).toBeLessThanOrEqual(20);
    expect(await redis.xlen(harness.key("feed"))).toBeLessThanOrEqual(20);
    expect(await stateOf(storage, "early")).toBe("miss");
    expect(await storage.write(harness.entry("victim", early))).toMatchObject({
      outcome: "fenced",
      reason: "floor",
      lastInvalidation: Infinity,
    });
    expect(await storage.since(early)).toMatchObject({ state: "gap" });
    expect(await storage.since(middle)).toMatchObject({ state: "changes" });
    expect(await stateOf(storage, "middle")).toBe("hit");
  });

  test("forgets none that was invalidated again since, and then the floor stays", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerTags: 20 });
    await harness.fill(storage, "early");
    for (let index = 0; index < 50; index++) await storage.invalidate(invalidation({ tags: ["again"] }));
    expect(await fields(harness, "t:")).toEqual(["t:again"]);
    expect(await stateOf(storage, "early")).toBe("hit");
  });

  test("keeps what was unsettled, and the marks of operations under way", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerTags: 20 });
    await storage.invalidate(invalidation({ tags: ["settling"], settle: 60_000 }));
    await storage.invalidate(invalidation({ tags: ["marked"], open: { operation: "o", lease: 120_000 } }));
    await invalidateMany(storage, 50);
    expect(await harness.fill(storage, "anything")).toMatchObject({ reason: "unsettled" });
    await harness.clock.advance(60_000);
    expect(await harness.fill(storage, "anything")).toMatchObject({ outcome: "stored" });
    expect(await harness.fill(storage, "marked")).toMatchObject({ reason: "unsettled" });
    await harness.clock.advance(60_000);
    expect(await harness.fill(storage, "marked")).toMatchObject({ outcome: "stored" });
  });

  test("begins to count again when its feed is lost", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerTags: 20 });
    await invalidateMany(storage, 9);
    await redis.del(harness.key("feed"));
    const stamp = await storage.stamp();
    await invalidateMany(storage, 9);
    expect(await storage.since(stamp)).toMatchObject({ state: "changes" });
  });

  test("is begun anew when what no feed tells of any more has become too much", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerTags: 20 });
    const { epoch } = await storage.stamp();
    await redis.hset(
      harness.key("ledger"),
      Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`t:${n}`, "1"])),
    );
    await redis.hset(harness.key("ledger"), "position", "999");
    expect((await storage.invalidate(invalidation({ tags: ["a"] }))).epoch).not.toBe(epoch);
    expect((await fields(harness, "t:")).length).toBe(1);
  });
});

describe("marks", () => {
  test("of operations that nobody has closed are forgotten a day after they have run out", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const open = (operation: string): Promise<unknown> =>
      storage.invalidate(
        invalidation({ tags: ["a"], patterns: ["b:*:c"], open: { operation, lease: 60_000 } }),
      );
    for (const operation of ["one", "two", "three"]) await open(operation);
    const during = await storage.stamp();
    await harness.clock.advance(24 * 60 * 60_000);
    await open("four");
    expect(await fields(harness, "o:")).toEqual(["o:four", "o:one", "o:three", "o:two"]);
    await harness.clock.advance(60_000);
    await open("five");
    await open("six");
    expect(await fields(harness, "o:")).toEqual(["o:five", "o:four", "o:six"]);
    expect((await fields(harness, "q:")).length).toBe(3);
    // A load that began while they were open is kept out all the same.
    expect(await storage.write(harness.entry("x", during))).toMatchObject({ reason: "unsettled" });
    for (const operation of ["four", "five", "six"])
      await storage.invalidate(invalidation({ close: operation }));
    expect(await fields(harness, "m:")).toEqual([]);
    expect(await fields(harness, "wide")).toEqual([]);
  });
});

describe("a ledger with too many patterns", () => {
  test("widens the oldest, and tells those who follow", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ ledgerPatterns: 2 });
    const ids = ["assignment:list:a-1:p-1", "assignment:list:a-2:p-1", "group:members:g-1"];
    for (const id of ids) await harness.fill(storage, id);
    await storage.invalidate(invalidation({ patterns: ["assignment:*:a-1"], settle: 1_000 }));
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ patterns: ["user:*:u-1", "user:*:u-2"] }));
    expect(await Promise.all(ids.map((id) => stateOf(storage, id)))).toEqual(["miss", "miss", "hit"]);
    expect(await storage.since(stamp)).toMatchObject({ state: "changes", tags: ["assignment"] });
    expect(await harness.fill(storage, "assignment:list:a-2:p-1")).toMatchObject({ reason: "unsettled" });
    await harness.clock.advance(1_000);
    expect(await harness.fill(storage, "assignment:list:a-2:p-1")).toMatchObject({ outcome: "stored" });
  });

  test("finds a pattern of any beginning", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    for (const [pattern, id] of [
      ["*:list", "user:list"],
      ["us*:list", "user:list"],
      ["ns|user:*:x", "ns|caller|user:list:x"],
    ] as const) {
      const tags = id.startsWith("ns") ? ["=ns|user:list:x", "ns|*"] : undefined;
      await harness.fill(storage, id, tags === undefined ? {} : { tags });
      await storage.invalidate(invalidation({ patterns: ["other:*:thing"] }));
      expect([pattern, await stateOf(storage, id)]).toEqual([pattern, "hit"]);
      await storage.invalidate(invalidation({ patterns: [pattern] }));
      expect([pattern, await stateOf(storage, id)]).toEqual([pattern, "miss"]);
    }
  });
});
