import type { StorageContext } from "@awsideman/cache-core";
import type { Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import type { DiskLimits } from "./limits.ts";
import { retryWhileBusy } from "./retry.ts";
import { classifySqliteError } from "./sqlite-error.ts";
import type { Clearing } from "./sweeper.ts";

const firstRow = Number.MIN_SAFE_INTEGER;

/** What has to be done now and then, and can wait: only while the storage is in use, and never for long. */
export class Maintenance {
  readonly #keeper: GenerationKeeper;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;
  #cancel: (() => void) | undefined;
  #sweptRow = firstRow;
  #pauses = 0;

  constructor(keeper: GenerationKeeper, limits: DiskLimits, context: StorageContext) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#context = context;
  }

  /** Says that the storage is in use, so that there will be something to do. */
  wake(): void {
    if (this.#cancel !== undefined) return;
    const run = (): void => {
      this.#cancel = undefined;
      this.attempt(() => this.#run());
    };
    this.#cancel = this.#context.clock.after(this.#limits.maintenanceInterval, run, { background: true });
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

  /** Does something while nothing is swept. */
  async withoutSweeping<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#pauses++;
    try {
      return await action();
    } finally {
      this.#pauses--;
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const generation = this.#keeper.opened;
    if (generation?.isCurrent) this.flush(generation);
  }

  /** Removes what an invalidation took away, and gives the space back. Returns how many entries could still be served. */
  async clear(generation: Generation, clearing: Clearing): Promise<number> {
    let entries = 0;
    let row: number | undefined = firstRow;
    while (row !== undefined && generation.isCurrent) {
      const from: number = row;
      const cleared = await this.#eventually(() =>
        generation.sweeper.clear(from, this.#context.clock.now(), clearing),
      );
      if (cleared === undefined) break;
      entries += cleared.entries;
      row = cleared.next;
      await eventLoopTurn();
    }
    while (generation.isCurrent && (await this.#eventually(() => generation.evictor.shrink())))
      await eventLoopTurn();
    if (generation.isCurrent) this.attempt(() => generation.log.truncate());
    return entries;
  }

  #run(): void {
    const generation = this.#keeper.opened;
    if (generation === undefined || !generation.isCurrent) return;
    const now = this.#context.clock.now();
    generation.uses.flush();
    if (generation.ledger.needsPruning(now))
      generation.transaction("relaxed", () => generation.ledger.prune(now));
    if (this.#pauses === 0) this.#sweep(generation, now);
    if (generation.evictor.isTooLarge) generation.evictor.shrink();
    generation.log.admitsFill(now);
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
