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

interface Change {
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
  #waiting: Change[] = [];

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
  propagateAll(): void {
    this.#propagate(this.#waiting.length);
  }

  /** The state to write to; what is written becomes visible to reads at the time given. */
  writable(visibleAt: number): WritableState {
    return {
      ...this.#truth,
      put: (table, key, value) => {
        this.#change(visibleAt, (tables) => {
          tables[table].put(key, value);
        });
      },
      remove: (table, key) => {
        this.#change(visibleAt, (tables) => {
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

  #change(visibleAt: number, apply: (tables: Tables) => void): void {
    apply(this.#truth);
    this.#waiting.push({ visibleAt, apply });
  }

  #propagate(count: number): void {
    for (const change of this.#waiting.slice(0, count)) change.apply(this.#visible);
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }
}
