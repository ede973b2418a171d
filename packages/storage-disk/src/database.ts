import { pathToFileURL } from "node:url";
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { pageSize } from "./limits.ts";
import { registerRule } from "./rule.ts";
import { applicationId, createTables, schemaVersion } from "./schema.ts";
import { BrokenDatabase } from "./sqlite-error.ts";
import { loadSqlite } from "./sqlite-module.ts";

/** While opening, which meets the recovery that follows somebody else's closing. Afterwards nothing waits for a lock. */
const openingTimeout = 50;

const writeAheadLogLimit = 8 * 1024 * 1024;

/**
 * Opens the database of a generation, which must be there.
 * @param maximumPages how far it may grow
 * @throws BrokenDatabase when it is not the database of this generation; what SQLite throws when it cannot be read
 */
export function openDatabase(file: string, epoch: string, maximumPages: number): DatabaseSync {
  const database = connect(file);
  try {
    // Looked at before anything is written: what is not ours stays as it is.
    const isOurs =
      readPragma(database, "application_id") === applicationId &&
      readPragma(database, "user_version") === schemaVersion;
    if (!isOurs) throw new BrokenDatabase(`${file} is not a cache of this version`);
    configure(database, maximumPages);
    const meta = database.prepare("select epoch from meta").get();
    if (meta?.["epoch"] !== epoch) throw new BrokenDatabase(`${file} is of another generation`);
    database.exec("pragma busy_timeout = 0");
    return database;
  } catch (error) {
    // A connection that is left to the garbage collector keeps its locks until then.
    database.close();
    throw error;
  }
}

/**
 * Makes the database of a new generation in a file that is there and empty, and leaves it on the disk for good.
 * @param quiet until when nothing is stored in it
 */
export function createDatabase(file: string, epoch: string, quiet: number): void {
  const database = connect(file);
  try {
    database.exec(`pragma page_size = ${pageSize}; pragma auto_vacuum = incremental`);
    const mode = readPragma(database, "journal_mode = wal");
    if (mode !== "wal")
      throw new Error(`${file} cannot be shared: SQLite answers journal_mode ${String(mode)}`);
    transaction(database, "durable", () => {
      database.exec(createTables);
      database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion}`);
      database.prepare("insert into meta values (1, ?1, 0, 0, ?2, 7 * ?2, 0)").run(epoch, quiet);
    });
  } finally {
    database.close();
  }
}

/**
 * Runs `action` as one transaction that holds the write lock from its start.
 * @param durability `durable`: what it did survives a power cut, once this has returned
 */
export function transaction<Result>(
  database: DatabaseSync,
  durability: "durable" | "relaxed",
  action: () => Result,
): Result {
  // Not as a prepared statement: that does nothing the first time it is run. Not within the transaction: an error.
  if (durability === "durable") database.exec("pragma synchronous = full");
  try {
    database.exec("begin immediate");
    try {
      const result = action();
      database.exec("commit");
      return result;
    } catch (error) {
      // Most errors in writing have rolled back already.
      if (database.isTransaction) database.exec("rollback");
      throw error;
    }
  } finally {
    if (durability === "durable") database.exec("pragma synchronous = normal");
  }
}

/** One row as an array, which is quicker than an object. */
export type Row = readonly SQLOutputValue[];

/** A statement whose rows are arrays. */
export interface Statement {
  get(...values: SQLInputValue[]): Row | undefined;
  get(values: NamedValues): Row | undefined;
  all(...values: SQLInputValue[]): readonly Row[];
  run(...values: SQLInputValue[]): unknown;
  run(values: NamedValues): unknown;
}

export type NamedValues = Readonly<Record<string, SQLInputValue>>;

/** A statement that is prepared when it is first used: a process that only reads needs one of several dozen. */
export function statement(database: DatabaseSync, sql: string): Statement {
  let prepared: Statement | undefined;
  const prepare = (): Statement => {
    const made = database.prepare(sql);
    made.setReturnArrays(true);
    // The types know rows as objects only.
    prepared = made as unknown as Statement;
    return prepared;
  };
  return {
    get: (...values: SQLInputValue[]) => (prepared ?? prepare()).get(...values),
    all: (...values: SQLInputValue[]) => (prepared ?? prepare()).all(...values),
    run: (...values: SQLInputValue[]) => (prepared ?? prepare()).run(...values),
  } as Statement;
}

function connect(file: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const url = pathToFileURL(file);
  // Never makes a file: one that has vanished is to be noticed.
  url.search = "?mode=rw";
  return new DatabaseSync(url, { timeout: openingTimeout });
}

function configure(database: DatabaseSync, maximumPages: number): void {
  registerRule(database);
  database.exec(`
    pragma synchronous = normal;
    pragma journal_size_limit = ${writeAheadLogLimit};
    pragma max_page_count = ${maximumPages};
    pragma temp_store = memory;
    pragma trusted_schema = off;
    pragma cell_size_check = on;
    pragma secure_delete = fast;
  `);
}

function readPragma(database: DatabaseSync, pragma: string): SQLOutputValue | undefined {
  const row = database.prepare(`pragma ${pragma}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}
