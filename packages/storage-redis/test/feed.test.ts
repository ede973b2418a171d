import { setImmediate } from "node:timers/promises";
import { CacheManager, systemClock, type CacheEvent, type Clock } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../src/redis-storage-config.ts";
import { Harness, invalidation } from "./support/harness.ts";
import { veryLong } from "./support/patient-clock.ts";
import { RedisServer } from "./support/redis-server.ts";

const key = "user:list:all";

async function startServer(): Promise<{ readonly server: RedisServer; readonly admin: Redis }> {
  const server = await RedisServer.start();
  const admin = server.client();
  onTestFinished(async () => {
    admin.disconnect();
    await server.stop();
  });
  return { server, admin };
}

/** How many clients wait in a blocking read. */
async function blocked(admin: Redis): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(await admin.info("clients"))?.[1]);
}

/** Cuts the connections of those who wait. */
async function killBlocked(admin: Redis): Promise<void> {
  for (const client of String(await admin.client("LIST")).split("\n")) {
    const id = /^id=(\d+) .* cmd=xread /.exec(client)?.[1];
    if (id !== undefined) await admin.call("CLIENT", "KILL", "ID", id);
  }
}

interface InstanceOptions {
  readonly clock?: Clock;
  readonly maxStaleness?: number;
}

/** One of a fleet: memory in front of Redis. */
class Instance {
  readonly cache: CacheManager;
  readonly events: CacheEvent[] = [];

  private constructor(clock: Clock) {
    this.cache = new CacheManager({ clock });
  }

  static async open(
    redis: RedisStorageConfig,
    { clock = systemClock, maxStaleness = veryLong }: InstanceOptions = {},
  ): Promise<Instance> {
    const instance = new Instance(clock);
    const { cache, events } = instance;
    onTestFinished(() => cache.close());
    cache.registerBackend("memory", createMemoryStorage);
    cache.registerBackend("redis", (given, context) =>
      openWith(given, context, { limits: { quarantine: 0, silence: 300 } }),
    );
    cache.configureCircuitBreaker({ recoveryTimeout: 20 });
    for (const type of ["storage-trouble", "storage-recovered"] as const)
      cache.on(type, (event) => events.push(event));
    const far = { backend: "redis", config: { ...redis } };
    await cache.configureStorage({ backend: "tiered", config: { far, maxStaleness } });
    return instance;
  }

  read(truth: string): Promise<string> {
    return this.cache.getOrLoad(key, () => truth);
  }

  /** Whether the near tier answers: Redis is not asked, or now and then only. */
  async isNear(admin: Redis, truth: string): Promise<boolean> {
    const asked = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info("commandstats"))?.[1]);
    // What was loaded is stored a little later.
    await this.read(truth);
    await this.read(truth);
    const before = await asked();
    for (let index = 0; index < 20; index++) await this.read(truth);
    return (await asked()) - before < 20;
  }
}

describe("waiting for a change", () => {
  test.for([2, 3] as const)(
    "ends when something is recorded, and not before, in RESP%i",
    async (protocol) => {
      const { server, admin } = await startServer();
      const harness = new Harness({ url: server.url, options: { protocol } });
      const [one, other] = [await harness.open(), await harness.open()];
      await one.invalidate(invalidation({ tags: ["a"] }));
      const stamp = await one.stamp();
      let isOver = false;
      const waiting = one.waitForChange(stamp, veryLong).then(() => (isOver = true));
      await expect.poll(() => blocked(admin)).toBe(1);
      expect(isOver).toBe(false);
      await other.invalidate(invalidation({ tags: ["b"] }));
      await waiting;
    },
  );

  test("ends at once for who does not know the latest", async () => {
    const { server } = await startServer();
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await expect(storage.waitForChange(stamp, veryLong)).resolves.toBeUndefined();
  });

  test("goes on for who knows what has woken another", async () => {
    const { server, admin } = await startServer();
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const first = storage.waitForChange(stamp, veryLong);
    await expect.poll(() => blocked(admin)).toBe(1);
    let isOver = false;
    const second = storage
      .waitForChange({ ...stamp, position: stamp.position + 1 }, veryLong)
      .then(() => (isOver = true));
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await first;
    await expect.poll(() => blocked(admin)).toBe(1);
    expect(isOver).toBe(false);
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await second;
  });

  test("is told once: a stream that is ahead of its ledger is not news all the time", async () => {
    const { server, admin } = await startServer();
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    await admin.xadd(harness.key("feed"), "99-0", "everything", "0");
    await storage.waitForChange(stamp, veryLong);
    const waiting = storage.waitForChange(stamp, veryLong);
    await expect.poll(() => blocked(admin)).toBe(1);
    storage.close();
    await expect(waiting).rejects.toMatchObject({ code: "CACHE_CLOSED" });
  });

  test("ends in time by the clock that was given", async () => {
    const { server, admin } = await startServer();
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const waiting = storage.waitForChange(await storage.stamp(), veryLong);
    await expect.poll(() => blocked(admin)).toBe(1);
    await harness.clock.advance(veryLong);
    await expect(waiting).resolves.toBeUndefined();
  });

  test("is one blocking read, on a connection of its own, for however many wait", async () => {
    const { server, admin } = await startServer();
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const waiting = Array.from({ length: 50 }, () => storage.waitForChange(stamp, veryLong));
    await expect.poll(() => blocked(admin)).toBe(1);
    await storage.invalidate(invalidation({ tags: ["a"] }));
    await Promise.all(waiting);
    expect(await admin.info("commandstats")).toMatch(/cmdstat_xread:calls=1,/);
  });

  test("fails while nobody can tell, and leaves nothing under way at a server that hangs", async () => {
    const { server, admin } = await startServer();
    const harness = new Harness({ url: server.url, options: { disconnectTimeout: 20 } });
    const storage = await harness.open({ silence: 100 });
    const stamp = await storage.stamp();
    // So long that the server, which goes by a clock of its own, does not answer before it is frozen.
    const first = storage.waitForChange(stamp, 50_000);
    await expect.poll(() => blocked(admin)).toBe(1);
    server.freeze();
    await harness.clock.advance(50_000);
    await first;
    const others = Array.from({ length: 20 }, () => storage.waitForChange(stamp, veryLong));
    const settled = Promise.allSettled(others);
    await harness.clock.advance(100);
    expect((await settled).map(({ status }) => status)).toEqual(Array<string>(20).fill("rejected"));
    await expect(storage.waitForChange(stamp, veryLong)).rejects.toMatchObject({
      code: "CACHE_BACKEND_UNAVAILABLE",
    });
    server.thaw();
    await expect.poll(() => blocked(admin)).toBe(0);
  });

  test("without the right to it is an event, once", async () => {
    const { server, admin } = await startServer();
    await admin.call("ACL", "SETUSER", "default", "-xread");
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const stamp = await storage.stamp();
    for (let index = 0; index < 3; index++)
      await expect(storage.waitForChange(stamp, veryLong)).rejects.toThrow("NOPERM");
    expect(harness.troubles).toEqual([
      "Redis does not let this instance wait for others: a near tier asks from time to time, and everybody loads for himself",
    ]);
  });

  test("opens no connection before, and leaves none behind", async () => {
    const { server, admin } = await startServer();
    const client = server.client();
    onTestFinished(() => client.disconnect());
    const harness = new Harness({ client });
    const count = async (): Promise<number> =>
      String(await admin.client("LIST"))
        .trim()
        .split("\n").length;
    await client.ping();
    const before = await count();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    expect(await count()).toBe(before + 1);
    const waiting = storage.waitForChange(stamp, veryLong);
    const settled = Promise.allSettled([waiting]);
    await expect.poll(() => blocked(admin)).toBe(1);
    expect(await count()).toBe(before + 2);
    storage.close();
    await settled;
    await expect(waiting).rejects.toMatchObject({ code: "CACHE_CLOSED" });
    await expect(storage.waitForChange(stamp, veryLong)).rejects.toMatchObject({ code: "CACHE_CLOSED" });
    await expect.poll(count).toBe(before);
    expect(harness.clock.waiting).toBe(0);
  });
});

