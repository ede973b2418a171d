import type { DatabaseSync } from "node:sqlite";
import type { Counters } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";

/** Numbers by name that outlive the process. */
export class CounterTable {
  readonly #add: Statement;
  readonly #all: Statement;

  constructor(database: DatabaseSync) {
    this.#add = statement(
      database,
      `insert into counter(name, value) select key, value from json_each(?) where true
       on conflict(name) do update set value = value + excluded.value`,
    );
    this.#all = statement(database, "select name, value from counter");
  }

  add(added: Counters): void {
    this.#add.run(JSON.stringify(added));
  }

  all(): Counters {
    return Object.fromEntries(this.#all.all() as unknown as [string, number][]);
  }
}
