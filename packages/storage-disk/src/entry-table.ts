import type { DatabaseSync } from "node:sqlite";
import type { CacheEntry, EntryMetadata } from "@awsideman/cache-core";
import { statement, type NamedValues, type Row, type Statement } from "./database.ts";
import { rowChecksum, type RowHeader } from "./row-checksum.ts";
import { entryHolds, entryHoldsSince, fillHolds, positionOf } from "./rule.ts";
import { wasSetBack } from "./seen-time.ts";
import { fromStoredTime, toStoredTime } from "./stored-time.ts";

/** What a look found. `position` is that of the ledger in the same snapshot. */
export type Look =
  | { readonly state: "nothing"; readonly position: number }
  /** The clock was: nobody knows how old anything is. */
  | { readonly state: "set-back"; readonly position: number }
  | { readonly state: "damaged"; readonly position: number; readonly cause?: unknown }
  | { readonly state: "entry"; readonly position: number; readonly row: number; readonly entry: CacheEntry };

/** An entry in the form in which it is stored. */
export interface Fill {
  readonly header: RowHeader;
  readonly value: Uint8Array;
}

/** How many entries are remembered as verified. */
const mostVerified = 10_000;

/** How many rows are looked at in one go: about a millisecond. */
const pageOfRows = 256;

const columns = "id, stamp, began, expires, stale, size, checksum, tags, value";
const values = ":id, :stamp, :began, :expires, :stale, :size, :checksum, :tags, :value";
const replacement = columns
  .split(", ")
  .slice(1)
  .map((column) => `${column} = excluded.${column}`)
  .join(", ");

/** The entries, together with the rule. Every method is one statement, and so one snapshot. */
export class EntryTable {
  readonly #epoch: string;
  /**
   * The position at which the rule last held for an id. Until the ledger moves it holds for whatever is stored there: what
   * takes its place meanwhile is held against the same ledger.
   */
  readonly #verified = new Map<string, number>();
  readonly #read: Statement;
  readonly #fill: Statement;
  readonly #replace: Statement;
  readonly #remove: Statement;
  readonly #removeAll: readonly Statement[];
  readonly #list: Statement;
  readonly #count: Statement;
  readonly #describe: Statement;

