import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Counters } from "@awsideman/cache-core";
import { prepareRows, type RowStatement } from "./database.ts";

/** Numbers by name that outlive the process. */
export class CounterTable {
  readonly #add: StatementSync;
  readonly #all: RowStatement;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      `insert into counter(name, value) select key, value from json_each(?) where true
       on conflict(name) do update set value = value + excluded.value`,
    );
    this.#all = prepareRows(database, "select name, value from counter");
  }

  add(added: Counters): void {
    this.#add.run(JSON.stringify(added));
  }

  all(): Counters {
    return Object.fromEntries(this.#all.all() as unknown as [string, number][]);
  }
}
