import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { GenerationDirectory } from "../src/generation-directory.ts";
import { Harness, invalidation, stateOf, temporaryDirectory } from "./support/harness.ts";

const quarantine = 15 * 60_000;

describe("the first generation", () => {
  test("stores at once", async () => {
    const harness = new Harness();
    expect(await harness.fill(await harness.open(), "a")).toMatchObject({ outcome: "stored" });
    expect(harness.troubles).toEqual([]);
  });

  test("is the same for all who open at once", async () => {
    const harness = new Harness();
    const storages = await Promise.all(Array.from({ length: 5 }, () => harness.open()));
    const epochs = await Promise.all(storages.map(async (storage) => (await storage.stamp()).epoch));
    expect(new Set(epochs).size).toBe(1);
    expect(harness.files().filter((name) => name.endsWith(".db"))).toHaveLength(1);
  });
});

describe("a generation that is gone", () => {
  test("marker removed: everyone misses, and agrees on one new generation", async () => {
    const harness = new Harness();
    const [first, second] = [await harness.open(), await harness.open()];
    const before = await first.stamp();
    await harness.fill(first, "a");
    rmSync(path.join(harness.root, "current", harness.markers()[0] as string));

    expect(await stateOf(second, "a")).toBe("miss");
    expect(await stateOf(first, "a")).toBe("miss");
    const [here, there] = [await first.stamp(), await second.stamp()];
    expect(here.epoch).toBe(there.epoch);
    expect(here.epoch).not.toBe(before.epoch);
    expect(await first.write(harness.entry("a", before))).toMatchObject({
      outcome: "fenced",
      reason: "epoch",
    });
    expect(await first.since(before)).toMatchObject({ state: "gap" });
    expect(harness.files().filter((name) => name.endsWith(".db"))).toEqual([`${here.epoch}.db`]);
  });

  test("its successor stores nothing until all must have settled, for every process", async () => {
    const harness = new Harness();
    const [first, second] = [await harness.open(), await harness.open()];
    rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
    expect(await harness.fill(first, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
    await harness.clock.advance(quarantine - 1);
    const during = await second.stamp();
    expect(await harness.fill(second, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
    await harness.clock.advance(1);
    expect(await second.write(harness.entry("a", during))).toMatchObject({
      outcome: "fenced",
      reason: "unsettled",
    });
    expect(await harness.fill(second, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(await harness.open(), "a")).toBe("hit");
  });

  test("the directory removed under running processes: they begin a new one, and wait", async () => {
    const harness = new Harness();
    const [first, second] = [await harness.open(), await harness.open()];
    await harness.fill(first, "a");
    rmSync(harness.directory, { recursive: true });
    // Somebody new cannot know that there was one before. Those who were there can.
    const newcomer = await harness.open();
    expect(await harness.fill(newcomer, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(first, "a")).toBe("hit");
    expect(await harness.fill(first, "b")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
    await newcomer.invalidate(invalidation({ tags: ["a"] }));
    expect([await stateOf(first, "a"), await stateOf(second, "a")]).toEqual(["miss", "miss"]);
    expect((await first.stamp()).epoch).toBe((await newcomer.stamp()).epoch);
  });

  test("the directory removed, and first met by an invalidation", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    rmSync(harness.directory, { recursive: true });
    const { epoch } = await storage.invalidate(invalidation({ tags: ["a"] }));
    expect((await storage.stamp()).epoch).toBe(epoch);
    expect(await harness.fill(storage, "b")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  });
});

describe("a generation that another process gives up", () => {
  function giveUp(harness: Harness): void {
    const database = harness.databaseFile();
    rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
    for (const file of [database, `${database}-wal`, `${database}-shm`]) rmSync(file, { force: true });
  }

  test("while it is being opened: the next one is opened", async () => {
    const harness = new Harness();
    const { epoch } = await (await harness.open()).stamp();
    const spy = vi.spyOn(GenerationDirectory.prototype, "hasDatabase").mockImplementationOnce(() => {
      giveUp(harness);
      return true;
    });
    const storage = await harness.open();
    spy.mockRestore();
    expect((await storage.stamp()).epoch).not.toBe(epoch);
    expect(harness.troubles).toEqual([]);
  });

  test("while it is in use, and its files with it: the call is answered from the next one", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const { epoch } = await storage.stamp();
    const spy = vi.spyOn(harness.clock, "now").mockImplementationOnce(() => {
      giveUp(harness);
      throw Object.assign(new Error("unable to open database file"), {
        code: "ERR_SQLITE_ERROR",
        errcode: 14,
      });
    });
    const reading = await storage.read("a");
    spy.mockRestore();
    expect(reading.state).toBe("miss");
    expect(reading.at.epoch).not.toBe(epoch);
    expect(harness.troubles).toEqual([]);
  });
});

describe("a database that is not what it was", () => {
  test.each([
    ["deleted", (file: string) => rmSync(file)],
    ["corrupt", (file: string) => replace(file, Buffer.alloc(100_000, "garbage"))],
    ["empty", (file: string) => replace(file, Buffer.alloc(0))],
    [
      "a copy put in its place",
      (file: string) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ])("%s: whoever opens it gives it up, and those who have it open follow", async (_, damage) => {
    const harness = new Harness();
    const running = await harness.open();
    await harness.fill(running, "a");
    damage(harness.databaseFile());
    const newcomer = await harness.open();
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
    expect(await stateOf(running, "a")).toBe("miss");
    expect((await running.stamp()).epoch).toBe((await newcomer.stamp()).epoch);
    await harness.clock.advance(quarantine);
    expect(await harness.fill(running, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(newcomer, "a")).toBe("hit");
  });

  test.each([
    ["of another application", "pragma application_id = 1"],
    ["of a newer version", "pragma user_version = 99"],
    ["of another generation", "update meta set epoch = 'other'"],
  ])("%s: it is not used, and begun anew", async (_, sql) => {
    const harness = new Harness();
    const storage = await harness.open();
    const { epoch } = await storage.stamp();
    storage.close();
    const database = harness.sqlite();
    database.exec(sql);
    database.close();
    expect((await (await harness.open()).stamp()).epoch).not.toBe(epoch);
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
  });

  test("damaged while in use: the same call is answered from a new one", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 200; index++)
      await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(2_000) });
    storage.close();
    const file = harness.databaseFile();
    const size = statSync(file).size;
    const marker = harness.markers();
    const again = await harness.open();
    await again.stamp();
    damagePages(file, size);
    const states = await Promise.all(
      Array.from({ length: 200 }, (__, index) => stateOf(again, `a:${index}`)),
    );
    expect(states).toContain("miss");
    expect(harness.troubles[0]).toMatchObject({ type: "storage-recovered" });
    await again.invalidate(invalidation({ tags: ["a"] }));
    expect(harness.markers()).not.toEqual(marker);
  });

  test("a ledger that goes back is noticed, by reads and by fills", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await storage.invalidate(invalidation({ tags: ["a"] }));
    const stamp = await storage.invalidate(invalidation({ tags: ["a"] }));
    harness.sqlite().exec("update meta set position = 1");
    expect(await storage.read("a")).toMatchObject({ state: "miss" });
    expect((await storage.stamp()).epoch).not.toBe(stamp.epoch);
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);

    const other = await harness.open();
    const future = { ...(await other.stamp()), position: 10 };
    expect(await other.write(harness.entry("a", future))).toMatchObject({
      outcome: "fenced",
      reason: "epoch",
    });
  });

  test("an entry that is ahead of the ledger proves that it went back", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const { epoch } = await storage.stamp();
    const database = harness.sqlite();
    database.exec("update meta set position = 5");
    await harness.fill(storage, "a");
    database.exec("update meta set position = 3");
    const newcomer = await harness.open();
    expect(await stateOf(newcomer, "a")).toBe("miss");
    expect((await newcomer.stamp()).epoch).not.toBe(epoch);
  });
});

describe("an invalidation that cannot be recorded", () => {
  test("on a full disk: ends the generation for everyone", async () => {
    const harness = new Harness();
    const other = await harness.open();
    await harness.fill(other, "a");
    await harness.fill(other, "b", { payload: Buffer.alloc(50_000) });
    const full = await harness.open({ maximumPages: 1 });
    const before = await other.stamp();
    // More than removing entries could make room for.
    const tags = Array.from({ length: 3_000 }, (_, index) => `some-rather-long-tag-to-fill-pages:${index}`);
    const stamp = await full.invalidate(invalidation({ tags: ["a", ...tags] }));
    expect(harness.troubles[0]).toMatchObject({ type: "storage-recovered" });
    expect(await stateOf(other, "a")).toBe("miss");
    expect(await stateOf(other, "b")).toBe("miss");
    expect(stamp.epoch).not.toBe(before.epoch);
    expect(await other.write(harness.entry("a", before))).toMatchObject({
      outcome: "fenced",
      reason: "epoch",
    });
  });

  test("by our own limit: entries make room for it", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 50; index++)
      await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(10_000) });
    const { epoch } = await storage.stamp();
    const full = await harness.open({ maximumPages: 1 });
    const tags = Array.from({ length: 500 }, (_, index) => `some-rather-long-tag-to-fill-pages:${index}`);
    expect((await full.invalidate(invalidation({ tags }))).epoch).toBe(epoch);
    expect(harness.events).toContainEqual(expect.objectContaining({ type: "evicted", reason: "size" }));
    expect(harness.troubles).toEqual([]);
  });

  test("because somebody holds the lock and does not let go: ends the generation after five seconds", async () => {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    await harness.fill(storage, "a");
    const before = await storage.stamp();
    const frozen = harness.sqlite();
    frozen.exec("begin immediate");

    let stamp: unknown;
    const pending = Promise.resolve(storage.invalidate(invalidation({ tags: ["a"] }))).then(
      (result) => (stamp = result),
    );
    await harness.clock.advance(4_900);
    expect(stamp).toBeUndefined();
    expect(await stateOf(other, "a")).toBe("hit");
    await harness.clock.advance(200);
    expect(await pending).toMatchObject({ epoch: expect.not.stringMatching(before.epoch) });
    expect(await stateOf(other, "a")).toBe("miss");

    // The frozen one wakes up, and what it does reaches nobody.
    frozen.exec("update meta set position = 100; commit");
    expect((await other.stamp()).position).toBe(1);
  });

  test("because the lock was held for a moment: waits, and is recorded", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const busy = harness.sqlite();
    busy.exec("begin immediate");
    const pending = storage.invalidate(invalidation({ tags: ["a"] }));
    expect(pending).toBeInstanceOf(Promise);
    await harness.clock.advance(100);
    busy.exec("rollback");
    await harness.clock.advance(100);
    expect(await pending).toMatchObject({ position: 1 });
    expect(harness.troubles).toEqual([]);
  });

  test("recorded in a generation that was given up meanwhile: recorded again in the next", async () => {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    const { epoch } = await storage.stamp();
    const now = harness.clock.now.bind(harness.clock);
    // Within the transaction of the one, the other gives the generation up.
    const spy = vi.spyOn(harness.clock, "now").mockImplementationOnce(() => {
      rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
      return now();
    });
    const stamp = await storage.invalidate(invalidation({ tags: ["a"] }));
    spy.mockRestore();
    expect(stamp.epoch).not.toBe(epoch);
    expect(await other.stamp()).toMatchObject({ epoch: stamp.epoch, position: 1 });
  });

  test("where not even that can be done, it fails, and nothing is answered from the old", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const retract = vi.spyOn(GenerationDirectory.prototype, "retract").mockImplementation(() => {
      throw new Error("read-only file system");
    });
    harness.sqlite().exec("drop table ledger");
    expect(() => storage.invalidate(invalidation({ tags: ["a"] }))).toThrow("read-only file system");
    retract.mockRestore();
    expect(await storage.invalidate(invalidation({ tags: ["a"] }))).toMatchObject({ position: 1 });
  });

  test("before there ever was a generation: the first one is not taken for a beginning without a past", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    rmSync(harness.directory, { recursive: true });
    mkdirSync(harness.root, { recursive: true, mode: 0o700 });
    const neighbour = path.join(harness.directory, "v1", "current");
    mkdirSync(neighbour, { recursive: true });
    writeFileSync(path.join(neighbour, "marker"), "");
    // No generation can be made while this is in the way.
    writeFileSync(path.join(harness.root, "current"), "");
    expect(await storage.invalidate(invalidation({ tags: ["a"] }))).toMatchObject({ epoch: "none" });
    expect(readdirSync(neighbour)).toEqual([]);
    rmSync(path.join(harness.root, "current"));
    const newcomer = await harness.open();
    expect(await harness.fill(newcomer, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  });
});

