import type { StorageContext, Swept } from "@awsideman/cache-core";
import type { Census } from "./census.ts";
import type { Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import type { DiskLimits } from "./limits.ts";
import type { FullTarget } from "./marks.ts";
import { retryWhileBusy } from "./retry.ts";
import { classifySqliteError } from "./sqlite-error.ts";

const firstRow = Number.MIN_SAFE_INTEGER;

/** Milliseconds from one piece of work to the next, while the file has to become smaller. */
const betweenPieces = 50;

/** What has to be done now and then, and can wait: only while the storage is in use, and never for long. */
export class Maintenance {
  readonly #keeper: GenerationKeeper;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;
  #cancel: (() => void) | undefined;
  #sweptRow = firstRow;

  constructor(keeper: GenerationKeeper, limits: DiskLimits, context: StorageContext) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#context = context;
  }

  /** Says that the storage is in use, so that there will be something to do. */
  wake(): void {
    if (this.#cancel === undefined) this.#schedule(this.#limits.maintenanceInterval);
  }

  /** Writes down which entries were used. */
  flush(generation: Generation): void {
    this.attempt(() => generation.uses.flush());
  }

  /** Does what is not worth a failure. Somebody else writing is no trouble at all. */
  attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (classifySqliteError(error) === "busy") return;
      this.#context.emit({
        type: "storage-trouble",
        message: "The upkeep of the cache on disk failed",
        cause: error,
      });
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const generation = this.#keeper.opened;
    if (generation?.isCurrent) this.flush(generation);
  }

  /** Counts what could be served at `now`, before what the target names was invalidated. */
  async count(census: Census, now: number, target: FullTarget): Promise<number> {
    let entries = 0;
    let row: number | undefined = firstRow;
    while (row !== undefined) {
      const page: ReturnType<Census["count"]> = census.count(row, now, target);
      entries += page.entries;
      row = page.next;
      await eventLoopTurn();
    }
    return entries;
  }

  /** Removes all that cannot be served any more, and gives the space back. */
  async reclaim(): Promise<Swept> {
    const generation = this.#keeper.opened;
    const removed = { expired: 0, invalidated: 0 };
    let row: number | undefined = firstRow;
    while (row !== undefined && generation?.isCurrent) {
      const from: number = row;
      const swept = await this.#eventually(() => generation.sweeper.sweep(from, this.#context.clock.now()));
      removed.expired += swept?.expired ?? 0;
      removed.invalidated += swept?.invalidated ?? 0;
      row = swept?.next;
      await eventLoopTurn();
    }
    while (generation?.isCurrent && (await this.#eventually(() => generation.evictor.shrink())))
      await eventLoopTurn();
    if (generation?.isCurrent) this.attempt(() => generation.log.truncate());
    return removed;
  }

  #schedule(milliseconds: number): void {
    const run = (): void => {
      this.#cancel = undefined;
      this.attempt(() => this.#run());
    };
    this.#cancel = this.#context.clock.after(milliseconds, run, { background: true });
  }

  #run(): void {
    const generation = this.#keeper.opened;
    if (generation === undefined || !generation.isCurrent) return;
    const now = this.#context.clock.now();
    generation.uses.flush();
    if (generation.ledger.needsPruning(now))
      generation.transaction("relaxed", () => generation.ledger.prune(now));
    this.#sweep(generation, now);
    generation.log.admitsFill(0, now);
    if (!generation.evictor.isTooLarge) return;
    if (generation.evictor.reclaim()) this.#schedule(betweenPieces);
    else generation.log.truncate();
  }

  #sweep(generation: Generation, now: number): void {
    const { next, expired, invalidated } = generation.sweeper.sweep(this.#sweptRow, now);
    this.#sweptRow = next ?? firstRow;
    this.#report(expired, "expired");
    this.#report(invalidated, "invalidated");
  }

  #report(entries: number, reason: "expired" | "invalidated"): void {
    if (entries > 0) this.#context.emit({ type: "evicted", entries, reason });
  }

  /** Undefined when somebody else writes all the time. */
  async #eventually<Result>(action: () => Result): Promise<Result | undefined> {
    return retryWhileBusy<Result | undefined>(action, {
      clock: this.#context.clock,
      random: this.#context.random,
      patience: this.#limits.fillPatience,
      giveUp: () => undefined,
    });
  }
}

/** Lets everything else have its turn, between two pieces of work. */
async function eventLoopTurn(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}
