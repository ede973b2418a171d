import type { DatabaseSync } from "node:sqlite";
import { widenPattern, type Invalidation, type Target } from "@awsideman/cache-core";
import { statement, type Statement } from "./database.ts";
import type { DiskLimits } from "./limits.ts";
import { Marks, type FullTarget } from "./marks.ts";
import { fillState, positionOf } from "./rule.ts";
import type { RowHeader } from "./row-checksum.ts";
import type { SeenTime } from "./seen-time.ts";
import type { StepTable } from "./step-table.ts";
import { BrokenDatabase } from "./sqlite-error.ts";

/** How things stand with a fill. */
export interface FillState {
  readonly position: number;
  readonly floor: number;
  readonly lastInvalidation: number;
  readonly unsettled: boolean;
}

/** What followed after a position. `names` is missing where not everything is known. */
export interface LedgerChanges {
  readonly position: number;
  readonly names?: Target;
}

type FillStateRow = readonly [
  position: number,
  floor: number,
  last: number,
  unsettled: number,
  impossible: number,
];

const stepsBetweenPruning = 256;

/** By far more than anything is unsettled for. */
const longestUnsettled = 2 * 60 * 60_000;

/** The ordered record of invalidations. What writes is to be called within a transaction that holds the write lock. */
export class Ledger {
  readonly #limits: DiskLimits;
  readonly #marks: Marks;
  readonly #steps: StepTable;
  readonly #seenTime: SeenTime;
  readonly #position: Statement;
  readonly #advance: Statement;
  readonly #recordTags: Statement;
  readonly #recordPatterns: Statement;
  readonly #raise: Statement;
  readonly #oldestPattern: Statement;
  readonly #forgetPattern: Statement;
  readonly #state: Statement;
  readonly #changes: Statement;
  readonly #surplus: Statement;
  readonly #forgetTags: Statement;
  #recorded: number | undefined;

