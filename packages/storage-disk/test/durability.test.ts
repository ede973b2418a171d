import { statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import { GenerationMarker } from "../src/generation-marker.ts";
import { Harness, invalidation, stateOf, valueOf } from "./support/harness.ts";
import { diskState, powerCut, restoreDisk, type DiskState } from "./support/power-cut.ts";
import { seededRandom } from "./support/seeded-random.ts";
import { runKills } from "./support/run-kills.ts";

/** For a machine that does much else. */
const timeout = 120_000;

/** What was synced, by its inode, in place of what the disk would tell. */
const onSync: ((inode: number) => void)[] = [];

vi.mock(import("node:fs"), async (importOriginal) => {
  const actual = await importOriginal();
  const fsyncSync: typeof actual.fsyncSync = (descriptor) => {
    for (const listener of onSync) listener(actual.fstatSync(descriptor).ino);
    actual.fsyncSync(descriptor);
  };
  return { ...actual, fsyncSync, default: { ...actual, fsyncSync } };
});

/** What happens in which order until a call returns: commits, syncs of the log, and telling others. */
async function stepsOf(harness: Harness, action: () => unknown): Promise<readonly string[]> {
  const steps: string[] = [];
  const exec = Reflect.get(DatabaseSync.prototype, "exec") as (this: DatabaseSync, sql: string) => void;
  const acknowledge = Reflect.get(GenerationMarker.prototype, "acknowledge") as (
    this: GenerationMarker,
    position: number,
  ) => void;
  const log = `${harness.databaseFile()}-wal`;
  onSync.push((inode) => void (inode === statSync(log).ino && steps.push("sync")));
  const spies = [
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
      exec.call(this, sql);
      if (sql === "commit") steps.push("commit");
    }),
    vi.spyOn(GenerationMarker.prototype, "acknowledge").mockImplementation(function (
      this: GenerationMarker,
      position,
    ) {
      steps.push("tell");
      acknowledge.call(this, position);
    }),
  ];
  try {
    await action();
  } finally {
    for (const spy of spies) spy.mockRestore();
    onSync.length = 0;
  }
  return steps;
}

describe("what is on the disk when a call returns", () => {
  const durable = ["commit", "sync", "tell"];

  test("an invalidation, the first one of a process included", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let time = 0; time < 3; time++) {
      const steps = await stepsOf(harness, () => storage.invalidate(invalidation({ tags: ["a"] })));
      expect(steps).toEqual(durable);
    }
    const steps = await stepsOf(harness, () => storage.clear(invalidation({ everything: true })));
    expect(steps.slice(0, 3)).toEqual(durable);
  });

  test("a value from outside", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    expect(await stepsOf(harness, () => storage.write(harness.entry("a", stamp), "=a"))).toEqual(durable);
  });

  test("not a fill", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    expect(await stepsOf(harness, () => harness.fill(storage, "a"))).toEqual([]);
  });

  test("nothing, where it cannot be put there: then the generation ends, and that is on the disk", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const { epoch } = await storage.stamp();
    onSync.push(() => {
      onSync.length = 0;
      throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    });
    const stamp = await storage.invalidate(invalidation({ tags: ["b"] }));
    expect(stamp.epoch).not.toBe(epoch);
    expect(await stateOf(await harness.open(), "a")).toBe("miss");
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
  });

  test("what others have committed meanwhile goes with it, and nobody waits for the lock until then", async () => {
    const harness = new Harness();
    const [storage, other] = [await harness.open(), await harness.open()];
    let verdict: unknown;
    const stamp = await other.stamp();
    onSync.push(() => {
      onSync.length = 0;
      // At once, and no promise: the lock is free.
      verdict = other.write(harness.entry("b", stamp));
    });
    await storage.invalidate(invalidation({ tags: ["a"] }));
    expect(verdict).toMatchObject({ outcome: "stored" });
  });
});

describe("a process that is killed at any moment", () => {
  test("leaves a database that is whole, and no entry that it has invalidated", { timeout }, async () => {
    const { history, faults, rows } = await runKills(4);
    expect(faults).toEqual([]);
    expect(history.violations).toEqual([]);
    // Otherwise it shows nothing.
    expect(rows).toBeGreaterThan(0);
    expect(history.reads).toBeGreaterThan(0);
    expect(history.invalidations).toBeGreaterThan(0);
  });
});

