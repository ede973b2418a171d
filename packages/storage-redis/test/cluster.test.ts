import { systemClock } from "@awsideman/cache-core";
import { storageContract } from "@awsideman/cache-core/testing";
import { Cluster } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { RedisStorage } from "../src/redis-storage.ts";
import { slotOf } from "../src/redis-keys.ts";
import { checkModel } from "./support/check-model.ts";
import { Harness, invalidation, openPatiently, stateOf } from "./support/harness.ts";
import { startCluster, type RedisCluster } from "./support/redis-cluster.ts";
import type { RedisServer } from "./support/redis-server.ts";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 200_000);
afterAll(() => cluster.stop());

storageContract({
  name: "Redis Cluster",
  capabilities: { payload: "bytes", reach: "fleet", persistent: true, bounded: false },
  counters: true,
  leases: true,
  moments: true,
  examines: true,
  open: ({ store, ...context }) => openPatiently({ cluster: cluster.nodes, namespace: store }, context),
});

test("random plans with faults break no law", async () => {
  const report = await checkModel({ cluster: cluster.nodes }, 30);
  expect(report.cached).toBeGreaterThan(report.runs);
}, 900_000);

/** Namespaces, one for each master. */
function spread(): Harness[] {
  return cluster.masters.map((_, index) => {
    for (;;) {
      const harness = new Harness({ cluster: cluster.nodes });
      if (Math.floor((slotOf(harness.namespace) * cluster.masters.length) / 16_384) === index) return harness;
    }
  });
}

/** Whether one who waits hears of what is recorded. */
async function isWoken(storage: RedisStorage): Promise<boolean> {
  const waiting = storage.waitForChange(await storage.stamp(), 60_000).then(
    () => true,
    () => false,
  );
  await storage.invalidate(invalidation({ tags: ["w"] }));
  return waiting;
}

describe("a namespace in a cluster", () => {
  test("lives in the slot that the cluster says", async () => {
    for (const name of ["awsideman", "a", "x.y-z_1:2"])
      expect(
        await (cluster.masters[0] as RedisServer).command("CLUSTER", "KEYSLOT", `{${name}}:ledger`),
      ).toBe(slotOf(name));
  });

  test("has all its keys on one master, and every master can have one", async () => {
    for (const [index, harness] of spread().entries()) {
      const storage = await harness.open();
      await harness.fill(storage, "user:list:all");
      await storage.invalidate(invalidation({ tags: ["x"] }));
      await storage.addCounters({ hits: 1 });
      const master = cluster.masters[index] as RedisServer;
      const keys = (
        (await master.command("SCAN", 0, "MATCH", `{${harness.namespace}}*`, "COUNT", 100_000)) as [
          string,
          string[],
        ]
      )[1];
      expect(keys.toSorted()).toEqual(
        ["counters", "e:user:list:all", "feed", "ledger"].map((name) => harness.key(name)),
      );
      expect(await storage.clear(invalidation({ everything: true }))).toBe(1);
      expect(await storage.usage()).toEqual({ entries: 0, bytes: 0 });
    }
  });

  test("can be used with few rights, in its keys alone", async () => {
    const [harness] = spread() as [Harness];
    const rights = `~{${harness.namespace}}:* +hello +info +eval +evalsha +xread +scan +cluster|slots +cluster|info +time +hget
      +hmget +hset +hdel +hincrby +hlen +get +set +getrange +strlen +unlink +exists +xadd +xrange +xdel`;
    for (const master of cluster.masters)
      await master.command("ACL", "SETUSER", "cache", "reset", "on", ">secret", ...rights.split(/\s+/));
    const storage = await harness.open({}, { options: { username: "cache", password: "secret" } });
    await harness.fill(storage, "a");
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["b"] }));
    await storage.waitForChange(stamp, 60_000);
    expect(await storage.clear(invalidation({ tags: ["a"] }))).toBe(1);
    expect(harness.events).toEqual([]);
  });

  test("is reached with the settings of a client that is there already", async () => {
    const client = new Cluster([...cluster.nodes], { lazyConnect: true, keyPrefix: "elsewhere:" });
    onTestFinished(() => client.disconnect());
    await client.connect();
    const harness = new Harness({ client });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    expect(await stateOf(storage, "a")).toBe("hit");
    storage.close();
    expect(await client.ping()).toBe("PONG");
  });

  test("moves to another master: nothing older is served there, and nothing has to be restarted", async () => {
    const [harness] = spread() as [Harness];
    const storage = await harness.open({ quarantine: 0 }, {}, { clock: systemClock });
    await harness.fill(storage, "a");
    const { epoch } = await storage.stamp();
    expect(await isWoken(storage)).toBe(true);
    await cluster.moveSlot(slotOf(harness.namespace), 0, 1);
    await expect.poll(async () => (await storage.stamp().catch(() => ({ epoch }))).epoch).not.toBe(epoch);
    expect(await stateOf(storage, "a")).toBe("miss");
    await harness.fill(storage, "a");
    expect(await stateOf(storage, "a")).toBe("hit");
    await expect.poll(() => isWoken(storage)).toBe(true);
  });

  test("whose master is gone fails at once, and is back when it is", async () => {
    const [, , harness] = spread() as [Harness, Harness, Harness];
    const storage = await harness.open({ quarantine: 0 }, {}, { clock: systemClock });
    await storage.stamp();
    const master = cluster.masters[2] as RedisServer;
    await master.kill();
    await expect(storage.stamp()).rejects.toMatchObject({ code: "CACHE_BACKEND_UNAVAILABLE" });
    // Also when it has been asked where the slots are.
    await expect(storage.stamp()).rejects.toMatchObject({ code: "CACHE_BACKEND_UNAVAILABLE" });
    await master.restart();
    await expect
      .poll(() =>
        storage.stamp().then(
          () => "back",
          () => "away",
        ),
      )
      .toBe("back");
  });
});
