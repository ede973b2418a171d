import { CacheError, type StorageContext } from "@awsideman/cache-core";
import type { Generation } from "./generation.ts";
import type { GenerationDirectory } from "./generation-directory.ts";
import type { DiskLimits } from "./limits.ts";
import { openGeneration, whereabouts } from "./open-generation.ts";
import { classifySqliteError, LedgerIsFull } from "./sqlite-error.ts";

/** Holds the generation in use: follows when another process has begun a new one, and begins one when it has to. */
export class GenerationKeeper {
  readonly directory: GenerationDirectory;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;
  #generation: Generation | undefined;
  #hadOne = false;
  #isClosed = false;

  constructor(directory: GenerationDirectory, limits: DiskLimits, context: StorageContext) {
    this.directory = directory;
    this.#limits = limits;
    this.#context = context;
  }

  /**
   * Does something with the generation in use. When it turns out to be broken, it is given up for everyone; then, and when
   * another process has given it up meanwhile, the same is done once more with a new one.
   * @throws what `action` throws otherwise, and what keeps a generation from being opened
   */
  use<Result>(action: (generation: Generation) => Result): Result {
    const generation = this.#current();
    try {
      return action(generation);
    } catch (error) {
      // One that was given up meanwhile fails in any way: its files may be gone.
      if (generation.isCurrent) {
        if (classifySqliteError(error) !== "broken") throw error;
        if (error instanceof LedgerIsFull) {
          this.directory.retract(generation.marker);
          this.#recovered("The ledger is full, so the cache begins anew", error);
        } else this.condemn(generation, "The cache was damaged, and begins anew", error);
      }
      return action(this.#current());
    }
  }

  /** The generation that is open, in use or not; undefined when there is none. */
  get opened(): Generation | undefined {
    return this.#generation;
  }

  /**
   * Ends a generation for everyone because it is damaged, and moves its files aside.
   * @throws when it cannot be ended
   */
  condemn({ marker }: Generation, message: string, cause: unknown): void {
    this.#recovered(message + whereabouts(this.directory.condemn(marker)), cause);
  }

  /**
   * Ends the generation in use for everyone. From then on everyone misses, and what could not be recorded is effective.
   * @throws when not even that can be done
   */
  giveUp(message: string, cause: unknown): void {
    this.directory.retractAny();
    this.directory.retractNeighbours();
    try {
      // If this was before the first generation: the first one must not be taken for a beginning without a past.
      this.directory.prepare();
      this.directory.found();
    } catch {
      // There is no directory, and so nothing at all.
    }
    this.#recovered(message, cause);
  }

  /** Ends what other versions of the stored form hold, because they cannot read this ledger. */
  retractNeighbours(): void {
    this.directory.retractNeighbours();
  }

  close(): void {
    this.#isClosed = true;
    this.#generation?.close();
    this.#generation = undefined;
  }

  #current(): Generation {
    if (this.#isClosed) throw new CacheError("CACHE_CLOSED", "The disk storage is closed");
    const generation = this.#generation;
    if (generation?.isCurrent) return generation;
    // Closed before a new one is made: its space may be needed.
    generation?.close();
    this.#generation = undefined;
    this.#generation = this.#open();
    this.#hadOne = true;
    return this.#generation;
  }

  #open(): Generation {
    try {
      return openGeneration(this.directory, this.#limits, this.#hadOne, {
        random: this.#context.random,
        now: () => this.#context.clock.now(),
        onEvicted: (entries, reason) => this.#context.emit({ type: "evicted", entries, reason }),
        onRecovered: (message, cause) => this.#recovered(message, cause),
      });
    } catch (error) {
      if (error instanceof CacheError || classifySqliteError(error) === "busy") throw error;
      const message = `The cache on disk cannot be opened: ${(error as Error).message}`;
      throw new CacheError("CACHE_BACKEND_UNAVAILABLE", message, { cause: error });
    }
  }

  #recovered(message: string, cause: unknown): void {
    this.#context.emit({ type: "storage-recovered", message, cause });
  }
}
