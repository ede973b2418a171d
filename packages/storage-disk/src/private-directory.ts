import { chmodSync, lstatSync, mkdirSync, realpathSync, statfsSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CacheError } from "@awsideman/cache-core";

/**
 * The types that `statfs` gives for file systems on which a database in WAL mode is not safe: several machines do not
 * share memory, see https://sqlite.org/wal.html
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9P"],
  [0x65735546, "FUSE"],
]);

/**
 * Makes sure that a directory is there, is a directory, and belongs to this user. It is made with mode 0700, parents
 * included; one that is there keeps its mode.
 * @throws CacheError saying what is wrong with it
 */
export function ensureOwnDirectory(directory: string): Stats {
  let failure: Error | undefined;
  try {
    makeDirectory(directory);
  } catch (error) {
    failure = error as Error;
  }
  // A link to nowhere, or a file: mkdir says that it exists, and what it is says more.
  const stats = statusOf(directory);
  if (stats === undefined || (failure !== undefined && stats.isDirectory())) {
    throw unusable(directory, `cannot be made or read: ${failure?.message ?? "it vanished"}`, failure);
  }
  if (stats.isSymbolicLink())
    throw unusable(directory, "is a symbolic link; name the directory it points to");
  if (!stats.isDirectory()) throw unusable(directory, "is not a directory");
  // The effective one: files belong to it, and access is judged by it.
  const user = process.geteuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw unusable(directory, `belongs to user ${stats.uid}, and this process runs as user ${user}`);
  }
  return stats;
}

/** The same, and nobody else may enter it. Only for a directory that is all ours: its mode is set right. */
export function ensurePrivateDirectory(directory: string): void {
  const stats = ensureOwnDirectory(directory);
  if (process.platform !== "win32" && (stats.mode & 0o777) !== 0o700) chmodSync(directory, 0o700);
}

/**
 * The one path of a directory, whichever links lead to it, and whether or not it is there yet. What cannot be looked at
 * stays as it is.
 */
export function realPathOf(directory: string): string {
  try {
    return realpathSync.native(directory);
  } catch {
    const parent = dirname(directory);
    return parent === directory ? directory : join(realPathOf(parent), basename(directory));
  }
}

/** @throws CacheError when the directory is on a network file system */
export function assertLocalFileSystem(directory: string, statfs: typeof statfsSync = statfsSync): void {
  const name = networkFileSystems.get(statfs(directory).type >>> 0);
  if (name === undefined) return;
  throw unusable(
    directory,
    `is on a network file system (${name}), which cannot be shared safely; choose a local one`,
  );
}

/**
 * Makes a directory and those above it. Not with `recursive`: where the system says that a parent is missing although it
 * is there, as below /proc, Node tries for ever.
 */
function makeDirectory(directory: string): void {
  const parent = dirname(directory);
  if (!makeOne(directory) && parent !== directory) {
    makeDirectory(parent);
    if (!makeOne(directory)) throw new Error(`${parent} vanished, or takes no directories`);
  }
}

/** Returns false when the directory above is missing. One that is there already is fine, whoever made it. */
function makeOne(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return false;
    if (code === "EEXIST") return true;
    throw error;
  }
}

function statusOf(directory: string): Stats | undefined {
  try {
    return lstatSync(directory);
  } catch {
    return undefined;
  }
}

function unusable(directory: string, reason: string, cause?: unknown): CacheError {
  return new CacheError("CACHE_BACKEND_UNAVAILABLE", `The cache directory ${directory} ${reason}`, { cause });
}
