import { CacheManager, systemClock, type CacheEvent, type Clock } from "@awsideman/cache-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../src/redis-storage-config.ts";
import { patientClock } from "./support/patient-clock.ts";
import { RedisServer, type RedisServerOptions } from "./support/redis-server.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";
import { until } from "./support/until.ts";

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
  readonly cache: CacheManager;
  readonly events: CacheEvent[] = [];
  calls = 0;
  /** What the source says. */
  truth = "first";

  private constructor(clock: Clock) {
    this.cache = new CacheManager({ clock });
  }

  /** @param clock that of the system where it is about deadlines */
  static async open(config: RedisStorageConfig, clock: Clock = patientClock): Promise<Instance> {
    const instance = new Instance(clock);
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

  read(key = "user:list:all"): Promise<string> {
    return this.cache.getOrLoad(key, () => {
      this.calls++;
      return this.truth;
    });
  }

  /** Whether a second read is answered by the cache. */
  async caches(key = `probe:${crypto.randomUUID()}`): Promise<boolean> {
    await this.read(key);
    const before = this.calls;
    // The first one does not wait until it is stored.
    await this.read(key);
    return this.calls === before;
  }

  /** Resolves when the cache is of use. */
  works(): Promise<void> {
    return until(() => this.caches("works:again"));
  }

  get told(): readonly string[] {
    return this.events.map((event) =>
      JSON.stringify(event, (_, value: unknown) => (value instanceof Error ? value.message : value)),
    );
  }
}

/** What callers see of an outage. */
interface Outage {
  readonly answers: readonly string[];
  readonly told: string;
}

/** Reads while Redis is out of order, mends it when all have been answered, and waits until the cache is of use again. */
async function outage(
  instance: Instance,
  about: RegExp,
  mend: () => Promise<unknown> | void,
): Promise<Outage> {
  instance.truth = "second";
  const answers = new Set<string>();
  for (let index = 0; index < 30; index++) answers.add(await instance.read(`other:${index}`));
  await expect.poll(() => instance.told.join("\n")).toMatch(about);
  const told = instance.told.join("\n");
  await mend();
  await instance.works();
  return { answers: [...answers], told };
}

const survived: Outage = { answers: ["second"], told: expect.any(String) as string };

describe("the caller gets the source's answer, and the cache is back without a restart, when Redis", () => {
  test("is gone, and starts again", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url });
    await instance.works();
    await server.kill();
    expect(await outage(instance, /not connected|closed|ECONNREFUSED/, () => server.restart())).toEqual(
      survived,
    );
  });

  test("was never there, and starts later", async () => {
    const server = await startServer();
    await server.kill();
    const instance = await Instance.open({ url: server.url });
    expect(await outage(instance, /not connected \(connect ECONNREFUSED/, () => server.restart())).toEqual(
      survived,
    );
  });

  test("is frozen", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: server.url }, systemClock);
    await instance.works();
    server.freeze();
    expect(await outage(instance, /did not answer within 50 ms/, () => server.thaw())).toEqual(survived);
  });

  test("is slow by two seconds", async () => {
    const server = await startServer();
    const proxy = await startProxy(server);
    const instance = await Instance.open({ url: proxy.url }, systemClock);
    await instance.works();
    proxy.delayReplies(2_000);
    expect(await outage(instance, /did not answer within 50 ms/, () => proxy.delayReplies(0))).toEqual(
      survived,
    );
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
    await expect.poll(() => instance.cache.healthCheck()).toMatchObject({ healthy: true });
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
    await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    expect(await outage(instance, /NOAUTH/, () => admin.config("SET", "requirepass", ""))).toEqual(survived);
  });

  test("does not have the database that is wanted", async () => {
    const server = await startServer();
    const instance = await Instance.open({ url: `${server.url}/5` });
    await instance.works();
    const wrong = await Instance.open({ url: `${server.url}/99` });
    expect(await wrong.caches()).toBe(false);
    expect(wrong.told.join("\n")).toMatch(/does not give the database that is wanted.*out of range/);
    const client = server.client();
    onTestFinished(() => client.disconnect());
    expect(await client.dbsize()).toBe(0);
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
    expect(await outage(instance, /not connected|LOADING|closed/, () => restarted)).toEqual(survived);
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
      await Instance.open({ url: proxy.url }, systemClock),
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
    await expect.poll(() => other.read("works:again")).toBe("second");
    await cutOff.works();
    expect(await cutOff.read("works:again")).toBe("second");
  });
});
