import { closeSync, openSync } from "node:fs";
import { CliError } from "../errors/cli-error.ts";

/** Milliseconds. Whoever holds it writes a file of a few lines. */
const patience = 5_000;

/**
 * Runs an action while no other process runs one with the same file. The lock is the operating system's, on an empty file
 * that stays: it ends with its process, however that ends, so that there is none of a process that is gone.
 * @throws CliError when somebody else has it for too long
 */
export async function withFileLock<Value>(file: string, action: () => Promise<Value>): Promise<Value> {
  // For its owner alone from the beginning.
  closeSync(openSync(file, "a", 0o600));
  const { loadSqlite } = await import("@awsideman/storage-disk");
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file, { timeout: patience });
  try {
    // Nothing is ever written to it: what SQLite does here is to take the lock, in the same way on every system.
    database.exec("BEGIN EXCLUSIVE");
    return await action();
  } catch (error) {
    if ((error as { readonly errcode?: unknown }).errcode !== sqliteBusy) throw error;
    throw new CliError(`${file} is locked by another process`, { advice: "try again", cause: error });
  } finally {
    database.close();
  }
}

const sqliteBusy = 5;