describe("other versions of the stored form", () => {
  test("are given up by what is recorded here, and left alone by the rest", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const neighbour = path.join(harness.directory, "v1");
    mkdirSync(path.join(neighbour, "current"), { recursive: true });
    const mark = (): void => writeFileSync(path.join(neighbour, "current", "marker"), "");
    mark();
    writeFileSync(path.join(neighbour, "data.db"), "data");
    await harness.fill(storage, "a");
    expect(readdirSync(path.join(neighbour, "current"))).toEqual(["marker"]);
    await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(readdirSync(path.join(neighbour, "current"))).toEqual([]);
    expect(existsSync(path.join(neighbour, "data.db"))).toBe(true);
    mark();
    await storage.write(harness.entry("a", await storage.stamp()), "=a");
    expect(readdirSync(path.join(neighbour, "current"))).toEqual([]);
  });
});

describe("the directory of generations", () => {
  function directoryOfGenerations(): { directory: GenerationDirectory; root: string } {
    const base = temporaryDirectory();
    const directory = new GenerationDirectory(base);
    directory.prepare();
    return { directory, root: path.join(base, "v2") };
  }

  test("lets one generation become the current one, and no other while it is", () => {
    const { directory } = directoryOfGenerations();
    const [first, second] = ["0000000000000001", "0000000000000002"];
    for (const epoch of [first, second]) directory.beginGeneration(epoch as string);
    const marker = directory.publish(first as string);
    expect(marker).toMatchObject({ epoch: first });
    expect(directory.publish(second as string)).toBeUndefined();
    expect(directory.findMarker()).toEqual(marker);
    if (marker !== undefined) directory.retract(marker);
    expect(directory.findMarker()).toBeUndefined();
    expect(directory.publish(second as string)).toMatchObject({ epoch: second });
    // Retracted twice: the second time takes away nothing of anybody else.
    if (marker !== undefined) directory.retract(marker);
    expect(directory.findMarker()).toMatchObject({ epoch: second });
  });

  test("is not kept from it by what does not belong there", () => {
    const { directory, root } = directoryOfGenerations();
    mkdirSync(path.join(root, "current"));
    writeFileSync(path.join(root, "current", ".DS_Store"), "");
    directory.beginGeneration("0000000000000001");
    expect(directory.publish("0000000000000001")).toMatchObject({ epoch: "0000000000000001" });
  });

  test("removes dead generations, not the current one nor one being made", () => {
    const { directory, root } = directoryOfGenerations();
    for (const epoch of ["000000000000000a", "000000000000000b"]) directory.beginGeneration(epoch);
    directory.publish("000000000000000a");
    for (const name of ["000000000000000c.db", "000000000000000c.db-wal", "unrelated.txt"])
      writeFileSync(path.join(root, name), "");
    directory.removeDead();
    expect(readdirSync(root).toSorted()).toEqual(
      [
        "000000000000000a.db",
        "000000000000000b.db",
        "current",
        "new-000000000000000b",
        "unrelated.txt",
      ].toSorted(),
    );
  });
});

function replace(file: string, content: Buffer): void {
  // Not in place: whoever has the file open goes on with what it was.
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function damagePages(file: string, size: number): void {
  const { closeSync, openSync, writeSync } = process.getBuiltinModule("node:fs");
  const descriptor = openSync(file, "r+");
  // All but the first page, from which everything is found.
  for (let position = 4096 * 2; position < size; position += 4096)
    writeSync(descriptor, Buffer.alloc(2048, 0xff), 0, 2048, position);
  closeSync(descriptor);
}
