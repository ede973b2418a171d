import { CacheManager, type CacheEvent } from "@awsideman/cache-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../src/redis-storage-config.ts";
import { RedisServer, type RedisServerOptions } from "./support/redis-server.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

async function startServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

async function startProxy(server: RedisServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  return proxy;
}

/** A cache in Redis over a source that counts. */
class Instance {
  readonly cache: CacheManager = new CacheManager();
  readonly events: CacheEvent[] = [];
  calls = 0;
  /** What the source says. */
  truth = "first";
  /** The longest that a caller has waited, in milliseconds. */
  longest = 0;

  static async open(config: RedisStorageConfig): Promise<Instance> {
    const instance = new Instance();
    const { cache, events } = instance;
    onTestFinished(() => cache.close());
    // A ledger that was lost may keep fills out at once here, and not for a quarter of an hour.
    cache.registerBackend("redis", (given, context) =>
      openWith(given, context, { limits: { quarantine: 0 } }),
    );
    cache.configureCircuitBreaker({ recoveryTimeout: 20 });
    for (const type of ["storage-failed", "storage-trouble", "invalidation-deferred", "not-kept"] as const)
      cache.on(type, (event) => events.push(event));
    await cache.configureStorage({ backend: "redis", config: { ...config } });
    return instance;
  }

  async read(key = "user:list:all"): Promise<string> {
    const begun = performance.now();
    const value = await this.cache.getOrLoad(key, () => {
      this.calls++;
      return this.truth;
    });
    this.longest = Math.max(this.longest, performance.now() - begun);
    return value;
  }

  /** Whether a second read is answered by the cache. */
  async caches(key = `probe:${crypto.randomUUID()}`): Promise<boolean> {
    await this.read(key);
    const before = this.calls;
    // The first one does not wait until it is stored.
    await this.read(key);
    return this.calls === before;
  }

  async works(): Promise<void> {
    await expect.poll(() => this.caches("works:again"), { timeout: 20_000, interval: 20 }).toBe(true);
  }

  get told(): readonly string[] {
    return this.events.map((event) =>
      JSON.stringify(event, (_, value: unknown) => (value instanceof Error ? value.message : value)),
    );
  }
}

/** What every fault has in common: the source's own answer, soon, an event, and no restart. */
async function survives(
  instance: Instance,
  { text, mend }: { readonly text: RegExp; readonly mend: () => Promise<void> | void },
): Promise<void> {
  instance.truth = "second";
  instance.longest = 0;
  for (let index = 0; index < 30; index++) expect(await instance.read(`other:${index}`)).toBe("second");
  // Five deadlines of 50 ms at most until the breaker opens; no call waits for more than a look and a stamp.
  expect(instance.longest).toBeLessThan(1_000);
  await expect.poll(() => instance.told.join("\n"), { timeout: 20_000 }).toMatch(text);
  await mend();
  await instance.works();
}

