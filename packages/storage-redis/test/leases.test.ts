import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import {
  CacheManager,
  systemClock,
  type CacheEvent,
  type LoadLease,
  type OthersLease,
  type OwnLease,
} from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorage } from "../src/redis-storage.ts";
import type { RedisStorageConfig } from "../src/redis-storage-config.ts";
import { headBytes, ownerBytes } from "../src/scripts/lease-functions.ts";
import { Harness, onRealTime } from "./support/harness.ts";
import { RedisServer } from "./support/redis-server.ts";

const id = "user:describe:u-1";
/** By the clock of the test. Redis itself, which goes by its own, removes nothing in the meantime. */
const lease = 900_000;
/** Connections are real: that the clock of the test moves on does not make them silent. */
const limits = { lease, silence: 100 * lease };

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  admin = server.client();
}, 200_000);
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

async function ask(storage: RedisStorage): Promise<LoadLease | undefined> {
  return (await storage.read(id, 0)).lease;
}

async function own(storage: RedisStorage): Promise<OwnLease> {
  const given = await ask(storage);
  expect(given?.state).toBe("yours");
  return given as OwnLease;
}

async function others(storage: RedisStorage): Promise<OthersLease> {
  const given = await ask(storage);
  expect(given?.state).toBe("others");
  return given as OthersLease;
}

describe("a lease", () => {
  test("that is kept is renewed while its load goes on, and lapses afterwards", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(limits), await harness.open(limits)];
    const end = (await own(one)).keep();
    for (let turn = 0; turn < 10; turn++) {
      await harness.clock.advance(lease / 3);
      await expect.poll(async () => (await others(other)).lapsesAfter).toBe(lease);
    }
    end(true);
    await harness.clock.advance(lease);
    await own(other);
  });

  test("that somebody else has by now is neither renewed nor ended by who had it", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(limits), await harness.open(limits)];
    const end = (await own(one)).keep();
    // Frozen, as it were: its renewal comes too late.
    await harness.clock.advance(lease / 3 - 1);
    harness.clock.jump(harness.clock.now() + lease);
    await own(other);
    harness.clock.jump(harness.clock.now() + 1);
    await harness.clock.advance(lease / 3);
    await expect.poll(async () => (await others(one)).lapsesAfter).toBeLessThan(lease);
    end(false);
    await expect.poll(async () => (await others(one)).state).toBe("others");
  });

  test("is good for no longer than it may last when the clock was set back", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(limits), await harness.open(limits)];
    await own(one);
    harness.clock.jump(harness.clock.now() - 3_600_000);
    expect((await ask(other))?.state).toBe("yours");
  });

  test("wakes no more instances than it remembers; the others are told when to look", async () => {
    const harness = new Harness({ url: server.url });
    const few = { ...limits, leaseWaiters: 1 };
    const [one, first, second] = [await harness.open(few), await harness.open(few), await harness.open(few)];
    await own(one);
    const woken = (await others(first)).wait(new AbortController().signal);
    expect((await others(second)).lapsesAfter).toBe(lease);
    expect(await admin.strlen(harness.key(`l:${id}`))).toBe(headBytes + ownerBytes);
    await harness.fill(one, id);
    await woken;
  });

  test("leaves nothing in Redis that stays", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(limits), await harness.open(limits)];
    await own(one);
    const waiting = (await others(other)).wait(new AbortController().signal);
    const name = harness.key(`l:${id}`);
    expect(await admin.pttl(name)).toBeGreaterThan(0);
    await harness.fill(one, id);
    await waiting;
    expect(await admin.exists(name)).toBe(0);
    const streams = await admin.keys(harness.key("w:*"));
    expect(streams).toHaveLength(1);
    expect(await admin.pttl(streams[0] as string)).toBeGreaterThan(0);
  });

  test("of something else than a lease is taken, and nothing fails", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open(limits);
    for (const damage of [
      () => admin.set(harness.key(`l:${id}`), "short"),
      () => admin.del(harness.key(`l:${id}`)).then(() => admin.lpush(harness.key(`l:${id}`), "a list")),
    ]) {
      await damage();
      await own(storage);
    }
    expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
    expect((await storage.read(id, 0)).state).toBe("hit");
  });
});

