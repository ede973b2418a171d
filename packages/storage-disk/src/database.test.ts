import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/support/harness.ts";
import { createDatabase, openDatabase, transaction } from "./database.ts";
import { BrokenDatabase } from "./sqlite-error.ts";

function emptyFile(): string {
  const file = path.join(temporaryDirectory(), "data%20#?.db");
  closeSync(openSync(file, "wx", 0o600));
  return file;
}

describe("opening a database", () => {
  test("never makes one", () => {
    const file = path.join(temporaryDirectory(), "missing.db");
    expect(() => openDatabase(file, "epoch", 1_000)).toThrow(expect.objectContaining({ errcode: 14 }));
    expect(existsSync(file)).toBe(false);
  });

  test("finds it again under any name", () => {
    const file = emptyFile();
    createDatabase(file, "epoch", 5);
    const database = openDatabase(file, "epoch", 1_000);
    expect(database.prepare("select epoch, position, floor, quiet from meta").get()).toEqual({
      epoch: "epoch",
      position: 0,
      floor: 0,
      quiet: 5,
    });
    expect(database.prepare("pragma busy_timeout").get()).toEqual({ timeout: 0 });
    expect(database.prepare("pragma journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("pragma auto_vacuum").get()).toEqual({ auto_vacuum: 2 });
    database.close();
  });

  test("leaves what is not ours as it is", () => {
    const file = emptyFile();
    const foreign = new DatabaseSync(file);
    foreign.exec("create table theirs(value text)");
    foreign.close();
    const before = readFileSync(file);
    expect(() => openDatabase(file, "epoch", 1_000)).toThrow(BrokenDatabase);
    expect(readFileSync(file).equals(before)).toBe(true);
    writeFileSync(file, "no database at all, but long enough to look like one".repeat(100));
    expect(() => openDatabase(file, "epoch", 1_000)).toThrow(expect.objectContaining({ errcode: 26 }));
  });
});

describe("a transaction", () => {
  test.each([
    ["durable", 2],
    ["relaxed", 1],
  ] as const)("that is %s", (durability, synchronous) => {
    const file = emptyFile();
    createDatabase(file, "epoch", 0);
    const database = openDatabase(file, "epoch", 1_000);
    const read = (): unknown => database.prepare("pragma synchronous").get()?.["synchronous"];
    expect(transaction(database, durability, read)).toBe(synchronous);
    expect(read()).toBe(1);
    database.close();
  });

  test("leaves nothing behind when it fails", () => {
    const file = emptyFile();
    createDatabase(file, "epoch", 0);
    const database = openDatabase(file, "epoch", 1_000);
    const fail = (): void =>
      transaction(database, "durable", () => {
        database.exec("update meta set position = 5");
        throw new Error("no");
      });
    expect(fail).toThrow("no");
    expect(database.isTransaction).toBe(false);
    expect(database.prepare("select position from meta").get()).toEqual({ position: 0 });
    expect(database.prepare("pragma synchronous").get()).toEqual({ synchronous: 1 });
    database.close();
  });
});
