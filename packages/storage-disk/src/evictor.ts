import type { DatabaseSync } from "node:sqlite";
import type { StorageEvent } from "@awsideman/cache-core";
import { statement, transaction, type Statement } from "./database.ts";
import { pageSize, type DiskLimits } from "./limits.ts";
import { entryHolds } from "./rule.ts";

type Reason = Extract<StorageEvent, { type: "evicted" }>["reason"];

export interface EvictorContext {
  readonly random: () => number;
  readonly now: () => number;
  readonly onEvicted: (entries: number, reason: Reason) => void;
}

/** Where eviction begins, where it ends, and where a fill has to wait for it: parts of the limit. */
const high = 0.97;
const low = 0.93;
const brim = 0.995;

const sampleSize = 64;
/** The least recently used part of a sample that is removed. */
const removedPart = 1 / 4;
/** Looking at the size costs as much as half a fill; other processes fill too. */
const fillsBetweenLooks = 8;
/** A large fill may need many small entries removed; more than this would block for too long. */
const mostRounds = 64;
/** The same for upkeep, which can go on later. */
const roundsOfUpkeep = 8;

/** What takes space beside the database, and counts within the limit. */
export interface Surroundings {
  bytes(): number;
  /** Gives up what can be spared. False when that is nothing. */
  free(): boolean;
}

interface Candidate {
  readonly row: number;
  readonly usedAt: number;
  readonly reason: Reason;
}

/**
 * Keeps the database within its limit by removing entries: what expired or was invalidated, then what was least recently
 * used. Which those are is found in random samples, so that neither a read nor a fill has to keep an order.
 */
export class Evictor {
  readonly #database: DatabaseSync;
  readonly #limits: DiskLimits;
  readonly #context: EvictorContext;
  readonly #surroundings: Surroundings;
  readonly #pageCount: Statement;
  readonly #freePages: Statement;
  readonly #range: Statement;
  readonly #sample: Statement;
  readonly #removeEntries: Statement;
  readonly #removeUses: Statement;
  #estimate = 0;
  #fillsUntilLook = 0;
  #isEvicting = false;

  constructor(
    database: DatabaseSync,
    limits: DiskLimits,
    context: EvictorContext,
    surroundings: Surroundings,
  ) {
    this.#database = database;
    this.#limits = limits;
    this.#context = context;
    this.#surroundings = surroundings;
    this.#pageCount = statement(database, "pragma page_count");
    this.#freePages = statement(database, "pragma freelist_count");
    this.#range = statement(database, "select min(row), max(row) from entry");
    this.#sample = statement(
      database,
      `select distinct e.row, coalesce(u.at, e.began), e.stale > ?2, ${entryHolds}
       from meta m, json_each(?1) j
       join entry e on e.row = (select row from entry where row >= j.value order by row limit 1)
       left join used u on u.row = e.row`,
    );
    this.#removeEntries = statement(
      database,
      "delete from entry where row in (select value from json_each(?))",
    );
    this.#removeUses = statement(database, "delete from used where row in (select value from json_each(?))");
  }

  /** What the database takes, without the pages that are free. */
  bytes(): number {
    const pages = this.#pageCount.get()?.[0] as number;
    return (pages - (this.#freePages.get()?.[0] as number)) * pageSize;
  }

  /** Says that there was less room than the last look made believe: others fill too. */
  expectShortage(): void {
    this.#isEvicting = true;
  }

  /** Makes room for a fill, a little at a time. False when there is none to be made. */
  makeRoom(needed: number): boolean {
    const { maximumBytes } = this.#limits;
    this.#estimate += needed;
    if (!this.#isEvicting && --this.#fillsUntilLook > 0 && this.#estimate <= maximumBytes * high) return true;
    // A process that lives for one fill has no upkeep.
    if (this.isTooLarge) this.shrink();
    let bytes = this.#look() + needed;
    this.#estimate = bytes;
    if (bytes > maximumBytes * high) this.#isEvicting = true;
    for (let round = 0; this.#isEvicting; round++) {
      if (round > 0 && bytes <= maximumBytes * brim) return true;
      if (round === mostRounds || !(this.#surroundings.free() || this.evict())) break;
      bytes = this.#look() + needed;
      this.#estimate = bytes;
      this.#isEvicting = bytes > maximumBytes * low;
    }
    return bytes <= maximumBytes;
  }

  /** Makes some room for what is not a fill. False when there is none to be made. */
  relieve(): boolean {
    // First, because on a full disk even removing takes space.
    const isFreed = this.#surroundings.free();
    return this.evict() || isFreed;
  }

  /** Removes some entries, the least useful of a sample. False when there are none. */
  evict(): boolean {
    const candidates = this.#candidates();
    const dead = candidates.filter(({ reason }) => reason !== "size");
    const live = candidates.filter(({ reason }) => reason === "size").sort((a, b) => a.usedAt - b.usedAt);
    const quota = Math.ceil(candidates.length * removedPart);
    const victims = [...dead, ...live.slice(0, Math.max(0, quota - dead.length))];
    if (victims.length === 0) return false;
    transaction(this.#database, "relaxed", () => this.remove(victims.map(({ row }) => row)));
    for (const reason of ["size", "expired", "invalidated"] as const) {
      const entries = victims.filter((victim) => victim.reason === reason).length;
      if (entries > 0) this.#context.onEvicted(entries, reason);
    }
    return true;
  }

  /** Removes rows and what is known of their use. To be called within a transaction. */
  remove(rows: readonly number[]): void {
    const list = JSON.stringify(rows);
    this.#removeEntries.run(list);
    this.#removeUses.run(list);
  }

  /** Makes a file smaller that is too large, a few milliseconds' worth. True when there is more to do. */
  reclaim(): boolean {
    let isMore = false;
    for (let round = 0; round < roundsOfUpkeep && this.#total() > this.#limits.maximumBytes * high; round++) {
      isMore = this.#surroundings.free() || this.evict();
      if (!isMore) break;
    }
    return (this.shrink() || isMore) && this.isTooLarge;
  }

  /** Gives free pages back to the file system, a few milliseconds' worth. True when there are more. */
  shrink(): boolean {
    // Not as a prepared statement: that frees a single page.
    this.#database.exec("pragma incremental_vacuum(256)");
    return (this.#freePages.get()?.[0] as number) > 0;
  }

  /** Whether the files are larger than the limit allows, as after it was lowered. */
  get isTooLarge(): boolean {
    const file = (this.#pageCount.get()?.[0] as number) * pageSize;
    return file + this.#surroundings.bytes() > this.#limits.maximumBytes * brim;
  }

  #total(): number {
    return this.bytes() + this.#surroundings.bytes();
  }

  #look(): number {
    this.#fillsUntilLook = fillsBetweenLooks;
    return this.#total();
  }

  #candidates(): readonly Candidate[] {
    const [first, last] = this.#range.get() as readonly [number | null, number | null];
    if (first === null || last === null) return [];
    const { random, now } = this.#context;
    const points = Array.from(
      { length: sampleSize },
      () => first + Math.floor(random() * (last - first + 1)),
    );
    return this.#sample.all(JSON.stringify(points), now()).map(([row, usedAt, isUseful, holds]) => ({
      row: row as number,
      usedAt: usedAt as number,
      reason: isUseful === 0 ? "expired" : holds === 0 ? "invalidated" : "size",
    }));
  }
}
