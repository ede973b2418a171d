import type { DatabaseSync } from "node:sqlite";
import { compilePattern, patternConcerns } from "@awsideman/cache-core";
import { openDatabase, statement, type Statement } from "./database.ts";
import type { FullTarget } from "./marks.ts";
import { entryHolds } from "./rule.ts";

/** SQLite's own limit: nothing is written here. */
const anyNumberOfPages = 4_294_967_294;

const pageOfRows = 256;

/**
 * The entries as they are at one moment, whatever others write, sweep and evict meanwhile: a snapshot, held by a connection
 * of its own. Made while the write lock is held, it is of the moment before what is written then.
 */
export class Census {
  readonly #database: DatabaseSync;
  readonly #page: Statement;

  constructor(file: string, epoch: string) {
    this.#database = openDatabase(file, epoch, anyNumberOfPages);
    this.#page = statement(
      this.#database,
      `select e.row, e.tags from meta m, entry e
       where e.row > ?1 and e.expires > ?2 and e.began <= ?2 and ${entryHolds} order by e.row limit ${pageOfRows}`,
    );
    try {
      // It is the first look that takes the snapshot.
      this.#database.exec("begin; select 1 from meta");
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Of the rows that follow `row`, how many can be served at `now` and are concerned; and where to go on. */
  count(
    row: number,
    now: number,
    target: FullTarget,
  ): { readonly entries: number; readonly next: number | undefined } {
    const rows = this.#page.all(row, now) as readonly (readonly [row: number, tags: string])[];
    const concerns = concernedBy(target);
    const entries = rows.filter(([, tags]) => concerns(JSON.parse(tags) as string[])).length;
    return { entries, next: rows.length < pageOfRows ? undefined : rows.at(-1)?.[0] };
  }

  close(): void {
    this.#database.close();
  }
}

function concernedBy({ tags, patterns, everything }: FullTarget): (tags: readonly string[]) => boolean {
  const named = new Set(tags);
  const expressions = patterns.map(compilePattern);
  return (found) =>
    everything ||
    found.some((tag) => named.has(tag)) ||
    expressions.some((expression) => patternConcerns(expression, found));
}
