import type { DatabaseSync } from "node:sqlite";
import { stepsRemembered, type Invalidation, type LedgerStep } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";

/** What the last steps of the ledger were recorded for. The rule does not ask it. */
export class StepTable {
  readonly #note: Statement;
  readonly #forget: Statement;
  readonly #at: Statement;
  readonly #ofOperation: Statement;

  constructor(database: DatabaseSync) {
    this.#note = statement(
      database,
      "insert or replace into step(position, at, cause, operation, everything) values (?, ?, ?, ?, ?)",
    );
    this.#forget = statement(database, "delete from step where position <= ?");
    this.#at = statement(database, "select position, at, cause, everything from step where position = ?");
    this.#ofOperation = statement(
      database,
      "select cause from step where operation = ? and cause is not null order by position desc limit 1",
    );
  }

  /** Within a transaction. */
  note(position: number, now: number, { cause, everything, open }: Invalidation): void {
    const operation = open?.operation ?? null;
    this.#note.run(position, Math.floor(now), cause ?? null, operation, everything === true ? 1 : 0);
  }

  /** Within a transaction. */
  prune(position: number): void {
    this.#forget.run(position - stepsRemembered);
  }

  /** Undefined: it is not remembered any more. */
  find(position: number): LedgerStep | undefined {
    const row = this.#at.get(position);
    if (row === undefined) return undefined;
    const [found, time, cause, everything] = row as unknown as [number, number, string | null, number];
    return { position: found, time, cause: cause ?? undefined, everything: everything === 1 };
  }

  causeOf(operation: string): string | undefined {
    return (this.#ofOperation.get(operation)?.[0] as string | undefined) ?? undefined;
  }
}