describe("an instance with `maxLoadWait: 0`", () => {
  test("takes no lease and waits for none, and what it stores wakes the others", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(limits), await harness.open(limits)];
    const alone = await harness.open(limits, { maxLoadWait: 0 });
    expect(await ask(alone)).toBeUndefined();
    await own(one);
    expect(await ask(alone)).toBeUndefined();
    const waiting = (await others(other)).wait(new AbortController().signal);
    await harness.fill(alone, id);
    await waiting;
    expect(await other.read(id, 0)).not.toHaveProperty("lease");
  });
});

/** A cache whose deadlines go by the clock of the test; its connections are watched in real time. */
class Instance {
  readonly cache: CacheManager;
  readonly events: CacheEvent[] = [];
  loads = 0;

  private constructor(clock: FakeClock) {
    this.cache = new CacheManager({ clock });
  }

  static async open(config: RedisStorageConfig, clock: FakeClock): Promise<Instance> {
    const instance = new Instance(clock);
    onTestFinished(() => instance.cache.close());
    instance.cache.on("storage-failed", (event) => instance.events.push(event));
    instance.cache.registerBackend("redis", (given, context) => openWith(given, onRealTime(context)));
    await instance.cache.configureStorage({ backend: "redis", config: { ...config } });
    return instance;
  }

  get(load: () => Promise<string> | string): Promise<string> {
    return this.cache.getOrLoad(id, () => {
      this.loads++;
      return load();
    });
  }
}

describe("who waits when Redis is in trouble", () => {
  /** One loads without end, another one waits for it; on a server of its own. */
  async function waiting(): Promise<{
    readonly server: RedisServer;
    readonly admin: Redis;
    readonly clock: FakeClock;
    readonly other: Instance;
    readonly answer: Promise<string>;
  }> {
    const own = await RedisServer.start();
    const client = own.client();
    onTestFinished(async () => {
      client.disconnect();
      await own.stop();
    });
    const clock = new FakeClock();
    const config = { url: own.url };
    const [one, other] = [await Instance.open(config, clock), await Instance.open(config, clock)];
    const controller = new AbortController();
    onTestFinished(() => controller.abort());
    void one.get(
      () => new Promise((resolve) => controller.signal.addEventListener("abort", () => resolve("late"))),
    );
    await expect.poll(() => one.loads).toBe(1);
    const answer = other.get(() => "own");
    const blocked = async (): Promise<number> =>
      Number(/blocked_clients:(\d+)/.exec(await client.info("clients"))?.[1]);
    await expect.poll(blocked).toBe(1);
    expect(other.loads).toBe(0);
    return { server: own, admin: client, clock, other, answer };
  }

  test("loads when the lease would have lapsed and a look has had its 50 ms, if it hangs", async () => {
    const { server: frozen, clock, other, answer } = await waiting();
    frozen.freeze();
    expect(other.loads).toBe(0);
    await clock.advance(1_000);
    await clock.advance(50);
    // A process that was too busy to read what has come gets one more turn.
    await clock.advance(0);
    expect(await answer).toBe("own");
    frozen.thaw();
  });

  test("loads at once if the connection is cut on which he waits", async () => {
    const { admin: client, clock, other, answer } = await waiting();
    const began = clock.now();
    const waiters = String(await client.client("LIST")).split("\n");
    const waiter = waiters.flatMap((line) => /^id=(\d+) .* cmd=xread /.exec(line)?.[1] ?? []);
    await client.call("CLIENT", "KILL", "ID", waiter[0] as string);
    expect(await answer).toBe("own");
    expect(clock.now()).toBe(began);
    expect(other.events).toContainEqual(expect.objectContaining({ operation: `wait for ${id}` }));
  });

  test("loads at once if it is gone", async () => {
    const { server: gone, clock, answer } = await waiting();
    const began = clock.now();
    await gone.kill();
    expect(await answer).toBe("own");
    expect(clock.now()).toBe(began);
  });
});

test("a process that closes nothing does not end before it has what another instance loads", async () => {
  const key = "user:list:all";
  const context = { clock: systemClock, random: () => 0.5, emit: () => undefined };
  const storage = await openWith({ url: server.url }, context);
  onTestFinished(() => storage.close());
  const { lease: given } = await storage.read(key, 0);
  const end = (given as OwnLease).keep();
  const program = path.join(import.meta.dirname, "fixtures/never-closes.ts");
  const run = promisify(execFile)(process.execPath, ["--conditions=@awsideman/source", program, server.url]);
  const waiting = (): Promise<number> => admin.strlen(`{awsideman}:l:${key}`);
  await expect.poll(waiting).toBe(headBytes + ownerBytes);
  end(false);
  expect((await run).stdout).toBe("loaded\n");
});
