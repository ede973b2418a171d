import type { DatabaseSync } from "node:sqlite";
import type { Target } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";
import { targetKind } from "./schema.ts";

/** All that a step in the ledger counts for. */
export interface FullTarget extends Target {
  readonly everything: boolean;
}

/**
 * For so many milliseconds after its deadline a mark is still known: it keeps nothing out any more that begins later, but
 * an operation that took longer than anybody thought still invalidates what it was on when its end is seen.
 */
const remembered = 24 * 60 * 60_000;

/**
 * What operations under way keep unsettled: a mark for each operation and target, with its own deadline, so that one
 * operation's end does not end another's. They live in the database: an operation may be closed by another process.
 */
export class Marks {
  readonly #open: Statement;
  readonly #renew: Statement;
  readonly #of: Statement;
  readonly #close: Statement;
  readonly #hasExpired: Statement;
  readonly #expired: readonly Statement[];

  constructor(database: DatabaseSync) {
    this.#open = statement(
      database,
      `insert into mark(operation, kind, target, until) select :operation, :kind, value, :until from json_each(:targets)
       where true on conflict do update set until = excluded.until`,
    );
    this.#renew = statement(database, "update mark set until = :until where operation = :operation");
    this.#of = statement(database, "select kind, target from mark where operation = ?");
    this.#close = statement(database, "delete from mark where operation = ?");
    this.#hasExpired = statement(database, "select 1 from mark where until <= ? limit 1");
    // A mark that has run out still keeps fills out that began before it did. What its target was on may have been
    // forgotten meanwhile: then everything takes over the deadline.
    this.#expired = [
      `update ledger set until = max(ledger.until, k.until)
       from (select target, max(until) as until from mark where kind = ${targetKind.tag} and until <= :now group by target) k
       where ledger.tag = k.target`,
      `update pattern set until = max(pattern.until, k.until)
       from (select target, max(until) as until from mark where kind = ${targetKind.pattern} and until <= :now group by target) k
       where pattern.pattern = k.target`,
      `update meta set quiet = f.quiet, guard = guard + 7 * (f.quiet - meta.quiet)
       from (select max(k.until) as quiet from mark k where k.until <= :now and (
         k.kind = ${targetKind.everything}
         or k.kind = ${targetKind.tag} and not exists (select 1 from ledger l where l.tag = k.target)
         or k.kind = ${targetKind.pattern} and not exists (select 1 from pattern p where p.pattern = k.target))) f
       where f.quiet > meta.quiet`,
      "delete from mark where until <= :now",
    ].map((sql) => statement(database, sql));
  }

  /** Marks a target for an operation, and renews what the operation has marked before. */
  open(operation: string, { tags, patterns, everything }: FullTarget, until: number): void {
    this.#renew.run({ operation, until });
    this.#mark(operation, targetKind.tag, tags, until);
    this.#mark(operation, targetKind.pattern, patterns, until);
    this.#mark(operation, targetKind.everything, everything ? [""] : [], until);
  }

  /** What an operation has marked; nothing when it is not known. */
  of(operation: string): FullTarget {
    const marks = this.#of.all(operation) as readonly (readonly [kind: number, target: string])[];
    const ofKind = (wanted: number): string[] =>
      marks.filter(([kind]) => kind === wanted).map(([, target]) => target);
    return {
      tags: ofKind(targetKind.tag),
      patterns: ofKind(targetKind.pattern),
      everything: ofKind(targetKind.everything).length > 0,
    };
  }

  close(operation: string): void {
    this.#close.run(operation);
  }

  /** Whether there is something for {@link forget}. */
  hasForgettable(now: number): boolean {
    return this.#hasExpired.get(now - remembered) !== undefined;
  }

  /** Replaces marks that ran out long ago by the deadline they had. */
  forget(now: number): void {
    if (!this.hasForgettable(now)) return;
    for (const statement of this.#expired) statement.run({ now: now - remembered });
  }

  #mark(operation: string, kind: number, targets: readonly string[], until: number): void {
    if (targets.length > 0) this.#open.run({ operation, kind, targets: JSON.stringify(targets), until });
  }
}