/**
 * Everything that is on the disk when an invalidation returns is synced, see above; so is the log before it is written
 * back, and the database before the log begins anew, see https://sqlite.org/wal.html. What lies between may be lost in part.
 */
describe("a power cut", () => {
  const ids = Array.from({ length: 40 }, (_, index) => `a:${index}`);
  const invalidated = ids.filter((_, index) => index % 2 === 0);
  const kept = ids.filter((_, index) => index % 2 === 1);

  interface Story {
    readonly synced: DiskState;
    readonly filled: DiskState;
    readonly writtenBack: DiskState;
    readonly begunAnew: DiskState;
  }

  /** Fills that are invalidated, and then fills that are not, and what follows from them in the files. */
  async function tell(harness: Harness): Promise<Story> {
    const storage = await harness.open();
    const payload = (index: number): Buffer => Buffer.alloc((index * 977) % 20_000, "old");
    for (const [index, id] of ids.entries()) await harness.fill(storage, id, { payload: payload(index) });
    for (const id of invalidated) await storage.invalidate(invalidation({ tags: [id] }));
    const synced = diskState(harness.directory);
    for (const id of [...invalidated.slice(5), "b:1", "b:2"])
      expect(await harness.fill(storage, id, { payload: Buffer.alloc(9_000, "new") })).toMatchObject({
        outcome: "stored",
      });
    const filled = diskState(harness.directory);
    harness.sqlite().exec("pragma wal_checkpoint(passive)");
    const writtenBack = diskState(harness.directory);
    for (const id of ["b:3", "b:4", "b:5"])
      await harness.fill(storage, id, { payload: Buffer.alloc(9_000, "new") });
    const begunAnew = diskState(harness.directory);
    expect(synced.database.equals(filled.database)).toBe(true);
    expect(filled.log.equals(writtenBack.log)).toBe(true);
    expect(writtenBack.database.equals(begunAnew.database)).toBe(true);
    return { synced, filled, writtenBack, begunAnew };
  }

  const logHeader = 32;
  const cuts: Readonly<Record<string, (story: Story, random: () => number) => DiskState>> = {
    "while fills are written": ({ synced, filled }, random) => ({
      ...filled,
      log: powerCut(synced.log, filled.log, random),
    }),
    "while the log is written back": ({ filled, writtenBack }, random) => ({
      ...writtenBack,
      database: powerCut(filled.database, writtenBack.database, random),
    }),
    // Its header is synced before anything else of it is written.
    "while the log begins anew": ({ writtenBack, begunAnew }, random) => {
      const header = begunAnew.log.subarray(0, logHeader);
      const before = Buffer.concat([header, writtenBack.log.subarray(logHeader)]);
      const log = powerCut(before, begunAnew.log, random);
      header.copy(log);
      return { ...begunAnew, log };
    },
  };

  test.each(Object.entries(cuts))("%s loses no invalidation that has returned", async (name, cut) => {
    const harness = new Harness();
    const story = await tell(harness);
    const random = seededRandom(3);
    const survivors = new Set<number>();
    for (let index = 0; index < 40; index++) {
      const after = new Harness(path.join(harness.directory, `cut-${index}`));
      restoreDisk(after.directory, cut(story, random));
      const storage = await after.open();
      expect((await storage.stamp()).position).toBe(invalidated.length);
      let survived = 0;
      for (const id of invalidated) {
        const value = await valueOf(storage, id);
        expect(value?.slice(0, 3)).not.toBe("old");
        if (value !== undefined) survived++;
      }
      // What was stored before an invalidation is synced with it.
      for (const id of kept) expect((await valueOf(storage, id))?.startsWith("old")).toBe(true);
      expect(after.sqlite().prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
      expect(after.troubles).toEqual([]);
      storage.close();
      survivors.add(survived);
    }
    // What follows an invalidation is lost, or not, wherever the cut was; what was written back is not.
    expect(survivors.size).toBeGreaterThanOrEqual(name === "while fills are written" ? 5 : 1);
  });
});
