import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { onTestFinished, expect, test } from "vitest";
import { DiskStorage } from "../src/disk-storage.ts";
import { GenerationDirectory } from "../src/generation-directory.ts";
import { GenerationKeeper } from "../src/generation-keeper.ts";
import { limitsOf } from "../src/limits.ts";
import { createTables, schemaVersion } from "../src/schema.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const quarantine = 15 * 60_000;

/** The storage as a build would have it that knows another form of the ledger, and cannot read ours. */
function openVersion(harness: Harness, version: number): DiskStorage {
  const context = {
    clock: harness.clock,
    random: Math.random,
    emit: (event: Harness["events"][number]): unknown => harness.events.push(event),
  };
  const limits = limitsOf({ maximumBytes: 10 * 1024 * 1024 } as Parameters<typeof limitsOf>[0]);
  const keeper = new GenerationKeeper(
    new GenerationDirectory(harness.directory, { version }),
    limits,
    context,
  );
  const storage = new DiskStorage(keeper, limits, context);
  onTestFinished(() => storage.close());
  return storage;
}

test("two versions in one folder: each stores for itself, and what one invalidates neither serves", async () => {
  const harness = new Harness();
  const [older, newer] = [await harness.open(), openVersion(harness, schemaVersion + 1)];
  for (const id of ["a", "b"]) expect(await harness.fill(older, id)).toMatchObject({ outcome: "stored" });
  // What is unsettled is known to the older one alone.
  expect(await harness.fill(newer, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  await harness.clock.advance(quarantine);
  for (const id of ["a", "b"]) {
    for (const storage of [older, newer])
      expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
  }
  expect([await stateOf(older, "a"), await stateOf(newer, "a")]).toEqual(["hit", "hit"]);

  const loading = await newer.stamp();
  await older.invalidate(invalidation({ tags: ["a"] }));
  expect([await stateOf(older, "a"), await stateOf(newer, "a")]).toEqual(["miss", "miss"]);
  expect(await newer.write(harness.entry("a", loading))).toMatchObject({
    outcome: "fenced",
    reason: "epoch",
  });
  // The one that has recorded it keeps the rest.
  expect([await stateOf(older, "b"), await stateOf(newer, "b")]).toEqual(["hit", "miss"]);

  await harness.clock.advance(quarantine);
  await harness.fill(newer, "c");
  await newer.write(harness.entry("b", await newer.stamp()), "=b");
  expect([await stateOf(older, "b"), await stateOf(newer, "b"), await stateOf(newer, "c")]).toEqual([
    "miss",
    "hit",
    "hit",
  ]);
  expect(readdirSync(path.join(harness.directory)).toSorted()).toEqual(["v2", "v3"]);
});

test("what an earlier build left is not taken for damaged, and stays where it is", async () => {
  const harness = new Harness();
  const earlier = new GenerationDirectory(harness.directory, { version: 1 });
  earlier.prepare();
  earlier.found();
  earlier.beginGeneration("000000000000000a");
  earlier.publish("000000000000000a");
  const storage = await harness.open();
  await harness.clock.advance(quarantine);
  for (const id of ["a", "b"]) expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
  expect(earlier.findMarker()).toBeDefined();
  await storage.invalidate(invalidation({ tags: ["a"] }));
  expect(earlier.findMarker()).toBeUndefined();
  expect([await stateOf(storage, "a"), await stateOf(storage, "b")]).toEqual(["miss", "hit"]);
  expect(existsSync(earlier.databasePath("000000000000000a"))).toBe(true);
  expect(harness.events).toEqual([]);
});

test("whoever changes the tables gives them another number", () => {
  const form = createHash("sha256").update(createTables.replaceAll(/\s+/g, " ")).digest("hex").slice(0, 16);
  expect([schemaVersion, form]).toEqual([2, "8f523cdf7e0778d1"]);
});
