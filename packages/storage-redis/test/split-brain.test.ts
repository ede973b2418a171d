import { describe, expect, test } from "vitest";
import { Harness, invalidation, stateOf, tagsOf } from "./support/harness.ts";
import { startPair } from "./support/redis-pair.ts";
import { until } from "./support/until.ts";

describe("while a replica has taken the place of a master that is not told", () => {
  test("that one answers nobody, if it must not write without a replica", async () => {
    const [master, replica] = await startPair(["--min-replicas-to-write", "1"]);
    const harness = new Harness({ url: master.url });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    expect(await stateOf(storage, "a")).toBe("hit");
    await replica.command("REPLICAOF", "NO", "ONE");
    const refusal = expect.objectContaining({
      message: expect.stringContaining("NOREPLICAS") as string,
    }) as Error;
    await expect.poll(() => stateOf(storage, "a").catch((error: unknown) => error)).toEqual(refusal);
    await expect(storage.invalidate(invalidation({ tags: ["a"] }))).rejects.toThrow(refusal);
  });

  test("without that it goes on answering those who are connected to it, until it is made a replica", async () => {
    const [master, replica] = await startPair();
    const harness = new Harness({ url: master.url });
    const there = await harness.open();
    await harness.fill(there, "a");
    await replica.command("REPLICAOF", "NO", "ONE");
    const here = await harness.open({}, { url: replica.url });
    expect(await stateOf(here, "a")).toBe("miss");
    await here.invalidate(invalidation({ tags: tagsOf("a") }));
    expect(await stateOf(there, "a")).toBe("hit");
    await master.command("REPLICAOF", "127.0.0.1", replica.port);
    await expect(stateOf(there, "a")).rejects.toThrow("READONLY");
  });

  test("it records nothing for who waits for a replica", async () => {
    const [master, replica] = await startPair();
    const storage = await new Harness({ url: master.url, replicasToAck: 1, ackTimeout: 20 }).open();
    await replica.command("REPLICAOF", "NO", "ONE");
    await until(async () => /connected_slaves:0/.test(await master.text("INFO", "replication")));
    await expect(storage.invalidate(invalidation({ tags: ["a"] }))).rejects.toThrow(
      "reached 0 of 1 replicas",
    );
  });
});
