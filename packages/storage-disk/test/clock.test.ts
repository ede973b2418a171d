import { describe, expect, test } from "vitest";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const hour = 3_600_000;

describe("a clock that is set back into the life of an entry that had expired", () => {
  /** An entry for a minute, an hour in which another is stored by another process, and back to half a minute. */
  async function setBack(): Promise<Harness> {
    const harness = new Harness();
    const [first, second] = [await harness.open(), await harness.open()];
    const began = harness.clock.now();
    await harness.fill(first, "a");
    await harness.clock.advance(hour);
    await harness.fill(second, "b");
    for (const storage of [first, second]) storage.close();
    harness.clock.jump(began + 30_000);
    return harness;
  }

  test("does not bring it back, in no process, and an event tells it once", async () => {
    const harness = await setBack();
    const [first, second] = [await harness.open(), await harness.open()];
    expect(await stateOf(first, "a")).toBe("miss");
    expect(await stateOf(second, "a")).toBe("miss");
    expect(harness.troubles).toMatchObject([
      { type: "storage-recovered", message: expect.stringContaining("clock") as string },
    ]);
    expect(await first.check()).toEqual({ entries: 0, problems: [] });
  });

  test("does not keep it from being loaded again, nor end the generation", async () => {
    const harness = await setBack();
    const storage = await harness.open();
    const { epoch } = await storage.stamp();
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(await harness.open(), "a")).toBe("hit");
    await harness.clock.advance(30_000);
    expect(await stateOf(storage, "a")).toBe("hit");
    expect(await storage.stamp()).toMatchObject({ epoch });
  });

  test("is waited for by who reads, while somebody else holds the lock", async () => {
    const harness = await setBack();
    const storage = await harness.open();
    const other = harness.sqlite();
    other.exec("begin immediate");
    const reading = storage.read("a");
    expect(reading).toBeInstanceOf(Promise);
    other.exec("rollback");
    await harness.clock.advance(10);
    expect((await reading).state).toBe("miss");
  });
});

test("an invalidation tells what time it was, too", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const began = harness.clock.now();
  await harness.fill(storage, "a");
  await harness.clock.advance(hour);
  await storage.invalidate(invalidation({ tags: ["b"] }));
  harness.clock.jump(began + 30_000);
  expect(await stateOf(storage, "a")).toBe("miss");
});

test("the time is written down once a minute, not with every fill", async () => {
  const harness = new Harness();
  const storage = await harness.open();
  const seen = (): unknown => harness.sqlite().prepare("select seen from meta").get()?.["seen"];
  await harness.fill(storage, "a");
  const first = seen();
  expect(first).toBe(harness.clock.now());
  await harness.clock.advance(59_000);
  await harness.fill(storage, "b");
  expect(seen()).toBe(first);
  await harness.clock.advance(1_000);
  await harness.fill(storage, "c");
  expect(seen()).toBe(harness.clock.now());
});
