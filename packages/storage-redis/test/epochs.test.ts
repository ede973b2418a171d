import { describe, expect, onTestFinished, test } from "vitest";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { RedisServer } from "./support/redis-server.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

function setUp(): Harness {
  return new Harness({ url: server.url });
}

describe("a ledger that was lost", () => {
  for (const [name, lose] of Object.entries({
    "evicted alone": (harness: Harness) => redis.del(harness.key("ledger")),
    "taken with all the rest": () => redis.flushall(),
    "damaged by somebody": (harness: Harness) => redis.hdel(harness.key("ledger"), "position"),
  })) {
    test(`${name} is another epoch: nothing older is served, and nothing is stored while it may be unsettled`, async () => {
      const harness = setUp();
      const storage = await harness.open({ quarantine: 900_000 });
      await harness.fill(storage, "a");
      const before = await storage.stamp();
      await lose(harness);

      expect(await stateOf(storage, "a")).toBe("miss");
      const after = await storage.stamp();
      expect(after.epoch).not.toBe(before.epoch);
      expect(harness.troubles.join()).toMatch(/begun anew/);
      expect(await storage.write(harness.entry("a", before))).toMatchObject({
        outcome: "fenced",
        reason: "epoch",
      });
      expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
      expect(await storage.condition()).toEqual({ state: "recovering", until: after.time + 900_000 });
      await harness.clock.advance(899_999);
      expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
      await harness.clock.advance(1);
      expect(await storage.condition()).toEqual({ state: "good" });
      expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
      expect(await stateOf(storage, "a")).toBe("hit");
    });
  }

  test("is recorded in by an invalidation all the same", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await redis.flushall();
    const { position } = await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(position).toBe(1);
  });

  test("is no first one for anybody who finds traces of another", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ tags: ["a"] }));
    storage.close();
    await redis.del(harness.key("ledger"));
    expect(await harness.fill(await harness.open(), "a")).toMatchObject({ reason: "unsettled" });
  });

  test("is begun again by those who know of an earlier one, when somebody took his for the first", async () => {
    const harness = setUp();
    const knowing = await harness.open();
    await harness.fill(knowing, "a");
    await redis.flushall();
    const unknowing = await harness.open();
    expect(await harness.fill(unknowing, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(knowing, "a")).toBe("miss");
    expect(await stateOf(unknowing, "a")).toBe("miss");
    expect(await harness.fill(unknowing, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  });

  test("is begun by one of many only", async () => {
    const harness = setUp();
    const storages = await Promise.all(Array.from({ length: 5 }, () => harness.open()));
    await Promise.all(storages.map((storage) => storage.stamp()));
    await redis.del(harness.key("ledger"));
    const stamps = await Promise.all(storages.map((storage) => storage.stamp()));
    expect(new Set(stamps.map(({ epoch }) => epoch)).size).toBe(1);
    expect(harness.troubles).toHaveLength(1);
  });
});

describe("the first ledger of a namespace", () => {
  test("stores at once, and tells of nothing", async () => {
    const harness = setUp();
    const storage = await harness.open();
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(harness.events).toEqual([]);
  });
});

describe("a ledger that was turned back", () => {
  test("is found out by who knows a later position", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const backup = (await redis.dumpBuffer(harness.key("ledger"))) as Buffer;
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await redis.restore(harness.key("ledger"), 0, backup, "REPLACE");
    expect(await stateOf(storage, "a")).toBe("miss");
    expect(harness.troubles.join()).toMatch(/behind what is known/);
  });

  test("is found out by who knows nothing, when an entry is ahead of it", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await storage.stamp();
    const backup = (await redis.dumpBuffer(harness.key("ledger"))) as Buffer;
    await storage.invalidate(invalidation({ tags: ["x"] }));
    await harness.fill(storage, "ahead");
    storage.close();
    await redis.restore(harness.key("ledger"), 0, backup, "REPLACE");
    const other = await harness.open();
    const { epoch } = await other.stamp();
    expect(await stateOf(other, "ahead")).toBe("miss");
    expect((await other.stamp()).epoch).not.toBe(epoch);
  });

  test("is found out by a fill that is ahead of it", async () => {
    const harness = setUp();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const backup = (await redis.dumpBuffer(harness.key("ledger"))) as Buffer;
    const later = await storage.invalidate(invalidation({ tags: ["x"] }));
    storage.close();
    await redis.restore(harness.key("ledger"), 0, backup, "REPLACE");
    const other = await harness.open();
    expect(await other.write(harness.entry("a", later))).toMatchObject({
      outcome: "fenced",
      reason: "epoch",
    });
    expect((await other.stamp()).epoch).not.toBe(stamp.epoch);
  });
});