  constructor(database: DatabaseSync, limits: DiskLimits, steps: StepTable, seenTime: SeenTime) {
    this.#limits = limits;
    this.#steps = steps;
    this.#seenTime = seenTime;
    this.#marks = new Marks(database);
    this.#position = statement(database, `select ${positionOf()}, quiet, seen from meta`);
    this.#advance = statement(
      database,
      `update meta set position = position + 1, guard = guard + 3 returning ${positionOf()}`,
    );
    this.#recordTags = statement(
      database,
      `insert into ledger(tag, last, until) select value, :position, :until from json_each(:names) where true
       on conflict(tag) do update set last = max(last, excluded.last), until = max(until, excluded.until)`,
    );
    this.#recordPatterns = statement(
      database,
      `insert into pattern(pattern, last, until) select value, :position, :until from json_each(:names) where true
       on conflict(pattern) do update set last = excluded.last, until = max(until, excluded.until)`,
    );
    this.#raise = statement(
      database,
      // By differences: what was damaged before stays so, and is found out.
      `update meta set floor = max(floor, :floor), quiet = max(quiet, :quiet),
         guard = guard + 5 * (max(floor, :floor) - floor) + 7 * (max(quiet, :quiet) - quiet)`,
    );
    this.#oldestPattern = statement(
      database,
      "select pattern, last, until from pattern order by last limit max(0, (select count(*) from pattern) - ?)",
    );
    this.#forgetPattern = statement(database, "delete from pattern where pattern = ?");
    this.#state = statement(database, fillState);
    // One statement, so that names and position are of one moment. There is a row without a name when there is none.
    this.#changes = statement(
      database,
      `select ${positionOf("m.")}, m.floor, c.tag, c.pattern from meta m left join (
         select l.tag, null as pattern from ledger l where l.last > ?1
         union all select null, p.pattern from pattern p where p.last > ?1) c limit ?2`,
    );
    this.#surplus = statement(
      database,
      `select last from ledger order by last limit 1 offset
         (select iif(count(*) > ?1, count(*) - ?2 - 1, ${Number.MAX_SAFE_INTEGER}) from ledger)`,
    );
    this.#forgetTags = statement(database, "delete from ledger where last <= ? returning until");
  }

  /** The position of what was recorded since this was last asked; undefined when nothing was. */
  takeRecorded(): number | undefined {
    const recorded = this.#recorded;
    this.#recorded = undefined;
    return recorded;
  }

  /** Until when everything is unsettled. */
  quietUntil(): number {
    return this.#position.get()?.[1] as number;
  }

  position(): number {
    return this.#position.get()?.[0] as number;
  }

  /** The position, and the time that was seen. */
  positionAndTime(): { readonly position: number; readonly seen: number } {
    const [position, , seen] = this.#position.get() as readonly [number, number, number];
    return { position, seen };
  }

  /** Names all that an invalidation counts for: what it names, and what the operation's marks are on that it closes. */
  resolve({ tags, patterns, everything = false, close }: Invalidation): FullTarget {
    if (close === undefined) return { tags, patterns, everything };
    const closed = this.#marks.of(close);
    return {
      tags: [...new Set([...tags, ...closed.tags])],
      patterns: [...new Set([...patterns, ...closed.patterns])],
      everything: everything || closed.everything,
    };
  }

  /** Records one step, and returns its position. */
  record(invalidation: Invalidation, now: number): number {
    const { open, close, settle = 0 } = invalidation;
    const target = this.resolve(invalidation);
    this.#seenTime.note(now);
    const position = this.#step();
    // 0 rather than now: a clock that is set back must not make it last.
    const until = settle > 0 ? Math.ceil(now + settle) : 0;
    this.#recordTags.run({ names: JSON.stringify(target.tags), position, until });
    if (target.everything) this.#raise.run({ floor: position, quiet: until });
    if (target.patterns.length > 0) {
      this.#recordPatterns.run({ names: JSON.stringify(target.patterns), position, until });
    }
    if (close !== undefined) this.#marks.close(close);
    if (open !== undefined) {
      this.#marks.forget(now);
      const named = { ...invalidation, everything: invalidation.everything ?? false };
      this.#marks.open(open.operation, named, Math.ceil(now + open.lease));
    }
    if (target.patterns.length > 0) this.#widenPatterns();
    this.#steps.note(position, now, { ...invalidation, everything: target.everything });
    // Processes that live for one command only have no maintenance.
    if (position % stepsBetweenPruning === 0) {
      this.prune(now);
      this.#steps.prune(position);
    }
    return position;
  }

  /** Records that one tag was superseded by a value from outside, and returns the position. */
  supersede(tag: string): number {
    const position = this.#step();
    this.#recordTags.run({ names: JSON.stringify([tag]), position, until: 0 });
    return position;
  }

  /**
   * How things stand with a fill at `now`.
   * @throws BrokenDatabase when it cannot be so: a number is damaged; or the clock was set back so far that something is
   *   unsettled for hours, and nobody knows how much of the time has passed
   */
  stateOf({ began, tags }: RowHeader, now: number): FillState {
    const row = this.#state.get({ began, tags, latest: now + longestUnsettled });
    const [position, floor, lastInvalidation, unsettled, impossible] = row as unknown as FillStateRow;
    if (impossible === 1) throw new BrokenDatabase("the ledger is ahead of the clock");
    if (lastInvalidation > position) throw new BrokenDatabase("the ledger is ahead of its position");
    return { position, floor, lastInvalidation, unsettled: unsettled === 1 };
  }

  /** What was recorded after `position`. */
  since(position: number): LedgerChanges {
    const now = this.position();
    if (position === now) return { position, names: { tags: [], patterns: [] } };
    if (position > now) return { position: now };
    const rows = this.#changes.all(position, this.#limits.changesAtOnce + 1);
    const [current, floor] = rows[0] as readonly [number, number, ...unknown[]];
    if (position < floor || rows.length > this.#limits.changesAtOnce) return { position: current };
    const tags = rows.map((row) => row[2]).filter((tag) => typeof tag === "string");
    const patterns = rows.map((row) => row[3]).filter((pattern) => typeof pattern === "string");
    return { position: current, names: { tags, patterns } };
  }

  /** Whether `prune` has something to do. */
  needsPruning(now: number): boolean {
    return this.#surplusPosition() !== undefined || this.#marks.hasForgettable(now);
  }

  /** Keeps the ledger within its bounds: what is forgotten is replaced by the floor and the quiet time. */
  prune(now: number): void {
    this.#marks.forget(now);
    const floor = this.#surplusPosition();
    if (floor === undefined) return;
    const forgotten = this.#forgetTags.all(floor);
    const quiet = forgotten.reduce((latest, [until]) => Math.max(latest, until as number), 0);
    this.#raise.run({ floor, quiet });
  }

  #step(): number {
    const position = this.#advance.get()?.[0] as number;
    this.#recorded = position;
    return position;
  }

  /** The position of the last tag to be forgotten; undefined while there are not too many. */
  #surplusPosition(): number | undefined {
    const { ledgerTags } = this.#limits;
    return this.#surplus.get(ledgerTags, Math.floor(ledgerTags / 2))?.[0] as number | undefined;
  }

  /** The marks of operations stay on the pattern itself: they are few, and end. */
  #widenPatterns(): void {
    for (const [pattern, position, until] of this.#oldestPattern.all(this.#limits.ledgerPatterns)) {
      const wider = widenPattern(pattern as string);
      this.#recordTags.run({
        names: JSON.stringify([wider]),
        position: position as number,
        until: until as number,
      });
      this.#forgetPattern.run(pattern as string);
    }
  }
}