  constructor(database: DatabaseSync, epoch: string) {
    this.#epoch = epoch;
    // One row whatever is there: the position is wanted on a miss too.
    this.#read = statement(
      database,
      `select ${positionOf("m.")}, e.row, e.stamp, e.began, e.expires, e.stale, e.size, e.checksum, e.tags, e.value, m.seen
       from meta m left join entry e on e.id = ?1 and e.stale > ?2 and ${entryHoldsSince("?3")}`,
    );
    this.#fill = statement(
      database,
      `insert into entry(${columns}) select ${values} from meta m where ${fillHolds}
       on conflict(id) do update set ${replacement}
         where (excluded.stamp, excluded.began) >= (entry.stamp, entry.began) or entry.began > :now
       returning (select ${positionOf()} from meta)`,
    );
    this.#replace = statement(
      database,
      `insert into entry(${columns}) values (${values}) on conflict(id) do update set ${replacement}`,
    );
    this.#remove = statement(database, "delete from entry where id = ? and stamp <= ?");
    this.#removeAll = ["entry", "used"].map((table) => statement(database, `delete from ${table}`));
    this.#list = statement(
      database,
      `select e.row, e.id, e.stamp, e.began, e.expires, e.stale, e.size, e.tags
       from meta m, entry e where e.row > ?1 and e.expires > ?2 and e.began <= ?2 and ${entryHolds}
       order by e.row limit ${pageOfRows}`,
    );
    this.#count = statement(database, "select count(*) from entry");
    this.#describe = statement(
      database,
      "select stamp, began, expires, stale, size, tags from entry where id = ?",
    );
  }

  /** Looks for an entry that satisfies the rule and may still be of use at `now`, if only when its source fails. */
  read(id: string, now: number): Look {
    const verifiedAt = this.#verified.get(id) ?? -1;
    const found = this.#read.get(id, now, verifiedAt) as Row;
    const position = found[0] as number;
    if (wasSetBack(found[10] as number, now)) return { state: "set-back", position };
    const row = found[1] as number | null;
    if (row === null) return { state: "nothing", position };
    const header = headerOf(id, found, 2);
    const value = found[9] as Uint8Array;
    if (found[7] !== rowChecksum(header, value)) return { state: "damaged", position };
    if (header.stamp < position && verifiedAt < position) this.#verify(id, position);
    // From the future: it was made before the clock was set back, and would live too long.
    if (header.began > now) return { state: "nothing", position };
    return { state: "entry", position, row, entry: { ...this.#metadata(header), payload: value } };
  }

  /**
   * Stores a fill if the rule holds for it and no later entry of its id is there. One from the future is none: the clock
   * was set back.
   * @returns the position of the ledger; undefined when nothing was stored
   */
  fill(fill: Fill, now: number): number | undefined {
    return this.#fill.get({ ...valuesOf(fill), now })?.[0] as number | undefined;
  }

  /** Stores an entry without asking; the caller has asked in the same transaction. */
  replace(fill: Fill): void {
    this.#replace.run(valuesOf(fill));
  }

  /** Removes the entry of an id, unless its stamp is later than `stamp`. */
  remove(id: string, stamp: number = Number.MAX_SAFE_INTEGER): void {
    this.#remove.run(id, stamp);
  }

  /** The next entries after `row` that could be served at `now`, and where to go on; undefined at the end. */
  list(
    row: number,
    now: number,
  ): { readonly entries: readonly EntryMetadata[]; readonly next: number | undefined } {
    const rows = this.#list.all(row, now);
    const entries = rows.map((found) => this.#metadata(headerOf(found[1] as string, found, 2, 7)));
    return { entries, next: rows.length < pageOfRows ? undefined : (rows.at(-1)?.[0] as number) };
  }

  /** What is there under an id, whether or not it may be served. */
  describe(id: string): EntryMetadata | undefined {
    const row = this.#describe.get(id);
    return row && this.#metadata(headerOf(id, row, 0, 5));
  }

  /** Removes every entry, and what is known of their use. To be called within a transaction. */
  removeAll(): void {
    for (const statement of this.#removeAll) statement.run();
  }

  count(): number {
    return this.#count.get()?.[0] as number;
  }

  #verify(id: string, position: number): void {
    if (this.#verified.size >= mostVerified) this.#verified.clear();
    this.#verified.set(id, position);
  }

  #metadata(header: RowHeader): EntryMetadata {
    return {
      id: header.id,
      tags: JSON.parse(header.tags) as string[],
      stamp: { epoch: this.#epoch, position: header.stamp, time: header.began },
      expiresAt: fromStoredTime(header.expires),
      staleUntil: fromStoredTime(header.stale),
      size: header.size,
    };
  }
}

/** The form in which an entry is stored. */
export function toFill({ id, tags, stamp, expiresAt, staleUntil, size, payload }: CacheEntry): Fill {
  if (!(payload instanceof Uint8Array))
    throw new TypeError("`payload` must be a Uint8Array for the disk storage");
  return {
    header: {
      id,
      stamp: stamp.position,
      began: toStoredTime(stamp.time),
      expires: toStoredTime(expiresAt),
      stale: toStoredTime(Math.max(expiresAt, staleUntil)),
      size: Math.ceil(size),
      tags: JSON.stringify(tags),
    },
    value: payload,
  };
}

/** What a fill takes on the disk, pages left aside. */
export function footprint({ header, value }: Fill): number {
  return value.byteLength + header.tags.length + header.id.length;
}

function headerOf(id: string, row: Row, first: number, tags: number = first + 6): RowHeader {
  return {
    id,
    stamp: row[first] as number,
    began: row[first + 1] as number,
    expires: row[first + 2] as number,
    stale: row[first + 3] as number,
    size: row[first + 4] as number,
    tags: row[tags] as string,
  };
}

function valuesOf({ header, value }: Fill): NamedValues {
  const { id, stamp, began, expires, stale, size, tags } = header;
  return { id, stamp, began, expires, stale, size, tags, value, checksum: rowChecksum(header, value) };
}
