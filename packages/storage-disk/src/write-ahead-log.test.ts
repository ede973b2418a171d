import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { Harness } from "../test/support/harness.ts";

const megabyte = 1024 * 1024;

test("values of any size leave the log as short as small ones do while a reader is in its way, whoever stores them", async () => {
  const harness = new Harness();
  const storages = await Promise.all([1, 2, 3].map(() => harness.open()));
  for (const storage of storages) await harness.fill(storage, "a");
  const reader = harness.sqlite();
  reader.exec("begin");
  reader.prepare("select count(*) from entry").get();
  const outcomes = new Set<string>();
  for (let index = 1; index <= 9; index++) {
    const payload = Buffer.alloc(6 * megabyte, index);
    const storage = storages[index % 3] as (typeof storages)[number];
    const verdict = storage.write(harness.entry("a", await storage.stamp(), { payload }));
    await harness.clock.advance(300);
    outcomes.add((await verdict).outcome);
  }
  expect(outcomes).toEqual(new Set(["stored", "dropped"]));
  // What is longer than 16 MB grows no more: by the one that was let in before that, at most.
  expect(statSync(`${harness.databaseFile()}-wal`).size).toBeLessThan(23 * megabyte);
});
