import { CacheError } from "../errors/cache-error.ts";
import type { LocalLedger } from "../ledger/local-ledger.ts";
import { Backlog } from "./backlog.ts";
import type { Invalidation, MaybePromise } from "./cache-storage.ts";
import { withDeadline } from "./maybe-promise.ts";
import type { OpenStorage } from "./open-storage.ts";
import { OwnMarks } from "./own-marks.ts";
import { SlotStates, type SlotState, type Turn } from "./slot-states.ts";
import type { SpoolFactory } from "./spool/invalidation-spool.ts";
import { assertStorageConfiguration, type StorageConfiguration } from "./storage-configuration.ts";
import { StorageOpener, type StorageOpenerParts } from "./storage-opener.ts";

export interface StorageSlotParts extends Omit<StorageOpenerParts, "backlog"> {
  /** Where nothing was configured. */
  readonly fallback: StorageConfiguration;
  readonly openSpool: SpoolFactory;
  /** The invalidations that were called in this process. */
  readonly calls: LocalLedger;
}

/** Resolves with undefined when the storage could not be opened, or came too late to be used. */
type Opened = Promise<OpenStorage | undefined>;

/** Milliseconds that a reader waits for a storage to be opened. */
const openPatience = 250;

/**
 * The place of the storage in use. It is opened when it is configured, or when it is first needed; where that fails,
 * or takes too long, the cache goes on without, says so in an event, and tries again later.
 */
export class StorageSlot {
  readonly #parts: StorageSlotParts;
  readonly #states: SlotStates;
  readonly #opener: StorageOpener;
  /** What was called while there was no storage, or one that did not record it: recorded before the next one is used. */
  readonly #backlog: Backlog;
  readonly #marks = new OwnMarks();
  /** What is being opened. Never rejects. */
  #opened: Opened = Promise.resolve(undefined);
  /** What readers wait for, once there are any: it ends when opening takes too long. Never rejects. */
  #patience: Opened | undefined;
  /** Another storage was in use before the one that comes next. */
  #isSuccessor = false;

  constructor(parts: StorageSlotParts) {
    assertStorageConfiguration(parts.fallback);
    this.#parts = parts;
    this.#states = new SlotStates(parts.fallback);
    this.#backlog = new Backlog(parts);
    this.#opener = new StorageOpener({ ...parts, backlog: this.#backlog });
  }

  get state(): SlotState {
    return this.#states.state;
  }

  /** The storage, once it is open: the hot path looks at nothing else. */
  get current(): OpenStorage | undefined {
    return this.#states.current;
  }

  /** The storage, or undefined when there is none to be had now. Never rejects. */
  ready(): MaybePromise<OpenStorage | undefined> {
    if (this.current !== undefined) return this.current;
    const due = this.#states.due(this.#parts.clock.now());
    if (due !== undefined) this.#begin(due, { background: true }).done.catch(() => undefined);
    return this.#wait();
  }

  /**
   * Opens another storage, and closes the one before. When it is called again meanwhile, the last call wins. A wrong
   * configuration leaves the one before in use.
   * @throws TypeError or RangeError for a wrong configuration, CacheError when the backend's package is not installed
   */
  async configure(configuration: StorageConfiguration): Promise<void> {
    if (this.state.name === "closed") throw new CacheError("CACHE_CLOSED", "The cache is closed");
    assertStorageConfiguration(configuration);
    const before = this.current;
    const { place } = this.#backlog;
    before?.storage.stop();
    if (before !== undefined) this.#isSuccessor = true;
    const { turn, done } = this.#begin(configuration, { background: false });
    try {
      await done;
    } catch (error) {
      if (turn.isLast()) this.#backlog.useSpool(place);
      if (before === undefined) turn.undone();
      await before?.storage.start(turn.isLast, () => {
        turn.undone();
        this.#isSuccessor = false;
      });
      if (!turn.isLast()) await before?.storage.close();
      throw error;
    }
    await before?.storage.close();
  }

  /** Resolves when it is recorded or kept. Never rejects. */
  async invalidate(invalidation: Invalidation): Promise<void> {
    this.#marks.note(invalidation, this.#parts.clock.monotonic());
    for (;;) {
      // The one in use may be back by now, when another could not be opened.
      const open = (await this.ready()) ?? this.current;
      if (open === undefined)
        return this.#backlog.keep(invalidation, "There is no storage to record an invalidation in");
      await open.storage.invalidate(invalidation);
      // Another storage may have been opened meanwhile, which knows nothing of it.
      if (this.current === open || this.state.name === "closed") return;
    }
  }

  /** Resolves with how many entries could still have been served, 0 when there is no storage. Never rejects. */
  async clear(invalidation: Invalidation): Promise<number> {
    const open = await this.ready();
    const count = await open?.storage.clear(invalidation);
    if (open === undefined || this.current !== open) await this.invalidate(invalidation);
    return count ?? 0;
  }

  async close(): Promise<void> {
    const { current } = this;
    // It closes what it has opened, because it comes too late.
    const opening = this.#wait();
    this.#states.close();
    await current?.storage.close();
    await opening;
    await this.#backlog.settle();
  }

  #begin(
    configuration: StorageConfiguration,
    waiting: { readonly background: boolean },
  ): { readonly turn: Turn; readonly done: Opened } {
    const turn = this.#states.begin(configuration, this.#parts.clock.monotonic());
    const done = this.#open(configuration, turn, waiting.background);
    this.#opened = done.catch(() => undefined);
    this.#patience = undefined;
    return { turn, done };
  }

  /** Rejects for what the caller did wrong. */
  async #open(configuration: StorageConfiguration, turn: Turn, background: boolean): Opened {
    const { breaker, clock, emit } = this.#parts;
    try {
      const open = await this.#opener.open(configuration, {
        background,
        useSpool: (place) => {
          if (turn.isLast()) this.#backlog.useSpool(place);
        },
      });
      if (turn.isLast()) {
        this.#carryOver();
        breaker.reset();
      }
      let isUsed = false;
      await open.storage.start(turn.isLast, () => {
        isUsed = true;
        turn.succeeded(open);
      });
      if (isUsed) return open;
      await open.storage.close();
    } catch (error) {
      if (turn.isLast()) {
        turn.failed(error, clock.now());
        emit({ type: "storage-failed", operation: `open ${configuration.backend}`, error });
      }
      if (isCallersFault(error)) throw error;
    }
    return undefined;
  }

  /** What the storage before has recorded, the next one has to record, too: it may hold what is older. */
  #carryOver(): void {
    if (!this.#isSuccessor) return;
    this.#isSuccessor = false;
    const { calls, clock } = this.#parts;
    if (calls.position === 0) return;
    this.#backlog.add(calls.since(0) ?? { tags: [], patterns: [], everything: true });
    for (const step of this.#marks.steps(clock.monotonic())) this.#backlog.add(step);
  }

  /** Waits as a reader does: all of them together for no longer than opening may keep the first. */
  #wait(): MaybePromise<OpenStorage | undefined> {
    const { state } = this;
    if (state.name !== "opening") return undefined;
    const { clock, emit } = this.#parts;
    const left = Math.max(0, Math.ceil(openPatience - (clock.monotonic() - state.since)));
    const operation = `open ${state.configuration.backend}`;
    return (this.#patience ??= withDeadline(this.#opened, left, clock, { limit: openPatience }).catch(
      (error: unknown) => {
        emit({ type: "storage-failed", operation, error });
        return undefined;
      },
    ));
  }
}

function isCallersFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return CacheError.isInstance(error) && error.code === "CACHE_BACKEND_NOT_INSTALLED";
}
