import type { DatabaseSync } from "node:sqlite";
import { statement, type Statement } from "./database.ts";

/** A use is noted again after this time only: eviction needs no more. */
const resolution = 60_000;
const writeAfter = 1_000;
/** How many uses are remembered, so as not to be noted again. */
const rememberedUses = 10_000;

/**
 * When entries were last used, for eviction. A read writes nothing: uses are collected, and written in batches; what is
 * lost with the process is no harm.
 */
export class UsageTracker {
  readonly #write: Statement;
  readonly #noted = new Map<number, number>();
  readonly #pending = new Map<number, number>();

  constructor(database: DatabaseSync) {
    this.#write = statement(
      database,
      `insert into used(row, at) select j.value ->> 0, j.value ->> 1 from json_each(?) j
       where exists (select 1 from entry e where e.row = j.value ->> 0)
       on conflict(row) do update set at = excluded.at where excluded.at >= used.at + ${resolution}`,
    );
  }

  /** Notes a use. True when it is time to `flush`. */
  note(row: number, now: number): boolean {
    const last = this.#noted.get(row);
    if (last !== undefined && now - last < resolution && now >= last) return false;
    if (this.#noted.size >= rememberedUses) this.#noted.clear();
    this.#noted.set(row, now);
    this.#pending.set(row, Math.floor(now));
    return this.#pending.size >= writeAfter;
  }

  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Writes what was collected. What cannot be written is forgotten. */
  flush(): void {
    if (this.#pending.size === 0) return;
    const uses = JSON.stringify([...this.#pending]);
    this.#pending.clear();
    this.#write.run(uses);
  }
}
