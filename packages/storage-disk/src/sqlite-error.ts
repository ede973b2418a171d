/**
 * What a failed call means for the caller.
 * - `busy`: somebody else writes; the same call can succeed a moment later.
 * - `full`: no space, on the disk or within the limit. Nothing of the transaction is left.
 * - `broken`: the database is damaged, gone, or cannot be trusted any more. It takes a new one.
 * - `damaged-row`: one row does not parse.
 * - `other`: not known to be any of them.
 */
export type SqliteFailure = "busy" | "full" | "broken" | "damaged-row" | "other";

/** The database cannot be what it was: something that SQLite itself does not notice. */
export class BrokenDatabase extends Error {
  override readonly name: string = "BrokenDatabase";
}

/** As many invalidations as there can be in one generation. Nothing is damaged. */
export class LedgerIsFull extends BrokenDatabase {
  override readonly name: string = "LedgerIsFull";
}

/** Primary result codes, see https://sqlite.org/rescode.html; the low byte of the extended ones. */
const failures: ReadonlyMap<number, SqliteFailure> = new Map([
  [1, "broken"], // SQLITE_ERROR: no such table, column or index; our statements themselves are right
  [5, "busy"], // SQLITE_BUSY, while recovering and with an outdated snapshot too
  [6, "busy"], // SQLITE_LOCKED
  [10, "broken"], // SQLITE_IOERR
  [11, "broken"], // SQLITE_CORRUPT
  [13, "full"], // SQLITE_FULL
  [17, "broken"], // SQLITE_SCHEMA
  [26, "broken"], // SQLITE_NOTADB
]);

/** SQLITE_READONLY_DBMOVED: the file was renamed or deleted while it was open. */
const databaseMoved = 1032;

export function classifySqliteError(error: unknown): SqliteFailure {
  if (error instanceof BrokenDatabase) return "broken";
  // JSON.parse of a row's tags, and an integer outside of what a number can hold.
  if (error instanceof SyntaxError) return "damaged-row";
  if (!(error instanceof Error)) return "other";
  if ("code" in error && error.code === "ERR_OUT_OF_RANGE") return "damaged-row";
  if (!("errcode" in error) || typeof error.errcode !== "number") return "other";
  if (error.errcode === databaseMoved) return "broken";
  if (error.errcode === 1 && error.message.includes("malformed JSON")) return "damaged-row";
  return failures.get(error.errcode & 255) ?? "other";
}