describe("a server that was restarted", () => {
  test("with all its data is another life nevertheless: what it had last may be missing", async () => {
    const own = await RedisServer.start({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    onTestFinished(() => own.stop());
    const harness = new Harness({ url: own.url });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    storage.close();
    await own.kill();
    await own.restart(["--appendonly", "yes"]);
    expect(await own.command("EXISTS", harness.key("e:a"))).toBe(1);
    expect(await stateOf(await harness.open(), "a")).toBe("miss");
    expect(harness.troubles.join()).toMatch(/another life of the server/);
  });

  test("as the same process, promoted after it was a replica, is another life too", async () => {
    const own = await RedisServer.start();
    onTestFinished(() => own.stop());
    const harness = new Harness({ url: own.url });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    storage.close();
    await own.command("REPLICAOF", "127.0.0.1", 1);
    await own.command("REPLICAOF", "NO", "ONE");
    expect(await stateOf(await harness.open(), "a")).toBe("miss");
  });
});

describe("a feed that was lost", () => {
  test("is a gap, and takes nothing else away", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    await harness.fill(storage, "b");
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await redis.del(harness.key("feed"));
    const between = await storage.invalidate(invalidation({ tags: ["x"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "gap" });
    expect(await Promise.all(["a", "b"].map((id) => stateOf(storage, id)))).toEqual(["miss", "hit"]);
    await storage.invalidate(invalidation({ tags: ["y"] }));
    expect(await storage.since(between)).toMatchObject({ state: "changes", tags: ["y"] });
    expect((await storage.stamp()).epoch).toBe(stamp.epoch);
  });

  test("goes with its epoch: what another one left behind is not told", async () => {
    const harness = setUp();
    const storage = await harness.open();
    for (const tag of ["a", "b", "c"]) await storage.invalidate(invalidation({ tags: [tag] }));
    await redis.del(harness.key("ledger"));
    const stamp = await storage.stamp();
    expect(await redis.exists(harness.key("feed"))).toBe(0);
    await storage.invalidate(invalidation({ tags: ["d"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "changes", tags: ["d"] });
  });

  test("that belongs to another life is begun anew", async () => {
    const harness = setUp();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await redis.xadd(harness.key("feed"), "99-0", "tags", '["z"]');
    await storage.invalidate(invalidation({ tags: ["d"] }));
    expect(await storage.since(stamp)).toMatchObject({ state: "changes", tags: ["d"] });
  });
});

describe("a damaged entry", () => {
  test("is a miss, whichever byte it is, and is replaced by the next fill", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ tags: ["x"] }));
    await harness.fill(storage, "a");
    const key = harness.key("e:a");
    const whole = (await redis.getBuffer(key)) as Buffer;
    await storage.invalidate(invalidation({ tags: ["y"] }));
    const { epoch } = await storage.stamp();
    for (let index = 0; index < whole.length; index++) {
      const damaged = Buffer.from(whole);
      damaged[index] = (damaged[index] as number) ^ 0x10;
      await redis.set(key, damaged);
      expect([index, await stateOf(storage, "a")]).toEqual([index, "miss"]);
    }
    for (const length of [0, 10, 48, 49, whole.length - 1]) {
      await redis.set(key, whole.subarray(0, length));
      expect([length, await stateOf(storage, "a")]).toEqual([length, "miss"]);
    }
    await redis.del(key);
    await redis.lpush(key, "no string at all");
    expect(await stateOf(storage, "a")).toBe("miss");
    expect((await storage.stamp()).epoch).toBe(epoch);
    await redis.set(key, whole.fill(0xff, 17, 23));
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(storage, "a")).toBe("hit");
    expect(harness.troubles).toContain("A damaged entry is a miss");
  });

  test("under the name of another is a miss", async () => {
    const harness = setUp();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    await redis.set(harness.key("e:b"), (await redis.getBuffer(harness.key("e:a"))) as Buffer);
    expect(await stateOf(storage, "b")).toBe("miss");
  });
});

describe("names and values that are encrypted", () => {
  test("have a ledger that says nothing of those that are not, and what was kept without is removed", async () => {
    const harness = setUp();
    const plain = await harness.open();
    await harness.fill(plain, "a");
    const encrypted = await harness.open({}, {}, { encrypted: true });
    expect(await stateOf(encrypted, "a")).toBe("miss");
    await expect.poll(() => redis.exists(harness.key("e:a"))).toBe(0);
    await harness.clock.advance(900_000);
    await harness.fill(encrypted, "b");
    // An invalidation of names that have nothing in common makes everything a miss.
    await plain.invalidate(invalidation({ tags: ["elsewhere"] }));
    expect(await stateOf(encrypted, "b")).toBe("miss");
  });
});
