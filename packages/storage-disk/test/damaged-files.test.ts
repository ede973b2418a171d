import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { DamagedFiles } from "../src/damaged-files.ts";
import { GenerationDirectory } from "../src/generation-directory.ts";
import { openWithLimits } from "../src/open-disk-storage.ts";
import { Harness, invalidation, stateOf, temporaryDirectory } from "./support/harness.ts";

const quarantine = 15 * 60_000;
const megabyte = 1024 * 1024;

function foldersIn(root: string): readonly string[] {
  return readdirSync(root)
    .filter((name) => name.startsWith("damaged-"))
    .map((name) => path.join(root, name));
}

/** Puts garbage in the place of the database, as if its pages had been lost. Those who have it open keep what they have. */
function lose(harness: Harness): Buffer {
  const garbage = Buffer.alloc(100_000, harness.databaseFile());
  writeFileSync(`${harness.databaseFile()}.new`, garbage, { mode: 0o600 });
  renameSync(`${harness.databaseFile()}.new`, harness.databaseFile());
  return garbage;
}

/** Turns the ledger back, as a log does that ends early. */
function turnBack(harness: Harness): void {
  harness.sqlite().exec("update meta set position = position - 1, guard = guard - 3");
}

/** Damages what is in use, and lets a storage notice. */
async function breakOnce(harness: Harness): Promise<void> {
  const storage = await harness.open();
  await storage.invalidate(invalidation({ tags: ["a"] }));
  turnBack(harness);
  await storage.read("a");
  storage.close();
}

describe("a damaged generation is moved aside", () => {
  test("by whoever opens it, as it was, and an event says where", async () => {
    const harness = new Harness();
    const first = await harness.open();
    await harness.fill(first, "a");
    const { epoch } = await first.stamp();
    const garbage = lose(harness);
    const second = await harness.open();

    const [folder = ""] = foldersIn(harness.root);
    expect(path.basename(folder)).toMatch(new RegExp(`^damaged-\\d{8}T\\d{6}Z-${epoch}$`));
    expect(readFileSync(path.join(folder, `${epoch}.db`)).equals(garbage)).toBe(true);
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
    expect(JSON.stringify(harness.troubles)).toContain(folder);
    expect([await stateOf(first, "a"), await stateOf(second, "a")]).toEqual(["miss", "miss"]);
    expect(harness.files().filter((name) => name.endsWith(".db"))).toEqual([
      `${(await second.stamp()).epoch}.db`,
    ]);
  });

  test("while it is in use, and nobody but its user can look into it", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const { epoch } = await storage.stamp();
    await harness.fill(storage, "a");
    await storage.invalidate(invalidation({ tags: ["b"] }));
    expect(await stateOf(storage, "a")).toBe("hit");
    turnBack(harness);
    expect(await stateOf(storage, "a")).toBe("miss");

    const [folder = ""] = foldersIn(harness.root);
    expect(JSON.stringify(harness.troubles)).toContain(folder);
    expect(readdirSync(folder)).toContain(`${epoch}.db`);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    // What is there is the cache as it was, and stays out of use.
    await harness.clock.advance(quarantine);
    expect(await stateOf(await harness.open(), "a")).toBe("miss");
    expect(await harness.fill(storage, "a")).toMatchObject({ outcome: "stored" });
    expect(await storage.check()).toEqual({ entries: 1, problems: [] });
  });

  test("by whoever begins the next one, when he is quicker than the one who noticed", () => {
    const root = path.join(temporaryDirectory(), "v2");
    const [noticing, beginning] = [0, 0].map(() => new GenerationDirectory(path.dirname(root)));
    noticing?.prepare();
    noticing?.beginGeneration("000000000000000a");
    const marker = noticing?.publish("000000000000000a");
    if (noticing === undefined || beginning === undefined || marker === undefined)
      throw new Error("No marker");
    const retract = noticing.retract.bind(noticing);
    noticing.retract = (given) => {
      retract(given);
      beginning.removeDead();
    };
    const folder = noticing.condemn(marker) ?? "";
    expect(readdirSync(folder)).toEqual(["000000000000000a.db"]);
    expect(foldersIn(root)).toEqual([folder]);
  });

  test("even where two have noticed it at once, into one folder", () => {
    const root = path.join(temporaryDirectory(), "v2");
    const directory = new GenerationDirectory(path.dirname(root));
    directory.prepare();
    directory.beginGeneration("000000000000000a");
    for (const time of ["20260101T000000Z", "20260101T000001Z"])
      mkdirSync(path.join(root, `damaged-${time}-000000000000000a`));
    directory.discard("000000000000000a");
    expect(foldersIn(root).map((folder) => readdirSync(folder))).toEqual([["000000000000000a.db"]]);
  });
});

