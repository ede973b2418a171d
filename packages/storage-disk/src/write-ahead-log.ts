import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

const megabyte = 1024 * 1024;
/** Above this it is time to write the log back and begin it anew. SQLite does so by itself when no reader is in the way. */
const wanted = 8 * megabyte;
/** Above this it is worth to wait for the readers for a moment. */
const worthWaiting = 16 * megabyte;
/** Above this no fill makes it longer; invalidations still do. */
const unbearable = 32 * megabyte;

const writesBetweenLooks = 16;
const betweenAttempts = 100;
const readersTimeout = 10;

/**
 * Bounds SQLite's write-ahead log, which cannot begin anew while readers always overlap, see
 * https://sqlite.org/wal.html#avoiding_excessively_large_wal_files
 */
export class WriteAheadLog {
  readonly #database: DatabaseSync;
  readonly #file: string;
  #writesUntilLook = 0;
  #size = 0;
  #lastAttempt = -Infinity;

  constructor(database: DatabaseSync, databaseFile: string) {
    this.#database = database;
    this.#file = `${databaseFile}-wal`;
  }

  /** To be called before each fill. False when it must not be made longer. */
  admitsFill(now: number): boolean {
    if (--this.#writesUntilLook > 0 && this.#size <= wanted) return true;
    this.#look();
    if (this.#size <= wanted) return true;
    if (Math.abs(now - this.#lastAttempt) >= betweenAttempts) {
      this.#lastAttempt = now;
      this.truncate(this.#size > worthWaiting ? readersTimeout : 0);
      this.#look();
    }
    return this.#size <= unbearable;
  }

  /** Writes the log back to the database and empties it, if nobody is in the way for longer than `timeout`. */
  truncate(timeout: number): void {
    // The one wait for others outside of opening: without it a log under constant reading never becomes shorter.
    if (timeout > 0) this.#database.exec(`pragma busy_timeout = ${timeout}`);
    try {
      this.#database.exec("pragma wal_checkpoint(truncate)");
    } finally {
      if (timeout > 0) this.#database.exec("pragma busy_timeout = 0");
    }
  }

  #look(): void {
    this.#writesUntilLook = writesBetweenLooks;
    this.#size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