describe("a near tier over Redis", () => {
  test("knows at once what another instance has invalidated, while its own clock stands still", async () => {
    const { server, admin } = await startServer();
    const clock = new FakeClock();
    const one = await Instance.open({ url: server.url }, { clock });
    const other = await Instance.open({ url: server.url }, { clock });
    expect(await one.read("first")).toBe("first");
    await expect.poll(() => one.isNear(admin, "first")).toBe(true);
    await expect.poll(() => blocked(admin)).toBe(1);
    const began = clock.now();
    for (const truth of ["second", "third", "fourth"]) {
      await other.cache.invalidate(key);
      await expect.poll(() => one.read(truth)).toBe(truth);
    }
    expect(clock.now()).toBe(began);
    expect(one.events).toEqual([]);
  });

  test("whose feed is cut off is never older than its bound, and is woken again afterwards", async () => {
    const { server, admin } = await startServer();
    const one = await Instance.open({ url: server.url }, { maxStaleness: 200 });
    const other = await Instance.open({ url: server.url }, { maxStaleness: 200 });
    await one.read("first");
    await expect.poll(() => blocked(admin)).toBe(1);
    for (const truth of ["second", "third", "fourth"]) {
      await killBlocked(admin);
      await other.cache.invalidate(key);
      const end = performance.now() + 200;
      let lastStale = -Infinity;
      for (;;) {
        const begin = performance.now();
        if ((await one.read(truth)) === truth) break;
        lastStale = begin;
        await setImmediate();
      }
      expect(lastStale).toBeLessThanOrEqual(end);
      await expect.poll(() => blocked(admin)).toBe(1);
    }
  });

  test("is off when the server has been frozen for its bound, and back afterwards", async () => {
    const { server, admin } = await startServer();
    const one = await Instance.open({ url: server.url }, { maxStaleness: 200 });
    await one.read("first");
    await expect.poll(() => blocked(admin)).toBe(1);
    server.freeze();
    await expect.poll(() => one.read("second")).toBe("second");
    await expect.poll(() => JSON.stringify(one.events)).toContain("cannot be followed");
    server.thaw();
    await expect.poll(() => one.isNear(admin, "second")).toBe(true);
    await expect.poll(() => blocked(admin)).toBe(1);
  });

  test("has nothing left of before when all was flushed", async () => {
    const { server, admin } = await startServer();
    const one = await Instance.open({ url: server.url }, { maxStaleness: 200 });
    await one.read("first");
    await expect.poll(() => one.isNear(admin, "first")).toBe(true);
    await admin.flushall();
    await expect.poll(() => one.read("second")).toBe("second");
    for (let index = 0; index < 20; index++) expect(await one.read("third")).not.toBe("first");
    // Whoever was late at first finds the new ledger with one of the next reads.
    await expect
      .poll(async () => {
        await one.read("third");
        return one.events.map(({ type }) => type);
      })
      .toContain("storage-recovered");
  });
});
