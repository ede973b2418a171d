import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  type BigIntStats,
} from "node:fs";
import path from "node:path";
import { DamagedFiles } from "./damaged-files.ts";
import { attempt, namesIn, syncDirectory } from "./files.ts";
import { inspectFiles, makePrivate, type FileProblem } from "./inspect-files.ts";
import { NeighbourDirectories } from "./neighbour-directories.ts";
import { assertLocalFileSystem, ensureOwnDirectory, ensurePrivateDirectory } from "./private-directory.ts";
import { schemaVersion } from "./schema.ts";

/** The marker of a generation: `epoch` names it, `file` tells its database from a file that was put in its place. */
export interface Marker {
  readonly epoch: string;
  readonly file: string;
}

const markerName = /^(?<epoch>[0-9a-f]{16})\.(?<file>[0-9a-z]+-[0-9a-z]+)$/;
const generationFile = /^(?:new-)?([0-9a-f]{16})(?:\.db(?:-wal|-shm)?)?$/;

/** A generation that is not complete after this time never will be. */
const longestPreparation = 3_600_000;

/**
 * The files of the cache, without looking into them.
 *
 *     <cache directory>/v2/                the number is the version of the stored form; v2e: names and values are encrypted
 *       current/<epoch>.<inode>-<birth>    the marker of the one generation in use
 *       <epoch>.db, -wal, -shm             its database
 *       new-<epoch>/                       a generation being made; it becomes `current` by being renamed
 *       founded                            there once was a first generation
 *       damaged-<time>-<epoch>/            the files of a damaged generation, see DamagedFiles
 *
 * A directory can be renamed onto an empty one only: so there is at most one generation, whoever makes one and however
 * many at a time, and removing a marker never removes another's. A marker that is gone does not come back.
 */
export class GenerationDirectory {
  /** What was moved aside. */
  readonly damaged: DamagedFiles;
  readonly #base: string;
  readonly #encrypted: boolean;
  readonly #root: string;
  readonly #current: string;
  readonly #neighbours: NeighbourDirectories;

