import type { Clock } from "../clock.ts";
import type { CacheEvent } from "../events.ts";
import { CacheError } from "../errors/cache-error.ts";
import type { Invalidation, MaybePromise } from "./cache-storage.ts";
import type { SpoolFactory, SpoolPlace } from "./spool/invalidation-spool.ts";
import { withoutNames } from "./spool/nameless-spool.ts";
import { SpoolKeeper } from "./spool/spool-keeper.ts";
import { WaitingList, type Waiting } from "./waiting-list.ts";

export interface BacklogParts {
  readonly clock: Clock;
  readonly emit: (event: CacheEvent) => void;
  readonly openSpool: SpoolFactory;
}

/** Milliseconds that an invalidation may take to be written to the disk before its caller is let go. */
const keepPatience = 100;

/** Milliseconds that a look at what others have left there may take. */
const lookPatience = 1_000;

/**
 * The invalidations of this process that no storage has recorded yet, and, where there is a spool, those of earlier
 * processes. It outlives the storages: what one could not record, the next one has to.
 */
export class Backlog {
  readonly #clock: Clock;
  readonly #emit: (event: CacheEvent) => void;
  readonly #openSpool: SpoolFactory;
  readonly #list = new WaitingList();
  #place: SpoolPlace | undefined;
  #keeper: SpoolKeeper | undefined;

  constructor({ clock, emit, openSpool }: BacklogParts) {
    this.#clock = clock;
    this.#emit = emit;
    this.#openSpool = openSpool;
  }

  /** The spool in use. */
  get place(): SpoolPlace | undefined {
    return this.#place;
  }

  get size(): number {
    return this.#list.size;
  }

  /** Nothing waits, as far as anybody on this machine knows: what a storage says may be believed. */
  get isClear(): boolean {
    return this.#list.size === 0 && (this.#keeper === undefined || this.#keeper.known);
  }

  /** Whether others may have something to be recorded, too. */
  get isShared(): boolean {
    return this.#keeper !== undefined;
  }

  /** The invalidations that wait, oldest first; also those that come while one is dealt with. */
  [Symbol.iterator](): IterableIterator<Waiting> {
    return this.#list[Symbol.iterator]();
  }

  /**
   * Keeps in another spool from now on. What is in the one before stays there: the storage that it was meant for has to
   * record it still, whichever storage comes now.
   */
  useSpool(place: SpoolPlace | undefined): void {
    const isSame = (["identity", "directory", "nameless"] as const).every(
      (name) => this.#place?.[name] === place?.[name],
    );
    if (isSame) return;
    this.#place = place;
    this.#keeper = place && this.#keeperOf(place);
    void this.#keeper?.begin(keepPatience);
  }

  /** Adds what the storage that comes next has to record, although it was recorded in another. */
  add(invalidation: Invalidation): void {
    this.#list.add(invalidation);
    void this.#keeper?.begin(keepPatience);
  }

  /** Keeps what could not be recorded. Resolves when it outlives the process, or that takes too long. Never fails. */
  keep(invalidation: Invalidation, reason: string): MaybePromise<void> {
    this.#list.add(invalidation);
    const error = new CacheError("CACHE_BACKEND_UNAVAILABLE", reason);
    this.#emit({ type: "invalidation-deferred", waiting: this.size, error });
    return this.#keeper?.begin(keepPatience);
  }

  /** These have been recorded. */
  remove(recorded: Iterable<Waiting>): void {
    for (const waiting of recorded) this.#list.remove(waiting);
    void this.#keeper?.keep(lookPatience);
  }

  /** Finds what others have left. Resolves when that is done, or takes too long. Never fails. */
  async look(): Promise<void> {
    await this.#keeper?.look(lookPatience);
  }

  /** Resolves when what waits outlives the process, and what was recorded is gone, or that takes too long. Never fails. */
  async settle(): Promise<void> {
    await this.#keeper?.keep(lookPatience);
  }

  #keeperOf(place: SpoolPlace): SpoolKeeper {
    const opened = this.#openSpool(place);
    const spool = place.nameless === true ? withoutNames(opened) : opened;
    return new SpoolKeeper({ spool, list: this.#list, clock: this.#clock, emit: this.#emit });
  }
}
