import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { BrokenDatabase, LedgerIsFull } from "./sqlite-error.ts";

const quietly = { throwIfNoEntry: false } as const;

/**
 * The marker of a generation as a file: while it is there the generation is in use, and it is as many bytes long as
 * invalidations of the generation have returned, to any process.
 *
 * So whoever looks at the marker before he reads knows how far the ledger must be, and notices whatever has turned it
 * back: a damaged log, a file that was replaced under a process that has it open. SQLite itself notices none of that.
 * A file only grows by being written to, so that no order of writers makes it shorter.
 */
export class GenerationMarker {
  readonly #path: string;
  readonly #random: () => number;
  readonly #mostPositions: number;
  #inode: number | undefined;

  constructor(path: string, random: () => number, mostPositions: number) {
    this.#path = path;
    this.#random = random;
    this.#mostPositions = mostPositions;
  }

  /** How many invalidations have returned; undefined when the generation is not in use any more. */
  look(): number | undefined {
    try {
      const stats = statSync(this.#path, quietly);
      if (stats === undefined) return undefined;
      this.#inode ??= stats.ino;
      // A copy of the folder was put back: the marker may have been taken away meanwhile.
      return stats.ino === this.#inode ? stats.size : undefined;
    } catch {
      // What cannot be seen cannot be relied on.
      return undefined;
    }
  }

  /**
   * Says to everyone that an invalidation is recorded, and will return.
   * @throws BrokenDatabase when the generation is not in use any more, or when somebody else has recorded the same
   *   position: then there are two ledgers, in files of the same name
   */
  acknowledge(position: number): void {
    if (position > this.#mostPositions)
      throw new LedgerIsFull(`${this.#mostPositions} invalidations are as many as there can be`);
    let descriptor: number;
    try {
      descriptor = openSync(this.#path, "r+");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new BrokenDatabase("the generation was given up by another process");
    }
    try {
      if (fstatSync(descriptor).ino !== this.#inode)
        throw new BrokenDatabase("the generation was given up, and its marker put back");
      // Looked at before and after: whoever is second sees the first, and of two at once at least one sees the other.
      const own = 1 + Math.floor(this.#random() * 255);
      const isAlone = byteAt(descriptor, position) === 0;
      writeSync(descriptor, Buffer.of(own), 0, 1, position - 1);
      if (!isAlone || byteAt(descriptor, position) !== own)
        throw new BrokenDatabase(`position ${position} was recorded twice, in different files`);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** 0 where nothing was written yet. */
function byteAt(descriptor: number, position: number): number {
  const byte = Buffer.of(0);
  readSync(descriptor, byte, 0, 1, position - 1);
  return byte[0] as number;
}
