import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import type * as examination from "../src/examine-database.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";

const quarantine = 15 * 60_000;

/** What happens once, when the database has been examined and the one who asked has not heard of it yet. */
let meanwhile: (() => Promise<void>) | undefined;
/** And the same before it is examined. */
let before: (() => Promise<void>) | undefined;

vi.mock(import("../src/examine-database.ts"), async (importOriginal) => {
  const { examineDatabase } = await importOriginal();
  const takeTurn: typeof examination.examineDatabase = async (file) => {
    const [first, last] = [before, meanwhile];
    before = meanwhile = undefined;
    await first?.();
    const report = await examineDatabase(file);
    await last?.();
    return report;
  };
  return { examineDatabase: takeTurn };
});

async function filled(): Promise<{ harness: Harness; storage: Awaited<ReturnType<Harness["open"]>> }> {
  const harness = new Harness();
  const storage = await harness.open();
  for (let index = 0; index < 40; index++) await harness.fill(storage, `a:${index}`);
  await storage.invalidate(invalidation({ tags: ["a:1"], patterns: ["a:*:b"] }));
  return { harness, storage };
}

describe("a check", () => {
  test("finds nothing where nothing is wrong, and changes nothing", async () => {
    const { harness, storage } = await filled();
    expect(await storage.check()).toEqual({ entries: 40, problems: [] });
    expect(await storage.check({ repair: true })).toEqual({ entries: 40, problems: [] });
    expect(await stateOf(storage, "a:0")).toBe("hit");
    expect(harness.troubles).toEqual([]);
  });

  test("finds every entry that is not what was written, and removes it where asked to", async () => {
    const { harness, storage } = await filled();
    harness.sqlite().exec("update entry set value = x'00' where id in ('a:2', 'a:39')");
    harness.sqlite().exec("update entry set stamp = 9 where id = 'a:3'");
    const damaged = (repaired: boolean): object[] =>
      ["a:2", "a:3", "a:39"].map(
        (subject) => expect.objectContaining({ kind: "entry", subject, repaired }) as object,
      );
    expect((await storage.check()).problems).toEqual(damaged(false));
    expect(await storage.usage()).toMatchObject({ entries: 40 });
    expect((await storage.check({ repair: true })).problems).toEqual(damaged(true));
    expect(await storage.check()).toEqual({ entries: 37, problems: [] });
    expect(await stateOf(storage, "a:0")).toBe("hit");
  });

  test.each([
    ["ledger", "update meta set floor = 1"],
    ["ledger", "update ledger set last = 77 where tag = 'a:1'"],
    ["storage", "pragma writable_schema = on; delete from sqlite_schema where name = 'ledger_copy'"],
  ])("finds a damaged %s (%#), and begins anew where asked to", async (kind, sql) => {
    const { harness, storage } = await filled();
    const { epoch } = await storage.stamp();
    const database = harness.sqlite();
    database.enableDefensive?.(false);
    database.exec(sql);
    expect((await storage.check()).problems).toContainEqual(
      expect.objectContaining({ kind, subject: epoch, repaired: false }),
    );
    expect(harness.markers()[0]).toContain(epoch);
    expect((await storage.check({ repair: true })).problems).toContainEqual(
      expect.objectContaining({ kind, repaired: true }),
    );
    expect((await storage.stamp()).epoch).not.toBe(epoch);
    expect(await storage.check()).toEqual({ entries: 0, problems: [] });
  });

  test("finds what was left behind, and modes that let others in, and puts both right", async () => {
    const { harness, storage } = await filled();
    const left = path.join(harness.root, "00000000000000aa.db");
    writeFileSync(left, "", { mode: 0o600 });
    chmodSync(harness.databaseFile(), 0o644);
    harness.sqlite().exec("insert into used values (123456, 1)");
    const wanted = (repaired: boolean): unknown =>
      expect.arrayContaining([
        expect.objectContaining({ kind: "leftover", subject: path.basename(left), repaired }),
        expect.objectContaining({ kind: "leftover", message: "1 uses of entries that are gone", repaired }),
        expect.objectContaining({ kind: "permissions", repaired }),
      ]);
    expect((await storage.check()).problems).toEqual(wanted(false));
    expect((await storage.check({ repair: true })).problems).toEqual(wanted(true));
    expect(await storage.check()).toEqual({ entries: 40, problems: [] });
    expect(readdirSync(harness.root)).not.toContain(path.basename(left));
  });
});

test("its condition is recovering while a new generation stores nothing, and good otherwise", async () => {
  const { harness, storage } = await filled();
  expect(await storage.condition()).toEqual({ state: "good" });
  harness.sqlite().exec("update meta set floor = 1");
  expect(await stateOf(storage, "a:0")).toBe("miss");
  const until = harness.clock.now() + quarantine;
  expect(await storage.condition()).toEqual({ state: "recovering", until });
  await harness.clock.advance(quarantine);
  expect(await storage.condition()).toEqual({ state: "good" });
});

describe("a check while another process ends the generation", () => {
  /** Another process ends it, and begins the next one, with one entry. */
  async function beginAnew(harness: Harness): Promise<void> {
    const file = harness.databaseFile();
    rmSync(path.join(harness.root, "current", harness.markers()[0] as string));
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    const other = await harness.open({ quarantine: 0 });
    await harness.fill(other, "a:new");
  }

  test.each(["before", "after"])("looks at the next one: %s it was examined", async (when) => {
    const { harness, storage } = await filled();
    if (when === "before") before = () => beginAnew(harness);
    else meanwhile = () => beginAnew(harness);
    expect(await storage.check({ repair: true })).toEqual({ entries: 1, problems: [] });
    expect(await stateOf(storage, "a:new")).toBe("hit");
    expect(harness.troubles).toEqual([]);
  });

  test("also when this process has closed it meanwhile", async () => {
    const { harness, storage } = await filled();
    harness.sqlite().exec("update entry set value = x'00' where id = 'a:2'");
    meanwhile = async () => {
      await beginAnew(harness);
      await storage.read("a:0");
    };
    expect(await storage.check({ repair: true })).toEqual({ entries: 1, problems: [] });
  });

  test("does not end the next one for the damage of the one before", async () => {
    const { harness, storage } = await filled();
    harness.sqlite().exec("update ledger set last = 77 where tag = 'a:1'");
    meanwhile = () => beginAnew(harness);
    expect(await storage.check({ repair: true })).toEqual({ entries: 1, problems: [] });
    expect(await stateOf(storage, "a:new")).toBe("hit");
  });
});

test("a check that cannot be made says so with a code", async () => {
  const { storage } = await filled();
  before = () => Promise.reject(new Error("database is locked"));
  await expect(storage.check()).rejects.toMatchObject({ code: "CACHE_BACKEND_UNAVAILABLE" });
  meanwhile = async () => storage.close();
  await expect(storage.check()).rejects.toMatchObject({ code: expect.stringMatching(/^CACHE_/) as string });
});

test("a check that repairs moves a damaged generation aside", async () => {
  const { harness, storage } = await filled();
  harness.sqlite().exec("update meta set floor = 1");
  const { problems } = await storage.check({ repair: true });
  expect(problems).toMatchObject([{ kind: "ledger", repaired: true }]);
  expect(readdirSync(harness.root).filter((name) => name.startsWith("damaged-"))).toHaveLength(1);
});
