import type { Invalidation, MaybePromise, Stamp, StorageContext } from "@awsideman/cache-core";
import type { Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import type { DiskLimits } from "./limits.ts";
import { retryWhileBusy } from "./retry.ts";
import { BrokenDatabase, classifySqliteError } from "./sqlite-error.ts";

/** The epoch of a moment at which there is no ledger. No entry has it. */
const noEpoch = "none";

/** Records invalidations, come what may. */
export class InvalidationRecorder {
  readonly #keeper: GenerationKeeper;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;

  constructor(keeper: GenerationKeeper, limits: DiskLimits, context: StorageContext) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#context = context;
  }

  /**
   * Records an invalidation on the disk. What cannot be recorded, because the disk is full or fails or somebody holds
   * the lock and does not let go, ends the generation, and is effective by that.
   * @param before called in the same transaction, before anything is recorded
   * @throws only when neither can be done
   */
  record(invalidation: Invalidation, before?: (generation: Generation) => void): MaybePromise<Stamp> {
    const record = (): Stamp => {
      try {
        return this.#record(invalidation, before);
      } catch (error) {
        if (classifySqliteError(error) === "busy" || isClosed(error)) throw error;
        return this.#giveUp(invalidation, error);
      }
    };
    return retryWhileBusy(record, {
      clock: this.#context.clock,
      random: this.#context.random,
      patience: this.#limits.invalidationPatience,
      giveUp: (error) => this.#giveUp(invalidation, error),
    });
  }

  #record(invalidation: Invalidation, before?: (generation: Generation) => void): Stamp {
    const stamp = this.#keeper.use((generation) => {
      try {
        return this.#recordIn(generation, invalidation, before);
      } catch (error) {
        // Perhaps only our own limit was met, which others may have used up. With one page free there is room.
        if (classifySqliteError(error) !== "full" || !generation.evictor.relieve()) throw error;
        return this.#recordIn(generation, invalidation, before);
      }
    });
    this.#keeper.retractNeighbours();
    return stamp;
  }

  #recordIn(
    generation: Generation,
    invalidation: Invalidation,
    before?: (generation: Generation) => void,
  ): Stamp {
    const { clock } = this.#context;
    const stamp = generation.transaction("durable", (): Stamp => {
      before?.(generation);
      const time = clock.now();
      const position = generation.seen(generation.ledger.record(invalidation, time));
      return { epoch: generation.epoch, position, time };
    });
    // It counts only if the generation was still in use when it was recorded; markers do not come back.
    if (!generation.isCurrent) throw new BrokenDatabase("the generation was given up by another process");
    return stamp;
  }

  #giveUp(invalidation: Invalidation, error: unknown): Stamp {
    this.#keeper.giveUp("An invalidation could not be recorded, so the cache begins anew", error);
    try {
      // In a new generation, for what it leaves unsettled. That nothing is stored there for a while would do as well.
      return this.#record(invalidation);
    } catch {
      return { epoch: noEpoch, position: 0, time: this.#context.clock.now() };
    }
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "CACHE_CLOSED";
}
