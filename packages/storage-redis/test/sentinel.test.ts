import { systemClock } from "@awsideman/cache-core";
import { storageContract } from "@awsideman/cache-core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RedisStorage } from "../src/redis-storage.ts";
import { checkModel } from "./support/check-model.ts";
import { Harness, invalidation, openPatiently, stateOf } from "./support/harness.ts";
import { veryLong } from "./support/patient-clock.ts";
import { startSentinel, type RedisSentinels } from "./support/redis-sentinel.ts";

let setup: RedisSentinels;

beforeAll(async () => {
  setup = await startSentinel(veryLong);
}, 200_000);
afterAll(() => setup.stop());

storageContract({
  name: "Redis behind Sentinels",
  capabilities: { payload: "bytes", reach: "fleet", persistent: true, bounded: false },
  counters: true,
  leases: true,
  moments: true,
  examines: true,
  open: ({ store, ...context }) => {
    const { sentinels, name: sentinelName } = setup;
    return openPatiently({ sentinels, sentinelName, namespace: store }, context);
  },
});

test("random plans with faults break no law", async () => {
  const report = await checkModel({ sentinels: setup.sentinels }, 30);
  expect(report.cached).toBeGreaterThan(report.runs);
}, 900_000);

describe("replicas to acknowledge", () => {
  test("an invalidation counts as recorded when so many replicas have it", async () => {
    const harness = new Harness({ sentinels: setup.sentinels, replicasToAck: 1, ackTimeout: 20_000 });
    const storage = await harness.open();
    expect(storage.capabilities.patience).toBe(20_050);
    await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(await setup.replica.command("HGET", harness.key("ledger"), "t:a")).toBe("1");
  });

  test("it fails when they are not reached in time, and may be sent again", async () => {
    const harness = new Harness({ sentinels: setup.sentinels, replicasToAck: 2, ackTimeout: 20 });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    await expect(storage.invalidate(invalidation({ tags: ["a"] }))).rejects.toMatchObject({
      code: "CACHE_BACKEND_UNAVAILABLE",
      // Whether the one that there is has answered by then is its own affair.
      message: expect.stringMatching(
        /^Redis: an invalidation has reached [01] of 2 replicas in 20 ms$/,
      ) as string,
    });
    // Recorded all the same.
    expect(await stateOf(storage, "a")).toBe("miss");
  });
});

describe("a failover", () => {
  test("is another epoch, for those who were there and for those who come later", async () => {
    const harness = new Harness({ sentinels: setup.sentinels });
    const open = (): Promise<RedisStorage> => harness.open({ quarantine: 0 }, {}, { clock: systemClock });
    const [one, closed] = [await open(), await open()];
    await harness.fill(one, "a");
    await closed.stamp();
    closed.close();
    const before = await one.stamp();
    await one.invalidate(invalidation({ tags: ["w"] }));
    await one.waitForChange(before, 60_000);
    await setup.failOver();
    await expect.poll(async () => (await one.stamp().catch(() => before)).epoch).not.toBe(before.epoch);
    expect(await stateOf(one, "a")).toBe("miss");
    expect(await stateOf(await open(), "a")).toBe("miss");
    expect(await harness.fill(one, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(one, "a")).toBe("hit");
    expect(harness.troubles.join()).toMatch(/another life of the server/);
    const stamp = await one.stamp();
    await one.invalidate(invalidation({ tags: ["w"] }));
    await expect.poll(() => one.waitForChange(stamp, 60_000).catch(() => "not yet")).toBeUndefined();
  });
});