describe("what is not damaged is not moved aside", () => {
  test("when an invalidation could not be recorded", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    harness.sqlite().exec("begin immediate");
    const pending = storage.invalidate(invalidation({ tags: ["a"] }));
    await harness.clock.advance(6_000);
    await pending;
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
    expect(foldersIn(harness.root)).toEqual([]);
  });

  test("when the marker is removed", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
    await storage.read("a");
    expect(foldersIn(harness.root)).toEqual([]);
  });

  test("when there have been as many invalidations as there can be", async () => {
    const harness = new Harness();
    const storage = await harness.open({ mostInvalidations: 3 });
    const { epoch } = await storage.stamp();
    for (let index = 0; index < 3; index++) await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(await storage.stamp()).toMatchObject({ epoch, position: 3 });
    await harness.fill(storage, "b");
    const stamp = await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(stamp).toMatchObject({ position: 1 });
    expect(stamp.epoch).not.toBe(epoch);
    expect(await stateOf(storage, "b")).toBe("miss");
    expect(harness.troubles).toMatchObject([{ message: expect.stringContaining("full") as string }]);
    expect(foldersIn(harness.root)).toEqual([]);
  });
});

describe("what was moved aside", () => {
  test("is kept of the last three", async () => {
    const harness = new Harness();
    for (let index = 0; index < 5; index++) await breakOnce(harness);
    expect(foldersIn(harness.root)).toHaveLength(3);
  });

  test("is kept for a week", async () => {
    const harness = new Harness();
    const days = (count: number): string =>
      new Date(Date.now() - count * 86_400_000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    mkdirSync(harness.root, { recursive: true, mode: 0o700 });
    const [old, recent] = [8, 6].map((count, index) => `damaged-${days(count)}-000000000000000${index}`);
    for (const name of [old, recent]) mkdirSync(path.join(harness.root, name as string));
    await harness.open();
    expect(foldersIn(harness.root).map((folder) => path.basename(folder))).toEqual([recent]);
  });

  test("counts within the limit, and is the first to go when there is no room", async () => {
    const harness = new Harness();
    const config = { maxSizeMb: 10 };
    const payload = Buffer.alloc(100_000, 1);
    const damaged = await harness.open({}, config);
    for (let index = 0; index < 30; index++) await harness.fill(damaged, `a:${index}`, { payload });
    await damaged.invalidate(invalidation({ tags: ["b"] }));
    turnBack(harness);
    await damaged.read("a");
    await harness.clock.advance(quarantine);
    const storage = await harness.open({}, config);
    let [largest, withBoth] = [0, 0];
    for (let index = 0; index < 80; index++) {
      expect(await harness.fill(storage, `a:${index}`, { payload })).toMatchObject({ outcome: "stored" });
      const aside = foldersIn(harness.root);
      if (aside.length > 0) withBoth++;
      const bytes = [...aside, harness.root]
        .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
        .filter((file) => file.endsWith(".db") || path.dirname(file) !== harness.root)
        .reduce((sum, file) => sum + statSync(file).size, 0);
      largest = Math.max(largest, bytes);
    }
    expect(largest).toBeLessThanOrEqual(10 * megabyte * 1.1);
    // Some at first, and in the end not any more; and none of the entries had to go for it.
    expect(withBoth).toBeGreaterThan(0);
    expect(withBoth).toBeLessThan(75);
    expect(await storage.usage()).toMatchObject({ entries: 80 });
  });

  test("goes when everything is cleared, and stays when something is", async () => {
    const harness = new Harness();
    await breakOnce(harness);
    const storage = await harness.open();
    await storage.clear(invalidation({ tags: ["a"] }));
    expect(foldersIn(harness.root)).toHaveLength(1);
    await storage.clear(invalidation({ everything: true }));
    expect(foldersIn(harness.root)).toEqual([]);
  });

  test("goes when encryption is switched on", async () => {
    const harness = new Harness();
    await breakOnce(harness);
    const context = { clock: harness.clock, random: Math.random, emit: () => {}, encrypted: true };
    const encrypted = await openWithLimits({ cacheDir: harness.directory }, context);
    encrypted.close();
    expect(foldersIn(harness.root)).toEqual([]);
  });

  test("is removed where it cannot be moved, and the cache begins anew all the same", async () => {
    const harness = new Harness();
    const spy = vi.spyOn(DamagedFiles.prototype, "expect").mockImplementation(() => {});
    await breakOnce(harness);
    spy.mockRestore();
    const storage = await harness.open();
    const { epoch } = await storage.stamp();
    expect(harness.files().filter((name) => name.endsWith(".db"))).toEqual([`${epoch}.db`]);
    expect(JSON.stringify(harness.troubles)).not.toContain(harness.root);
  });
});

test("invalidations count within the limit: the marker has a byte for each", async () => {
  const harness = new Harness();
  const storage = await harness.open({}, { maxSizeMb: 1 });
  const payload = Buffer.alloc(20_000, 1);
  for (let index = 0; index < 40; index++) await harness.fill(storage, `a:${index}`, { payload });
  const { entries } = await storage.usage();
  expect(entries).toBe(40);
  // As if there had been so many.
  const marker = path.join(harness.root, "current", harness.markers()[0] as string);
  harness.sqlite().exec("update meta set position = 250000, guard = guard + 750000");
  writeFileSync(marker, Buffer.alloc(250_000, 1), { flag: "r+" });
  for (let index = 40; index < 50; index++) await harness.fill(storage, `a:${index}`, { payload });
  const used = await storage.usage();
  expect(used.bytes + 250_000).toBeLessThanOrEqual(megabyte);
});
