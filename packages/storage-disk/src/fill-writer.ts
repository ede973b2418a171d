import type { CacheEntry, MaybePromise, StorageContext, Verdict } from "@awsideman/cache-core";
import { footprint, toFill, type Fill } from "./entry-table.ts";
import { stampOf, type Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import type { DiskLimits } from "./limits.ts";
import { Busy, retryWhileBusy } from "./retry.ts";
import { BrokenDatabase, classifySqliteError } from "./sqlite-error.ts";

/** What the rule says: kept out, or not. */
type Ruling = Extract<Verdict, { outcome: "stored" | "fenced" }>;

/** Once more after others have used up the room that was there at the last look; after that the disk must be full. */
const mostAttempts = 2;

/** Stores fills, where the rule and the limits let it. */
export class FillWriter {
  readonly #keeper: GenerationKeeper;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;

  constructor(keeper: GenerationKeeper, limits: DiskLimits, context: StorageContext) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#context = context;
  }

  /** See `CacheStorage.write`. What cannot be stored within a moment is dropped. */
  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict> {
    const fill = toFill(entry);
    const { clock, random } = this.#context;
    const write = (): Verdict =>
      this.#keeper.use((generation) => this.#write(generation, entry.stamp.epoch, fill, supersedes));
    return retryWhileBusy(write, {
      clock,
      random,
      patience: this.#limits.fillPatience,
      giveUp: () => ({ outcome: "dropped", reason: "busy" }),
    });
  }

  #write(generation: Generation, epoch: string, fill: Fill, supersedes: string | undefined): Verdict {
    const now = this.#context.clock.now();
    if (epoch !== generation.epoch) {
      const { unsettled, position } = generation.ledger.stateOf(fill.header, now);
      const at = stampOf(generation, position, now);
      return { outcome: "fenced", reason: "epoch", lastInvalidation: Infinity, unsettled, at };
    }
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      try {
        return this.#attempt(generation, fill, supersedes, now);
      } catch (error) {
        if (classifySqliteError(error) !== "full") throw error;
        generation.evictor.expectShortage();
      }
    }
    return { outcome: "dropped", reason: "full" };
  }

  #attempt(generation: Generation, fill: Fill, supersedes: string | undefined, now: number): Verdict {
    const bytes = footprint(fill);
    const fits = bytes <= this.#limits.largestEntry;
    if (fits && !generation.log.admitsFill(bytes, now))
      throw new Busy("the write-ahead log is too long for a fill");
    if (supersedes !== undefined) return this.#supersede(generation, fill, supersedes, fits, now);
    if (!fits) return this.#leaveOut(generation, fill, now);
    if (!generation.evictor.makeRoom(footprint(fill))) return { outcome: "dropped", reason: "full" };
    generation.seenTime.note(now);
    const position = generation.entries.fill(fill, now);
    if (position === undefined) return this.#ruling(generation, fill, now);
    return { outcome: "stored", at: stampOf(generation, position, now) };
  }

  /** Too large to be kept: what it would have replaced goes nevertheless, if the rule holds. */
  #leaveOut(generation: Generation, fill: Fill, now: number): Verdict {
    const ruling = this.#ruling(generation, fill, now);
    if (ruling.outcome === "fenced") return ruling;
    generation.entries.remove(fill.header.id, fill.header.stamp);
    return { outcome: "too-large", at: ruling.at };
  }

  /**
   * Takes a value from outside, and invalidates what it takes the place of, in one step and for good. That is so for a
   * value that is too large to be kept, too: the others are older all the same.
   */
  #supersede(generation: Generation, fill: Fill, tag: string, fits: boolean, now: number): Verdict {
    if (fits && !generation.evictor.makeRoom(footprint(fill))) return { outcome: "dropped", reason: "full" };
    const verdict = generation.transaction("durable", (): Verdict => {
      const ruling = this.#ruling(generation, fill, now);
      if (ruling.outcome === "fenced") return ruling;
      generation.seenTime.note(now);
      const stamp = generation.ledger.supersede(tag);
      const at = stampOf(generation, stamp, now);
      if (fits) generation.entries.replace({ ...fill, header: { ...fill.header, stamp } });
      else generation.entries.remove(fill.header.id);
      return { outcome: fits ? "stored" : "too-large", at };
    });
    // It counts only if the generation was still in use when it was recorded; markers do not come back.
    if (!generation.isCurrent) throw new BrokenDatabase("the generation was given up by another process");
    if (verdict.outcome !== "fenced") this.#keeper.retractNeighbours();
    return verdict;
  }

  /** What the rule says at this moment. A fill that was not stored although it holds has a later entry in its place. */
  #ruling(generation: Generation, { header }: Fill, now: number): Ruling {
    const { position, floor, lastInvalidation, unsettled } = generation.ledger.stateOf(header, now);
    const at = stampOf(generation, position, now);
    if (header.stamp > position) {
      throw new BrokenDatabase(`a fill is of position ${header.stamp}, the ledger of ${position}`);
    }
    const fence = { outcome: "fenced", lastInvalidation, unsettled, at } as const;
    if (header.stamp < floor) return { ...fence, reason: "floor", lastInvalidation: Infinity };
    if (lastInvalidation > header.stamp) return { ...fence, reason: "invalidated" };
    return unsettled ? { ...fence, reason: "unsettled" } : { outcome: "stored", at };
  }
}
