import type { DatabaseSync } from "node:sqlite";
import type { Stamp } from "@awsideman/cache-core";
import { statement, transaction, type Statement } from "./database.ts";
import { CounterTable } from "./counter-table.ts";
import { EntryTable } from "./entry-table.ts";
import { Evictor, type EvictorContext } from "./evictor.ts";
import type { GenerationDirectory, Marker } from "./generation-directory.ts";
import { GenerationMarker } from "./generation-marker.ts";
import { Ledger } from "./ledger.ts";
import { LedgerView } from "./ledger-view.ts";
import type { DiskLimits } from "./limits.ts";
import { MomentTable } from "./moment-table.ts";
import { BrokenDatabase } from "./sqlite-error.ts";
import { SeenTime } from "./seen-time.ts";
import { StepTable } from "./step-table.ts";
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
  readonly seenTime: SeenTime;
  readonly view: LedgerView;
  readonly counters: CounterTable;
  readonly moments: MomentTable;
  readonly uses: UsageTracker;
  readonly evictor: Evictor;
  readonly sweeper: Sweeper;
  readonly log: WriteAheadLog;
  readonly #database: DatabaseSync;
  readonly #marker: GenerationMarker;
  #leastPosition = 0;
  #aside: number;

  constructor(
    directory: GenerationDirectory,
    marker: Marker,
    database: DatabaseSync,
    limits: DiskLimits,
    context: EvictorContext,
  ) {
    this.marker = marker;
    this.#database = database;
    this.#marker = new GenerationMarker(
      directory.markerPath(marker),
      context.random,
      limits.mostInvalidations,
    );
    this.#aside = directory.damaged.trim(limits.maximumBytes);
    this.entries = new EntryTable(database, marker.epoch);
    const steps = new StepTable(database);
    this.seenTime = new SeenTime(database);
    this.ledger = new Ledger(database, limits, steps, this.seenTime);
    this.view = new LedgerView(database, steps);
    this.counters = new CounterTable(database);
    this.moments = new MomentTable(database);
    this.uses = new UsageTracker(database);
    this.evictor = new Evictor(database, limits, context, {
      // What was moved aside becomes more only when a generation ends.
      bytes: () => this.#aside + this.#leastPosition,
      free: () => {
        if (this.#aside === 0) return false;
        directory.damaged.clear();
        this.#aside = 0;
        return true;
      },
    });
    this.sweeper = new Sweeper(database, this.evictor);
    this.log = new WriteAheadLog(database, directory.databasePath(marker.epoch));
  }

  get epoch(): string {
    return this.marker.epoch;
  }

  /** Whether this is still the generation in use. To be asked before everything that is answered from it. */
  get isCurrent(): boolean {
    const acknowledged = this.#marker.look();
    if (acknowledged === undefined) return false;
    if (acknowledged > this.#leastPosition) this.#leastPosition = acknowledged;
    return true;
  }

  /**
   * Notes a position that was met.
   * @throws BrokenDatabase when it is smaller than one met before, here or by whoever has recorded an invalidation: a
   *   damaged log ends early, and SQLite does not notice
   */
  seen(position: number): number {
    if (position < this.#leastPosition) {
      throw position < 0
        ? new BrokenDatabase("the numbers of the ledger are damaged")
        : new BrokenDatabase(`the ledger went back from ${this.#leastPosition} to ${position}`);
    }
    this.#leastPosition = position;
    return position;
  }

  prepare(sql: string): Statement {
    return statement(this.#database, sql);
  }

  /**
   * Runs `action` as one transaction, and says to everyone what it has recorded in the ledger.
   * @param durability `durable`: what it did survives a power cut, once this has returned
   */
  transaction<Result>(durability: "durable" | "relaxed", action: () => Result): Result {
    this.ledger.takeRecorded();
    const result = transaction(this.#database, "relaxed", action);
    // Before anybody is told of it; what was told of must not be lost.
    if (durability === "durable") this.log.sync();
    const recorded = this.ledger.takeRecorded();
    if (recorded !== undefined) this.#marker.acknowledge(recorded);
    return result;
  }

  /** Runs `action`, which changes nothing, on one snapshot. */
  snapshot<Result>(action: () => Result): Result {
    this.#database.exec("begin");
    try {
      return action();
    } finally {
      this.#database.exec("rollback");
    }
  }

  /** Closes the database. It may be damaged, so nothing is expected of it. */
  close(): void {
    this.log.close();
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
