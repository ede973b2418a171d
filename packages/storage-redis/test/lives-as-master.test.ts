import { systemClock } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { commandsOf } from "./support/commands-of.ts";
import { Harness, invalidation, stateOf, tagsOf } from "./support/harness.ts";
import { veryLong } from "./support/patient-clock.ts";
import { startPair } from "./support/redis-pair.ts";
import type { RedisServer } from "./support/redis-server.ts";
import { until } from "./support/until.ts";

/** Gives a master the data of its former replica, and promotes it again. Nobody tells its clients. */
async function failOverAndBack(master: RedisServer, replica: RedisServer): Promise<void> {
  await replica.command("REPLICAOF", "NO", "ONE");
  await master.command("REPLICAOF", "127.0.0.1", replica.port);
  await until(async () => /master_link_status:up/.test(await master.text("INFO", "replication")));
  await master.command("REPLICAOF", "NO", "ONE");
}

describe("a server that was a replica meanwhile, and is the master again, on the same connections", () => {
  test("serves nobody who has not asked in the meantime what it had forgotten by then", async () => {
    const [master, replica] = await startPair();
    const harness = new Harness({ url: master.url });
    const idle = await harness.open({ connectPatience: veryLong });
    const other = await harness.open();
    await harness.fill(idle, "a");
    await until(async () => (await replica.command("EXISTS", harness.key("e:a"))) === 1);
    expect(await stateOf(idle, "a")).toBe("hit");
    // The replica is on its own already when this is recorded, and acknowledged.
    await replica.command("REPLICAOF", "NO", "ONE");
    await other.invalidate(invalidation({ tags: tagsOf("a") }));
    other.close();
    await failOverAndBack(master, replica);
    await harness.clock.advance(1_000);
    await expect(stateOf(idle, "a")).rejects.toThrow("was a replica meanwhile");
    const later = async (): Promise<string> => {
      // Then it tries to connect again.
      await harness.clock.advance(1_000);
      return stateOf(idle, "a").catch(() => "away");
    };
    await expect.poll(later).toBe("miss");
  });

  test("begins one new epoch, and not one for each call of who is late and who is not", async () => {
    const [master, replica] = await startPair();
    const harness = new Harness({ url: master.url });
    const open = () => harness.open({}, {}, { clock: systemClock });
    const early = await open();
    await harness.fill(early, "a");
    await until(async () => (await replica.command("EXISTS", harness.key("e:a"))) === 1);
    await failOverAndBack(master, replica);
    const late = await open();
    const { epoch } = await late.stamp();
    const epochOf = (storage: typeof late): Promise<string> =>
      storage.stamp().then(
        (stamp) => stamp.epoch,
        () => "away",
      );
    await expect.poll(() => epochOf(early)).toBe(epoch);
    for (const storage of [late, early, late]) expect(await epochOf(storage)).toBe(epoch);
  });
});

test("a server is asked which life it is in by who has not called for a second, once, and not by who has", async () => {
  const [master] = await startPair();
  const harness = new Harness({ url: master.url });
  const storage = await harness.open();
  const redis = master.client();
  const sent = (): Promise<readonly string[]> =>
    commandsOf(redis, () => Promise.all([storage.stamp(), storage.stamp()]));
  await storage.stamp();
  expect(await sent()).not.toContain("info");
  await harness.clock.advance(900);
  expect(await sent()).not.toContain("info");
  await harness.clock.advance(999);
  expect(await sent()).not.toContain("info");
  await harness.clock.advance(1_000);
  expect((await sent()).filter((name) => name === "info")).toHaveLength(1);
  expect(await sent()).not.toContain("info");
  // A replica would not refuse a fill that stores nothing.
  await harness.clock.advance(999);
  const stamp = { epoch: "another", position: 0, time: 0 };
  expect(await storage.write(harness.entry("a", stamp))).toMatchObject({ outcome: "fenced" });
  await harness.clock.advance(1);
  expect(await sent()).toContain("info");
  redis.disconnect();
});
