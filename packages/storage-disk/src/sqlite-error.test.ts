import { expect, test } from "vitest";
import { BrokenDatabase, classifySqliteError } from "./sqlite-error.ts";

function sqliteError(errcode: number, message = "failed"): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}

test.each([
  ["SQLITE_BUSY", sqliteError(5), "busy"],
  ["SQLITE_BUSY_RECOVERY", sqliteError(261), "busy"],
  ["SQLITE_LOCKED", sqliteError(6), "busy"],
  ["SQLITE_FULL", sqliteError(13), "full"],
  ["SQLITE_CORRUPT", sqliteError(11), "broken"],
  ["SQLITE_NOTADB", sqliteError(26), "broken"],
  ["SQLITE_IOERR_SHORT_READ", sqliteError(522), "broken"],
  ["SQLITE_IOERR_FSYNC", sqliteError(1034), "broken"],
  ["SQLITE_READONLY_DBMOVED", sqliteError(1032), "broken"],
  ["what SQLite does not notice", new BrokenDatabase("went back"), "broken"],
  ["SQLITE_READONLY", sqliteError(8), "other"],
  ["SQLITE_CANTOPEN", sqliteError(14), "other"],
  ["tags that SQLite cannot parse", sqliteError(1, "malformed JSON"), "damaged-row"],
  ["a table that has vanished", sqliteError(1, "no such table: entry"), "broken"],
  ["SQLITE_SCHEMA", sqliteError(17), "broken"],
  ["tags that we cannot parse", new SyntaxError("Unexpected token"), "damaged-row"],
  [
    "an integer that is no number",
    Object.assign(new RangeError("large"), { code: "ERR_OUT_OF_RANGE" }),
    "damaged-row",
  ],
  ["any other error", new TypeError("what"), "other"],
  ["what is no error", "text", "other"],
] as const)("%s is told apart", (_, error, failure) => {
  expect(classifySqliteError(error)).toBe(failure);
});
