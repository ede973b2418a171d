import type { DatabaseSync } from "node:sqlite";
import { advance, momentLife, type Advance, type Advanced } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";

/** Moments by name, which all processes move on together. A power cut may take them back. */
export class MomentTable {
  readonly #get: Statement;
  readonly #set: Statement;
  readonly #forget: Statement;

  constructor(database: DatabaseSync) {
    this.#get = statement(database, "select at from moment where name = ?");
    this.#set = statement(
      database,
      "insert into moment(name, at) values (?, ?) on conflict(name) do update set at = excluded.at",
    );
    this.#forget = statement(database, "delete from moment where at < ?");
  }

  /** Within a transaction. */
  advance(name: string, now: number, step: Advance): Advanced {
    const [at] = (this.#get.get(name) as unknown as [number] | undefined) ?? [];
    const { moment, advanced } = advance(at, now, step);
    // New names are rare: each operation on each store has three.
    if (at === undefined) this.#forget.run(now - momentLife);
    if (moment !== at) this.#set.run(name, moment);
    return advanced;
  }
}
