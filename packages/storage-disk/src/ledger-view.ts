import type { DatabaseSync } from "node:sqlite";
import type { Examination, Unsettled } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";
import { positionOf } from "./rule.ts";
import { targetKind } from "./schema.ts";
import type { StepTable } from "./step-table.ts";

/** What the ledger says of some tags, put in words for whoever asks. Whether anything is served is the rule's to say. */
export class LedgerView {
  readonly #steps: StepTable;
  readonly #bounds: Statement;
  readonly #records: Statement;
  readonly #marks: Statement;

  constructor(database: DatabaseSync, steps: StepTable) {
    this.#steps = steps;
    this.#bounds = statement(database, `select ${positionOf()}, floor, quiet from meta`);
    this.#records = statement(
      database,
      `select l.last, l.until from json_each(?1) j join ledger l on l.tag = j.value
       union all select last, until from pattern where concerns(pattern, ?1)`,
    );
    this.#marks = statement(
      database,
      `select operation, max(until) from mark where until > ?2 and (
         kind = ${targetKind.tag} and target in (select value from json_each(?1))
         or kind = ${targetKind.pattern} and concerns(target, ?1)
         or kind = ${targetKind.everything}) group by operation order by operation`,
    );
  }

  /** Several statements: to be called within a transaction. */
  examine(
    tags: readonly string[],
    now: number,
  ): Omit<Examination, "at" | "entry"> & { readonly position: number } {
    const names = JSON.stringify(tags);
    const [position, floor, quiet] = this.#bounds.get() as unknown as [number, number, number];
    const records = this.#records.all(names) as unknown as (readonly [last: number, until: number])[];
    const lastInvalidation = records.reduce((latest, [last]) => Math.max(latest, last), 0);
    const steps = [...new Set([floor, lastInvalidation])].flatMap((at) => this.#steps.find(at) ?? []);
    const unsettled: Unsettled[] = quiet > now ? [{ kind: "recovering", until: quiet }] : [];
    const [settling] = records.filter(([, until]) => until > now).toSorted((a, b) => b[1] - a[1]);
    if (settling !== undefined) {
      const [last, until] = settling;
      unsettled.push({ kind: "settling", until, cause: this.#steps.find(last)?.cause });
    }
    const marks = this.#marks.all(names, now) as unknown as (readonly [string, number])[];
    for (const [operation, until] of marks) {
      unsettled.push({ kind: "operation", until, operation, cause: this.#steps.causeOf(operation) });
    }
    return { position, floor, lastInvalidation, steps, unsettled };
  }
}
