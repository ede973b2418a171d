import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { createDatabase, openDatabase } from "./database.ts";
import type { EvictorContext } from "./evictor.ts";
import { Generation } from "./generation.ts";
import type { GenerationDirectory, Marker } from "./generation-directory.ts";
import type { DiskLimits } from "./limits.ts";
import { BrokenDatabase, classifySqliteError } from "./sqlite-error.ts";

export interface OpeningContext extends EvictorContext {
  readonly onRecovered: (message: string, cause: unknown) => void;
}

/** Each attempt fails only because another process was quicker to make or to break a generation. */
const mostAttempts = 10;

/**
 * Opens the generation in use, or makes a new one when there is none, or when it cannot be used. Any number of processes
 * that do so at once end up with the same one.
 * @param isSuccessor whether this process has used an earlier generation
 * @throws what SQLite throws when it is busy; CacheError or a system error when there can be no cache here
 */
export function openGeneration(
  directory: GenerationDirectory,
  limits: DiskLimits,
  isSuccessor: boolean,
  context: OpeningContext,
): Generation {
  directory.prepare();
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const marker = directory.findMarker() ?? makeGeneration(directory, limits, context.now());
    if (marker === undefined) continue;
    const generation = openOrRetract(directory, marker, limits, isSuccessor, context);
    // Given up while it was being opened: its files may have been removed in part.
    if (generation?.isCurrent) return generation;
    generation?.close();
  }
  throw new Error("The cache could not be opened: it was given up again and again by other processes");
}

/** Makes a new generation, and the current one. Undefined when another process was quicker. */
function makeGeneration(directory: GenerationDirectory, limits: DiskLimits, now: number): Marker | undefined {
  directory.removeDead();
  // Loaded here, because this is rare, and loading it takes longer than a read.
  const epoch = process.getBuiltinModule("node:crypto").randomBytes(8).toString("hex");
  try {
    directory.beginGeneration(epoch);
    // What was unsettled before is not known any more: nothing is stored until all of it must have settled.
    createDatabase(directory.databasePath(epoch), epoch, Math.ceil(now + limits.quarantine));
    const marker = directory.publish(epoch);
    if (marker === undefined) directory.discard(epoch);
    return marker;
  } catch (error) {
    directory.discard(epoch);
    throw error;
  }
}

/** Opens the generation of a marker. When it cannot be what the marker says, the marker is removed instead. */
function openOrRetract(
  directory: GenerationDirectory,
  marker: Marker,
  limits: DiskLimits,
  isSuccessor: boolean,
  context: OpeningContext,
): Generation | undefined {
  const file = directory.databasePath(marker.epoch);
  let database: DatabaseSync | undefined;
  try {
    if (!directory.hasDatabase(marker))
      throw new BrokenDatabase(`${file} is missing, or is not the file it was`);
    database = openDatabase(file, marker.epoch, limits.maximumPages);
    settleBeginning(directory, database, isSuccessor, context.now() + limits.quarantine);
    // Once more: it may have been replaced before it was opened, and from now on nobody can take it away.
    if (!directory.hasDatabase(marker)) throw new BrokenDatabase(`${file} was replaced`);
    return new Generation(directory, marker, database, limits, context);
  } catch (error) {
    database?.close();
    // Another process has given it up meanwhile, and perhaps removed its files.
    if (!existsSync(directory.markerPath(marker))) return undefined;
    if (classifySqliteError(error) !== "broken") throw error;
    const folder = directory.condemn(marker);
    context.onRecovered(`The cache could not be read, and begins anew${whereabouts(folder)}`, error);
    return undefined;
  }
}

/** Where the files of a damaged generation are, for a message. */
export function whereabouts(folder: string | undefined): string {
  return folder === undefined ? "" : `; what there was is in ${folder}`;
}

/**
 * The first generation of a directory has nothing to wait for: nothing can be unsettled that nobody has marked. A process
 * that had another one before knows better: the directory was removed under it.
 */
function settleBeginning(
  directory: GenerationDirectory,
  database: DatabaseSync,
  isSuccessor: boolean,
  quiet: number,
): void {
  const isFirst = directory.found();
  // Whoever was quick to use it has left a trace in the position.
  if (isFirst && !isSuccessor)
    database.exec("update meta set quiet = 0, guard = guard - 7 * quiet where position = 0");
  if (isSuccessor) {
    database
      .prepare("update meta set quiet = ?1, guard = guard + 7 * ?1 where quiet = 0")
      .run(Math.ceil(quiet));
  }
}
