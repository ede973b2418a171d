import type { DatabaseSync } from "node:sqlite";
import { compilePattern, patternConcerns } from "@awsideman/cache-core";
import { statement, transaction, type Statement } from "./database.ts";
import type { Evictor } from "./evictor.ts";
import type { LastPositions } from "./ledger.ts";
import type { FullTarget } from "./marks.ts";
import { entryHolds } from "./rule.ts";

/** An invalidation that was just recorded, and how things stood before it. */
export interface Clearing {
  readonly position: number;
  readonly target: FullTarget;
  readonly before: LastPositions;
}

export interface Swept {
  /** Where to go on; undefined at the end. */
  readonly next: number | undefined;
  readonly expired: number;
  readonly invalidated: number;
}

export interface Cleared {
  readonly next: number | undefined;
  /** How many entries the invalidation took away that could have been served without it. */
  readonly entries: number;
}

const pageOfRows = 256;

/** Removes what cannot be served any more, a page of rows at a time: a millisecond or two under the write lock. */
export class Sweeper {
  readonly #database: DatabaseSync;
  readonly #evictor: Evictor;
  readonly #page: Statement;
  readonly #pageBefore: Statement;

  constructor(database: DatabaseSync, evictor: Evictor) {
    this.#database = database;
    this.#evictor = evictor;
    this.#page = statement(
      database,
      `select e.row, e.stale > ?2, ${entryHolds} from meta m, entry e where e.row > ?1 order by e.row limit ${pageOfRows}`,
    );
    // The rule as it was before ?3, except for what was invalidated then: that is looked at row by row.
    this.#pageBefore = statement(
      database,
      `select e.row, e.stamp, e.tags, e.expires > ?2
         and not exists (select 1 from json_each(e.tags) j join ledger l on l.tag = j.value
           where l.last > e.stamp and l.last < ?3)
         and not exists (select 1 from pattern p
           where p.last > e.stamp and p.last < ?3 and concerns(p.pattern, e.tags))
       from entry e where e.row > ?1 order by e.row limit ${pageOfRows}`,
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
    return { next: nextRow(rows), expired: expired.length, invalidated: invalidated.length };
  }

  /** Removes what an invalidation concerns among the rows that follow `row`. */
  clear(row: number, now: number, clearing: Clearing): Cleared {
    const { position } = clearing;
    const concerns = concernedBy(clearing.target);
    return transaction(this.#database, "relaxed", () => {
      const rows = this.#pageBefore.all(row, now, position) as readonly (readonly [
        row: number,
        stamp: number,
        tags: string,
        held: number,
      ])[];
      const concerned: number[] = [];
      let entries = 0;
      for (const [found, stamp, text, held] of rows) {
        const tags = JSON.parse(text) as string[];
        if (stamp >= position || !concerns(tags)) continue;
        concerned.push(found);
        if (held === 1 && heldBefore(clearing, stamp, tags)) entries++;
      }
      if (concerned.length > 0) this.#evictor.remove(concerned);
      return { next: nextRow(rows), entries };
    });
  }
}

function nextRow(rows: readonly (readonly [number, ...unknown[]])[]): number | undefined {
  return rows.length < pageOfRows ? undefined : rows.at(-1)?.[0];
}

function concernedBy({ tags, patterns, everything }: FullTarget): (tags: readonly string[]) => boolean {
  const named = new Set(tags);
  const expressions = patterns.map(compilePattern);
  return (found) =>
    everything ||
    found.some((tag) => named.has(tag)) ||
    expressions.some((expression) => patternConcerns(expression, found));
}

function heldBefore({ before }: Clearing, stamp: number, tags: readonly string[]): boolean {
  if (stamp < before.floor) return false;
  if (tags.some((tag) => (before.tags.get(tag) ?? 0) > stamp)) return false;
  for (const [pattern, last] of before.patterns) {
    if (last > stamp && patternConcerns(compilePattern(pattern), tags)) return false;
  }
  return true;
}
