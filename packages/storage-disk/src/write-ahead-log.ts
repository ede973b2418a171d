import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

const megabyte = 1024 * 1024;
/** Above this it is time to write the log back and begin it anew. SQLite does so by itself when no reader is in the way. */
const wanted = 8 * megabyte;
/** Above this no fill makes it longer; invalidations still do. */
const longest = 16 * megabyte;

/** Large fills are looked at one by one; others fill too. */
const writesBetweenLooks = 16;
const bytesBetweenLooks = megabyte;
const betweenAttempts = 100;
/** While fills wait for it. An attempt costs little then, because there is nothing new to be written back. */
const betweenUrgentAttempts = 10;

/**
 * Bounds SQLite's write-ahead log, which cannot begin anew while readers always overlap, see
 * https://sqlite.org/wal.html#avoiding_excessively_large_wal_files. Nobody waits for the readers: when fills are held back
 * for a moment, in every process, those who begin to read need the log no more, and soon nobody does.
 */
export class WriteAheadLog {
  readonly #database: DatabaseSync;
  readonly #file: string;
  #writesUntilLook = 0;
  #bytesUntilLook = 0;
  #size = 0;
  #lastAttempt = -Infinity;
  #descriptor: number | undefined;

  constructor(database: DatabaseSync, databaseFile: string) {
    this.#database = database;
    this.#file = `${databaseFile}-wal`;
  }

  /** To be called before each fill, with what it takes. False while the log must not be made longer. */
  admitsFill(bytes: number, now: number): boolean {
    this.#writesUntilLook--;
    this.#bytesUntilLook -= bytes;
    if (this.#writesUntilLook > 0 && this.#bytesUntilLook > 0 && this.#size <= wanted) return true;
    this.#look();
    if (this.#size <= wanted) return true;
    const pause = this.#size > longest ? betweenUrgentAttempts : betweenAttempts;
    if (Math.abs(now - this.#lastAttempt) >= pause) {
      this.#lastAttempt = now;
      this.truncate();
      this.#look();
    }
    return this.#size <= longest;
  }

  /** Writes the log back to the database, and empties it if nobody is in the way at this moment. */
  truncate(): void {
    this.#database.exec("pragma wal_checkpoint(truncate)");
  }

  /**
   * Puts all that has been committed, by anybody, on the disk for good. Without the write lock: others go on meanwhile,
   * and one sync serves all who wait for it. SQLite's own would hold the lock.
   */
  sync(): void {
    // No lock is held on this file, so that closing it takes none away.
    this.#descriptor ??= openSync(this.#file, "r+");
    fsyncSync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #look(): void {
    this.#writesUntilLook = writesBetweenLooks;
    this.#bytesUntilLook = bytesBetweenLooks;
    this.#size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
