import {
  createTables,
  tableNames,
  type ReadonlyTables,
  type Records,
  type TableName,
  type Tables,
} from "./tables.ts";

/** What a write works on: it reads what is true now and puts or removes records. */
export interface WritableState extends ReadonlyTables {
  put<Name extends TableName>(table: Name, key: string, value: Records[Name]): void;
  remove(table: TableName, key: string): void;
}

/** One record put or removed. Times are milliseconds since the epoch, and those of later changes are never smaller. */
export interface Change {
  readonly madeAt: number;
  /** From when on reads see it. */
  readonly visibleAt: number;
  readonly apply: (tables: Tables) => void;
}

/**
 * Two copies of the state: what is true, and what reads see. A change is made to the first at once and to the second when
 * its time has come, in the order in which the changes were made: a later change is never seen before an earlier one.
 */
export class Store {
  readonly #truth: Tables = createTables();
  readonly #visible: Tables = createTables();
  readonly #history: Change[] | undefined;
  #waiting: Change[] = [];
  #last: Pick<Change, "madeAt" | "visibleAt"> = { madeAt: 0, visibleAt: 0 };

  /** @param keepHistory whether all changes are kept, for {@link history} */
  constructor(keepHistory: boolean) {
    this.#history = keepHistory ? [] : undefined;
  }

  /** Every change since the start; undefined when they are not kept. */
  get history(): readonly Change[] | undefined {
    return this.#history;
  }

  get truth(): ReadonlyTables {
    return this.#truth;
  }

  /** What reads see at a time. */
  visible(now: number): ReadonlyTables {
    const arrived = this.#waiting.findIndex((change) => change.visibleAt > now);
    this.#propagate(arrived === -1 ? this.#waiting.length : arrived);
    return this.#visible;
  }

  /** Makes every change visible now. */
  propagateAll(now: number): void {
    const changes = this.#waiting.map(({ madeAt, visibleAt, apply }): Change => {
      return { madeAt: Math.min(madeAt, now), visibleAt: Math.min(visibleAt, now), apply };
    });
    this.#history?.splice(-changes.length || this.#history.length, changes.length, ...changes);
    this.#last = changes.at(-1) ?? this.#last;
    this.#propagate(this.#waiting.length);
  }

  /** The state to write to, at a time; what is written becomes visible to reads so many milliseconds later. */
  writable(madeAt: number, lag: number): WritableState {
    return {
      ...this.#truth,
      put: (table, key, value) => {
        this.#change(madeAt, lag, (tables) => {
          tables[table].put(key, value);
        });
      },
      remove: (table, key) => {
        this.#change(madeAt, lag, (tables) => {
          tables[table].remove(key);
        });
      },
    };
  }

  /** How many records each table truly holds. */
  sizes(): Readonly<Record<TableName, number>> {
    const sizes = tableNames.map((name) => [name, this.#truth[name].size]);
    return Object.fromEntries(sizes) as Record<TableName, number>;
  }

  #change(at: number, lag: number, apply: (tables: Tables) => void): void {
    apply(this.#truth);
    const madeAt = Math.max(at, this.#last.madeAt);
    // Never seen before an earlier one, whose lag may have been longer.
    const change: Change = { madeAt, visibleAt: Math.max(at + lag, this.#last.visibleAt), apply };
    this.#last = change;
    this.#waiting.push(change);
    this.#history?.push(change);
  }

  #propagate(count: number): void {
    for (const change of this.#waiting.slice(0, count)) change.apply(this.#visible);
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }
}