describe("the caller gets the source's answer, and the cache is back without a restart, when Redis", () => {
  test("is gone, and starts again", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.kill();
    await survives(instance, { text: /not connected|closed|ECONNREFUSED/, mend: () => server.restart() });
  });

  test("was never there, and starts later", async () => {
    const server = await startServer();
    await server.kill();
    const instance = await Instance.open({ url: server.url });
    await survives(instance, { text: /ECONNREFUSED/, mend: () => server.restart() });
  });

  test("is frozen", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    server.freeze();
    await survives(instance, { text: /did not answer within 50 ms/, mend: () => server.thaw() });
  });

  test("is slow by two seconds", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const instance = await Instance.open({ url: proxy.url });
    await instance.works();
    proxy.delayReplies(2_000);
    await survives(instance, { text: /did not answer within 50 ms/, mend: () => proxy.delayReplies(0) });
  });

  test("is cut off in the middle of a reply", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const instance = await Instance.open({ url: proxy.url });
    await instance.works();
    proxy.cutAfter(5);
    expect(await instance.read("works:again")).toBe("first");
    expect(instance.told.join("\n")).toMatch(/closed/);
    await instance.works();
  });

  test("has become a replica, and is a master again", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.command("REPLICAOF", "127.0.0.1", 1);
    // What it holds may be older than what was invalidated at the new master: it is not even read.
    instance.truth = "second";
    expect(await instance.read("works:again")).toBe("second");
    expect(instance.told.join("\n")).toMatch(/READONLY/);
    await server.command("REPLICAOF", "NO", "ONE");
    // The same process, but another life: what was recorded elsewhere meanwhile is not known here.
    await expect
      .poll(() => instance.cache.healthCheck(), { timeout: 20_000 })
      .toMatchObject({ healthy: true });
    expect(await instance.read("works:again")).toBe("second");
  });

  test("is cut off from its replicas, and refuses writes", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.command("CONFIG", "SET", "min-replicas-to-write", 1);
    // What nobody could invalidate is not served either.
    instance.truth = "second";
    expect(await instance.read("works:again")).toBe("second");
    expect(instance.told.join("\n")).toMatch(/NOREPLICAS/);
    await server.command("CONFIG", "SET", "min-replicas-to-write", 0);
    await instance.works();
  });

  test("wants a password all of a sudden", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    const admin = server.client();
    onTestFinished(() => admin.disconnect());
    await admin.config("SET", "requirepass", "secret");
    await admin.client("KILL", "TYPE", "normal", "SKIPME", "yes");
    await survives(instance, {
      text: /NOAUTH/,
      mend: async () => void (await admin.config("SET", "requirepass", "")),
    });
  });

  test("has forgotten its scripts", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.command("SCRIPT", "FLUSH");
    const { calls } = instance;
    await instance.read("works:again");
    expect(instance.calls).toBe(calls);
    expect(instance.told).toEqual([]);
  });

  test("is still loading", async () => {
    const server = await startServer({ args: ["--loading-process-events-interval-bytes", "1024"] });
    await server.command(
      "EVAL",
      "for i = 1, 1000 do redis.call('SET', 'b' .. i, string.rep('x', 200)) end",
      0,
    );
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.command("SAVE");
    await server.kill();
    const restarted = server.restart(["--key-load-delay", "2000"]);
    await survives(instance, { text: /not connected|LOADING|closed/, mend: () => restarted });
  });
});

describe("when the memory of Redis is full", () => {
  test("fills are not kept, and invalidations are recorded all the same", async () => {
    const server = await startServer({ args: ["--maxmemory-policy", "noeviction"] });
    const [one, other] = [await Instance.open({ url: server.url }), await Instance.open({ url: server.url })];
    await one.works();
    await server.command("CONFIG", "SET", "maxmemory", 1);
    await one.read("something:new");
    await expect.poll(() => one.told.join("\n")).toMatch(/not-kept.*full/);
    expect(await other.read("works:again")).toBe("first");
    expect(other.calls).toBe(0);
    await one.cache.invalidate("works:*");
    other.truth = "second";
    expect(await other.read("works:again")).toBe("second");
    expect(one.told.join("\n")).not.toMatch(/deferred|failed/);
    await server.command("CONFIG", "SET", "maxmemory", 0);
    await one.works();
  });
});

describe("an invalidation", () => {
  test("that nobody can record waits, and is recorded before anything is read again", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const [cutOff, other] = [
      await Instance.open({ url: proxy.url }),
      await Instance.open({ url: server.url }),
    ];
    await cutOff.works();
    proxy.delayReplies(1e6);
    await cutOff.cache.invalidate("works:*");
    expect(cutOff.told.join("\n")).toMatch(/deferred/);
    cutOff.truth = other.truth = "second";
    expect(await cutOff.read("works:again")).toBe("second");
    proxy.delayReplies(0);
    proxy.cut();
    // Sent twice perhaps: it harms nobody.
    await expect.poll(() => other.read("works:again"), { timeout: 20_000 }).toBe("second");
    await cutOff.works();
    expect(await cutOff.read("works:again")).toBe("second");
  });
});
