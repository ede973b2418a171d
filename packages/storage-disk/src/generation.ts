import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Stamp } from "@awsideman/cache-core";
import { transaction } from "./database.ts";
import { CounterTable } from "./counter-table.ts";
import { EntryTable } from "./entry-table.ts";
import { Evictor, type EvictorContext } from "./evictor.ts";
import type { GenerationDirectory, Marker } from "./generation-directory.ts";
import { Ledger } from "./ledger.ts";
import type { DiskLimits } from "./limits.ts";
import { BrokenDatabase } from "./sqlite-error.ts";
import { Sweeper } from "./sweeper.ts";
import { UsageTracker } from "./usage-tracker.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";

/**
 * One life of the cache: a database, open, and the marker that says that it is the one in use. Without the marker nothing
 * in it is true any more.
 */
export class Generation {
  readonly marker: Marker;
  readonly entries: EntryTable;
  readonly ledger: Ledger;
  readonly counters: CounterTable;
  readonly uses: UsageTracker;
  readonly evictor: Evictor;
  readonly sweeper: Sweeper;
  readonly log: WriteAheadLog;
  readonly #database: DatabaseSync;
  readonly #markerPath: string;
  #highestPosition = 0;

  constructor(
    directory: GenerationDirectory,
    marker: Marker,
    database: DatabaseSync,
    limits: DiskLimits,
    context: EvictorContext,
  ) {
    this.marker = marker;
    this.#database = database;
    this.#markerPath = directory.markerPath(marker);
    this.entries = new EntryTable(database, marker.epoch);
    this.ledger = new Ledger(database, limits);
    this.counters = new CounterTable(database);
    this.uses = new UsageTracker(database);
    this.evictor = new Evictor(database, limits, context);
    this.sweeper = new Sweeper(database, this.evictor);
    this.log = new WriteAheadLog(database, directory.databasePath(marker.epoch));
  }

  get epoch(): string {
    return this.marker.epoch;
  }

  /** Whether this is still the generation in use. To be asked before everything that is answered from it. */
  get isCurrent(): boolean {
    return existsSync(this.#markerPath);
  }

  /**
   * Notes a position that was met.
   * @throws BrokenDatabase when it is smaller than one met before: a damaged log ends early, and SQLite does not notice
   */
  seen(position: number): number {
    if (position < this.#highestPosition) {
      throw new BrokenDatabase(`the ledger went back from ${this.#highestPosition} to ${position}`);
    }
    this.#highestPosition = position;
    return position;
  }

  transaction<Result>(durability: "durable" | "relaxed", action: () => Result): Result {
    return transaction(this.#database, durability, action);
  }

  /** Closes the database. It may be damaged, so nothing is expected of it. */
  close(): void {
    try {
      this.#database.close();
    } catch {
      // Its files belong to nobody any more, or are written back by the next one who opens them.
    }
  }
}

/** A position that was met in a generation, as a stamp. */
export function stampOf(generation: Generation, position: number, time: number): Stamp {
  return { epoch: generation.epoch, position: generation.seen(position), time };
}
