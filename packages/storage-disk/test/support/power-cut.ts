import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { identityOf } from "../../src/generation-directory.ts";

/** The files of a cache, as bytes: what is on the disk, or what was handed to the operating system to be put there. */
export interface DiskState {
  readonly epoch: string;
  readonly database: Buffer;
  readonly log: Buffer;
  readonly marker: Buffer;
}

const sectorSize = 512;

export function diskState(cacheDir: string): DiskState {
  const root = path.join(cacheDir, "v2");
  const [marker = ""] = readdirSync(path.join(root, "current"));
  const [epoch = ""] = marker.split(".");
  return {
    epoch,
    database: readFileSync(path.join(root, `${epoch}.db`)),
    log: readFileSync(path.join(root, `${epoch}.db-wal`)),
    marker: readFileSync(path.join(root, "current", marker)),
  };
}

/** Puts the files of a cache into a directory, as a machine finds them that was switched off. */
export function restoreDisk(cacheDir: string, { epoch, database, log, marker }: DiskState): void {
  const root = path.join(cacheDir, "v2");
  const file = path.join(root, `${epoch}.db`);
  mkdirSync(path.join(root, "current"), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(root, "founded"), "", { mode: 0o600 });
  writeFileSync(file, database, { mode: 0o600 });
  writeFileSync(`${file}-wal`, log, { mode: 0o600 });
  const identity = identityOf(statSync(file, { bigint: true }));
  writeFileSync(path.join(root, "current", `${epoch}.${identity}`), marker, { mode: 0o600 });
}

/**
 * What a power cut leaves of a file whose last sync was at `before`, and which was written to since: of what was written
 * all up to some byte, or some sectors, and one of them perhaps as rubbish.
 */
export function powerCut(before: Buffer, after: Buffer, random: () => number): Buffer {
  const changed = sectorsThatDiffer(before, after);
  const isInOrder = random() < 0.5;
  const share = random();
  const until = Math.floor(share * changed.length);
  const lost = changed.filter((_, index) => (isInOrder ? index >= until : random() > share));
  const left = Buffer.from(after);
  for (const offset of lost) {
    const end = Math.min(offset + sectorSize, after.length);
    // Beyond what was there before the file has nothing but zeros.
    left.fill(0, offset, end);
    if (offset < before.length) before.copy(left, offset, offset, end);
    if (random() > 0.02) continue;
    // What was synced in the same sector stays: SQLite relies on that, and disks keep to it.
    const start = offset < before.length ? Math.min(before.length, end) : offset;
    for (let byte = start; byte < end; byte++) left[byte] = Math.floor(random() * 256);
  }
  // The file may not even have become longer yet.
  const kept = changed.filter((offset) => !lost.includes(offset)).at(-1) ?? 0;
  const least = Math.max(before.length, kept + 1);
  return left.subarray(0, least + Math.floor(random() * (left.length - least)));
}

function sectorsThatDiffer(before: Buffer, after: Buffer): readonly number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset < after.length; offset += sectorSize) {
    if (!isSame(before, after, offset, sectorSize)) offsets.push(offset);
  }
  return offsets;
}

function isSame(before: Buffer, after: Buffer, offset: number, size: number): boolean {
  return before.subarray(offset, offset + size).equals(after.subarray(offset, offset + size));
}
