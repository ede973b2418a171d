import type { DatabaseSync } from "node:sqlite";
import { statement, type Statement } from "./database.ts";

/** How far the time that was seen may lag behind: so often it is written down. */
const resolution = 60_000;
/** A clock that is put right by less is not worth losing everything for. */
const toleratedSetBack = 10_000;

/** Whether a clock that once said `seen` was set back since. */
export function wasSetBack(seen: number, now: number): boolean {
  return seen > now + toleratedSetBack;
}

/**
 * Writes down about the latest time at which anything was stored or invalidated, by anybody. It is read together with what
 * is looked for.
 */
export class SeenTime {
  readonly #note: Statement;
  readonly #set: Statement;
  #noted = -Infinity;

  constructor(database: DatabaseSync) {
    this.#note = statement(database, `update meta set seen = ?1 where seen <= ?1 - ${resolution}`);
    this.#set = statement(database, "update meta set seen = ?");
  }

  /** Says what time it is, now and then. */
  note(now: number): void {
    if (Math.abs(now - this.#noted) < resolution) return;
    this.#note.run(Math.floor(now));
    this.#noted = now;
  }

  /** Says what time it is, after the clock was set back. */
  reset(now: number): void {
    this.#set.run(Math.floor(now));
  }
}
