import { describe, expect, test } from "vitest";
import { CacheManager } from "@awsideman/cache-core";
import { Redis } from "ioredis";
import { createStorage } from "../src/index.ts";
import { slotOf } from "../src/redis-keys.ts";
import { identityOf, resolveConfig } from "../src/redis-storage-config.ts";

const url = "redis://user:hidden@host:6380/2";

describe("the configuration", () => {
  test("says where Redis is in exactly one way", () => {
    const address = { host: "host", port: 1 };
    expect(resolveConfig({ url })).toMatchObject({
      place: { kind: "url", url },
      namespace: "awsideman",
      replicasToAck: 0,
      ackTimeout: 500,
    });
    expect(resolveConfig({ sentinels: [address] })).toMatchObject({
      place: { kind: "sentinels", name: "mymaster" },
    });
    expect(resolveConfig({ cluster: [address] })).toMatchObject({
      place: { kind: "cluster", nodes: [address] },
    });
    const client = new Redis({ lazyConnect: true });
    expect(resolveConfig({ client })).toMatchObject({ place: { kind: "client" } });
    for (const config of [{}, { url, cluster: [address] }])
      expect(() => resolveConfig(config)).toThrow(
        "Exactly one of `client`, `url`, `sentinels`, `cluster` must be given",
      );
  });

  test.each([
    [{ url, maxSizeMb: 5 }, TypeError, "`maxSizeMb`"],
    [{ url: "http://user:hidden@host" }, TypeError, "`url`"],
    [{ url: "no url: hidden" }, TypeError, "`url`"],
    [{ url: `${url}?enableOfflineQueue=true` }, TypeError, "`url`"],
    [{ url: "redis://host/database" }, TypeError, "`url`"],
    [{ url: "redis://user:hidden%zz@host" }, TypeError, "`url`"],
    [{ url, namespace: "" }, TypeError, "`namespace`"],
    [{ url, namespace: "a}b" }, TypeError, "`namespace`"],
    [{ url, namespace: "a*" }, TypeError, "`namespace`"],
    [{ url, replicasToAck: "1" }, TypeError, "`replicasToAck`"],
    [{ url, replicasToAck: -1 }, RangeError, "`replicasToAck`"],
    [{ url, ackTimeout: 0 }, RangeError, "`ackTimeout`"],
    [{ url, options: "hidden" }, TypeError, "`options`"],
    [{ url, sentinelName: "a" }, TypeError, "`sentinelName`"],
    [{ sentinels: [] }, TypeError, "`sentinels`"],
    [{ sentinels: [{ host: "a", port: 1 }], sentinelName: "" }, TypeError, "`sentinelName`"],
    [{ cluster: [{ host: "a" }] }, TypeError, "`cluster`"],
    [{ client: {} }, TypeError, "`client`"],
  ])("%j is refused, without a word of what may be a password", (config, kind, name) => {
    const resolve = (): unknown => resolveConfig(config);
    expect(resolve).toThrow(kind);
    expect(resolve).toThrow(name);
    expect(resolve).not.toThrow("hidden");
  });

  test("a wrong one is the caller's mistake at once", async () => {
    const cache = new CacheManager();
    cache.registerBackend("redis", createStorage);
    await expect(cache.configureStorage({ backend: "redis", config: { port: 6379 } })).rejects.toThrow(
      TypeError,
    );
    await cache.close();
  });

  test("the identity of a storage is where it is, without user and password", () => {
    const identity = (config: Record<string, unknown>): string => {
      const { place, namespace } = resolveConfig(config);
      return identityOf(place, namespace);
    };
    expect(identity({ url })).toBe("redis host:6380/2 awsideman");
    expect(identity({ url: "redis://host" })).toBe("redis host:6379/0 awsideman");
    const nodes = [
      { host: "b", port: 2 },
      { host: "a", port: 1 },
    ];
    expect(identity({ cluster: nodes })).toBe(identity({ cluster: nodes.toReversed() }));
    expect(identity({ sentinels: nodes, options: { db: 3, password: "hidden" }, namespace: "n" })).toBe(
      "redis a:1,b:2/3 n",
    );
  });
});

test("the slot of a namespace is the one that Redis Cluster documents", () => {
  expect(["123456789", "user1000", "awsideman"].map(slotOf)).toEqual([12_739, 3443, slotOf("awsideman")]);
});
