import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Harness, invalidation, stateOf, temporaryDirectory } from "./support/harness.ts";

const quarantine = 15 * 60_000;
const nobody = 65_534;

/** The superuser may do everything: a test about permissions goes on as somebody else, to whom the directory is given. */
function asOrdinaryUser(directory: string): void {
  if (process.geteuid?.() !== 0) return;
  chownSync(directory, nobody, nobody);
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
  onTestFinished(() => {
    process.seteuid?.(0);
    process.setegid?.(0);
  });
}

/** A cache in use by two, of which somebody takes the permissions away. */
async function inUse(): Promise<{
  harness: Harness;
  storages: readonly Awaited<ReturnType<Harness["open"]>>[];
  lock: (mode: number) => void;
}> {
  const base = temporaryDirectory();
  asOrdinaryUser(base);
  const harness = new Harness(path.join(base, "cache"));
  const storages = [await harness.open(), await harness.open()];
  for (const id of ["a", "b"]) await harness.fill(storages[0] as (typeof storages)[0], id);
  const lock = (mode: number): void => {
    for (const folder of [path.join(harness.root, "current"), harness.root]) chmodSync(folder, mode);
  };
  onTestFinished(() => {
    chmodSync(harness.root, 0o700);
    chmodSync(path.join(harness.root, "current"), 0o700);
  });
  return { harness, storages, lock };
}

async function outcomeOf(action: () => unknown): Promise<string> {
  try {
    await action();
    return "returned";
  } catch {
    return "failed";
  }
}

describe.skipIf(process.platform === "win32")("permissions that are lost while the cache is in use", () => {
  test.each([
    ["nobody may enter the folder", 0o000],
    ["nobody may write to the folder", 0o500],
  ])("%s: what is invalidated is not served, by nobody, then or later", async (_, mode) => {
    const { harness, storages, lock } = await inUse();
    const [first, second] = storages as [(typeof storages)[0], (typeof storages)[0]];
    lock(mode);
    const outcome = await outcomeOf(() => first.invalidate(invalidation({ tags: ["a"] })));
    const states = await Promise.all(
      [first, second].map(async (storage) => {
        try {
          return await stateOf(storage, "a");
        } catch {
          return "failed";
        }
      }),
    );
    // Failed: the cache keeps it and tries again, and reads nothing meanwhile.
    expect([outcome, ...states]).toSatisfy(
      ([how, ...found]: string[]) => how === "failed" || !found.includes("hit"),
    );
    chmodSync(harness.root, 0o700);
    chmodSync(path.join(harness.root, "current"), 0o700);
    await first.invalidate(invalidation({ tags: ["a"] }));
    expect([await stateOf(first, "a"), await stateOf(second, "a")]).toEqual(["miss", "miss"]);
    await harness.clock.advance(quarantine);
    expect(await harness.fill(second, "a")).toMatchObject({ outcome: "stored" });
    expect(await stateOf(first, "a")).toBe("hit");
  });

  test("the files may not be written: an invalidation ends the generation", async () => {
    const { harness, storages } = await inUse();
    const [first, second] = storages as [(typeof storages)[0], (typeof storages)[0]];
    const database = harness.databaseFile();
    for (const suffix of ["", "-wal", "-shm"]) chmodSync(database + suffix, 0o400);
    chmodSync(path.join(harness.root, "current", harness.markers()[0] as string), 0o400);
    await first.invalidate(invalidation({ tags: ["a"] }));
    expect([await stateOf(first, "a"), await stateOf(second, "a")]).toEqual(["miss", "miss"]);
  });
});

describe("what is put in the place of ours", () => {
  test.skipIf(process.platform === "win32")(
    "a link in place of the folder while it is in use: nobody follows it",
    async () => {
      const harness = new Harness(path.join(temporaryDirectory(), "cache"));
      const storage = await harness.open();
      await harness.fill(storage, "a");
      const elsewhere = path.join(temporaryDirectory(), "elsewhere");
      mkdirSync(elsewhere);
      renameSync(harness.root, `${harness.root}.old`);
      symlinkSync(elsewhere, harness.root);
      expect(() => storage.read("a")).toThrow(/is a symbolic link/);
      // Nobody can be served by the old one any more, so there is nothing to record it in.
      expect(await storage.invalidate(invalidation({ tags: ["a"] }))).toMatchObject({ epoch: "none" });
      expect(readdirSync(elsewhere)).toEqual([]);
      rmSync(harness.root);
      expect(await stateOf(storage, "a")).toBe("miss");
    },
  );

  test("a folder in place of the database: begun anew", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    storage.close();
    const database = harness.databaseFile();
    rmSync(database);
    mkdirSync(database);
    const again = await harness.open();
    expect(await stateOf(again, "a")).toBe("miss");
    expect(harness.troubles).toMatchObject([{ type: "storage-recovered" }]);
  });
});

describe("a clock that is set", () => {
  test.each([
    ["an hour back", -3_600_000],
    ["a year back", -365 * 86_400_000],
    ["a year forward", 365 * 86_400_000],
  ])("%s: nothing wrong is served, and the cache works again", async (_, step) => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    await harness.fill(storage, "b");
    await storage.invalidate(invalidation({ tags: ["b"], settle: 5_000 }));
    const stamp = await storage.stamp();
    harness.clock.jump(harness.clock.now() + step);
    await storage.invalidate(invalidation({ tags: ["c"] }));
    expect([await stateOf(storage, "a"), await stateOf(storage, "b")]).toEqual(["miss", "miss"]);
    expect(await storage.write(harness.entry("c", stamp))).toMatchObject({ outcome: "fenced" });
    // Whose clock was set back by less waits for no longer than that.
    await harness.fill(storage, "b");
    await harness.clock.advance(Math.min(Math.abs(step), quarantine) + (step === -3_600_000 ? 3_600_000 : 0));
    for (const id of ["a", "b", "c"]) {
      expect(await harness.fill(storage, id)).toMatchObject({ outcome: "stored" });
      expect([id, await stateOf(storage, id)]).toEqual([id, "hit"]);
    }
  });

  test("back: what was stored in what is now the future is replaced", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    await harness.fill(storage, "a");
    harness.clock.jump(harness.clock.now() - 1_000);
    await harness.fill(storage, "a");
    expect(await stateOf(storage, "a")).toBe("hit");
  });
});