  constructor(
    cacheDirectory: string,
    {
      encrypted = false,
      version = schemaVersion,
    }: { readonly encrypted?: boolean | undefined; readonly version?: number } = {},
  ) {
    this.#base = cacheDirectory;
    this.#encrypted = encrypted;
    this.#root = path.join(cacheDirectory, `v${version}${encrypted ? "e" : ""}`);
    this.#current = path.join(this.#root, "current");
    this.damaged = new DamagedFiles(this.#root);
    this.#neighbours = new NeighbourDirectories(this.#root);
  }

  /** Makes the directories, and makes sure that they are ours alone. */
  prepare(): void {
    ensureOwnDirectory(this.#base);
    ensurePrivateDirectory(this.#root);
    assertLocalFileSystem(this.#root);
    if (this.#encrypted) this.#neighbours.removePlain();
  }

  /** The generation in use; undefined when there is none. */
  findMarker(): Marker | undefined {
    for (const name of namesIn(this.#current)) {
      const { epoch, file } = markerName.exec(name)?.groups ?? {};
      if (epoch !== undefined && file !== undefined) return { epoch, file };
    }
    return undefined;
  }

  markerPath({ epoch, file }: Marker): string {
    return path.join(this.#current, `${epoch}.${file}`);
  }

  databasePath(epoch: string): string {
    return path.join(this.#root, `${epoch}.db`);
  }

  /** Whether the database is there, and is the file that the marker was made for. */
  hasDatabase({ epoch, file }: Marker): boolean {
    const stats = statSync(this.databasePath(epoch), { throwIfNoEntry: false, bigint: true });
    if (stats === undefined) return false;
    const [inode, birth] = file.split("-");
    return stats.ino.toString(36) === inode && (birth === "0" || stats.birthtimeNs.toString(36) === birth);
  }

  /** Makes the empty file of a new generation's database, for this user alone; SQLite gives its other files the same mode. */
  beginGeneration(epoch: string): void {
    mkdirSync(this.#preparation(epoch), { mode: 0o700 });
    closeSync(openSync(this.databasePath(epoch), "wx", 0o600));
  }

  /** Makes the new generation the current one. Undefined when another one was quicker. */
  publish(epoch: string): Marker | undefined {
    const preparation = this.#preparation(epoch);
    const marker: Marker = { epoch, file: identityOf(statSync(this.databasePath(epoch), { bigint: true })) };
    closeSync(openSync(path.join(preparation, `${epoch}.${marker.file}`), "w", 0o600));
    this.#clearTheWay();
    try {
      renameSync(preparation, this.#current);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOTEMPTY" || code === "EEXIST" || this.findMarker() !== undefined) return undefined;
      throw error;
    }
    syncDirectory(this.#root);
    return marker;
  }

  /** Ends a generation, for everyone and for good. Needs neither a lock nor space. */
  retract(marker: Marker): void {
    try {
      unlinkSync(this.markerPath(marker));
      // A power cut must not bring it back.
      syncDirectory(this.#current);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  /**
   * Ends a generation because it is damaged, and moves its files aside.
   * @returns where they are; undefined when there were none, or they could not be moved
   */
  condemn(marker: Marker): string | undefined {
    // First said, then done: whoever begins the next generation may be quicker, and moves them too.
    if (existsSync(this.databasePath(marker.epoch))) this.damaged.expect(marker.epoch);
    this.retract(marker);
    this.discard(marker.epoch);
    return this.damaged.find(marker.epoch);
  }

  /** Ends whatever generation there is. */
  retractAny(): void {
    for (let marker = this.findMarker(); marker !== undefined; marker = this.findMarker())
      this.retract(marker);
  }

  /** Ends the generations of other versions of the stored form. */
  retractNeighbours(): void {
    this.#neighbours.retract();
  }

  /** Notes that there is a first generation. True for the one who does so first, and that is before any was used. */
  found(): boolean {
    const file = path.join(this.#root, "founded");
    if (existsSync(file)) return false;
    try {
      closeSync(openSync(file, "wx", 0o600));
      syncDirectory(this.#root);
      // What is unsettled may have been marked there.
      return !this.#neighbours.areFounded();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  }

  /**
   * Removes the files of a generation that was never, or is no longer, the current one; those of a damaged one are moved
   * aside. Best effort.
   */
  discard(epoch: string): void {
    const database = this.databasePath(epoch);
    const files = [database, `${database}-wal`, `${database}-shm`];
    this.damaged.take(epoch, files);
    for (const file of files) attempt(() => unlinkSync(file));
    attempt(() => rmSync(this.#preparation(epoch), { recursive: true, force: true }));
  }

  /** Removes what earlier generations left behind. Never what belongs to the current one, or to one being made. */
  removeDead(): void {
    // The times of files are the system's, whatever clock the cache goes by.
    const now = Date.now();
    for (const name of namesIn(this.#root)) {
      const epoch = generationFile.exec(name)?.[1];
      if (epoch === undefined) continue;
      // In this order: a generation goes from being made to being current in one step, and cannot be missed.
      const preparation = statSync(this.#preparation(epoch), { throwIfNoEntry: false });
      if (preparation !== undefined && now - preparation.mtimeMs < longestPreparation) continue;
      if (this.findMarker()?.epoch === epoch) continue;
      this.discard(epoch);
    }
  }

  /** What lies around and belongs to nothing, and what others could read. Changes nothing. */
  inspect(): readonly FileProblem[] {
    const epoch = this.findMarker()?.epoch;
    return inspectFiles(this.#root, (name) => ![undefined, epoch].includes(generationFile.exec(name)?.[1]));
  }

  /** Removes what {@link inspect} found left over, unless it is being made at this moment, and puts the modes right. */
  tidy(): void {
    this.removeDead();
    makePrivate(this.#root);
  }

  /** Removes what is in the place of a new generation and is none. */
  #clearTheWay(): void {
    for (const name of namesIn(this.#current)) {
      if (!markerName.test(name)) attempt(() => rmSync(path.join(this.#current, name), { recursive: true }));
    }
    // Windows renames onto nothing only. A directory with a marker in it stays.
    if (process.platform === "win32") attempt(() => rmdirSync(this.#current));
  }

  #preparation(epoch: string): string {
    return path.join(this.#root, `new-${epoch}`);
  }
}

/**
 * Tells a file from every other that ever had its name. Numbers of inodes are used again, and at once; the time of birth
 * is not, where the file system knows it. Where it does not, it says 0, or gives the time of the last change instead.
 */
export function identityOf({ ino, birthtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino.toString(36)}-${(birthtimeNs === ctimeNs ? 0n : birthtimeNs).toString(36)}`;
}
