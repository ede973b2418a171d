import type { DatabaseSync } from "node:sqlite";
import { Census } from "./census.ts";
import { statement, transaction, type Statement } from "./database.ts";
import type { Evictor } from "./evictor.ts";
import { entryHolds } from "./rule.ts";

export interface Swept {
  /** Where to go on; undefined at the end. */
  readonly next: number | undefined;
  readonly expired: number;
  readonly invalidated: number;
}

const pageOfRows = 256;

/** Removes what cannot be served any more, a page of rows at a time: a millisecond or two under the write lock. */
export class Sweeper {
  readonly #database: DatabaseSync;
  readonly #evictor: Evictor;
  readonly #page: Statement;

  constructor(database: DatabaseSync, evictor: Evictor) {
    this.#database = database;
    this.#evictor = evictor;
    this.#page = statement(
      database,
      `select e.row, e.stale > ?2, ${entryHolds} from meta m, entry e where e.row > ?1 order by e.row limit ${pageOfRows}`,
    );
  }

  /** Removes what expired or was invalidated among the rows that follow `row`. */
  sweep(row: number, now: number): Swept {
    const rows = this.#page.all(row, now) as readonly (readonly [
      row: number,
      isUseful: number,
      holds: number,
    ])[];
    const expired = rows.filter(([, isUseful]) => isUseful === 0).map(([found]) => found);
    const invalidated = rows
      .filter(([, isUseful, holds]) => isUseful === 1 && holds === 0)
      .map(([found]) => found);
    const dead = [...expired, ...invalidated];
    if (dead.length > 0) transaction(this.#database, "relaxed", () => this.#evictor.remove(dead));
    const next = rows.length < pageOfRows ? undefined : rows.at(-1)?.[0];
    return { next, expired: expired.length, invalidated: invalidated.length };
  }

  /** The entries as they are now, to be counted at leisure, and to be closed then. */
  takeCensus(epoch: string): Census {
    const file = this.#database.location();
    if (file === null) throw new Error("The database has no file");
    return new Census(file, epoch);
  }
}
