import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type BigIntStats,
} from "node:fs";

/** What a file is at the moment; undefined for none, or one that cannot be looked at: writing it says why. */
export function statusOfFile(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/**
 * Puts a text in the place of a file's, with the file's mode, or makes the file, for its owner alone. It is there whole or not
 * at all, whatever happens, and has been synced.
 * @param before what the file was when it was read
 * @returns false, and has changed nothing, when it is not any more what it was
 * @throws what the file system throws
 */
export function replaceFile(file: string, text: string, before: BigIntStats | undefined): boolean {
  const unfinished = `${file}.${process.pid}.tmp`;
  // Whatever is left there by a process of this number is none of anybody's.
  rmSync(unfinished, { force: true });
  const descriptor = openSync(unfinished, "wx", 0o600);
  try {
    writeWhole(descriptor, Buffer.from(text));
    if (before !== undefined) fchmodSync(descriptor, Number(before.mode & 0o777n));
    fsyncSync(descriptor);
    if (!isSame(before, statusOfFile(file))) return false;
    renameSync(unfinished, file);
    return true;
  } finally {
    closeSync(descriptor);
    rmSync(unfinished, { force: true });
  }
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  if (fstatSync(descriptor).size !== bytes.length)
    throw new Error("The file is not as long as what was written");
}

function isSame(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  const keys = ["ino", "dev", "size", "mtimeNs", "ctimeNs"] as const;
  return one === undefined || other === undefined
    ? one === other
    : keys.every((key) => one[key] === other[key]);
}
