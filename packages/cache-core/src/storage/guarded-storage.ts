import type { CircuitBreaker } from "../breaker/circuit-breaker.ts";
import type { Clock } from "../clock.ts";
import type { CacheEvent } from "../events.ts";
import type { Examination } from "../explain/examination.ts";
import type { Advance, Advanced } from "../limit/advance.ts";
import type { Backlog } from "./backlog.ts";
import type {
  CacheEntry,
  CacheStorage,
  Invalidation,
  MaybePromise,
  Reading,
  Stamp,
  Verdict,
} from "./cache-storage.ts";
import { examineStorage } from "./examine-storage.ts";
import {
  expectAdvanced,
  expectReading,
  expectReadings,
  expectStamp,
  expectVerdict,
} from "./expected-answer.ts";
import { after, isPromise, withDeadline } from "./maybe-promise.ts";
import { Outbox } from "./outbox.ts";

/** Milliseconds after which a call counts as failed, where a storage answers by promise. */
export interface Deadlines {
  /** How long a reader may be kept from its source. */
  readonly read: number;
  /** How long a fill may take; nobody waits for it but those who joined the load. */
  readonly write: number;
  /** How long an invalidation may hold its caller up before it has to wait. */
  readonly invalidate: number;
  /** How long giving space back may take before the caller is let go. */
  readonly clear: number;
}

export interface GuardedStorageParts {
  readonly storage: CacheStorage;
  readonly breaker: CircuitBreaker;
  readonly deadlines: Deadlines;
  /** Where invalidations wait that could not be recorded. */
  readonly backlog: Backlog;
  readonly clock: Clock;
  readonly emit: (event: CacheEvent) => void;
}

/** Milliseconds for letting go of files and connections. */
const closeDeadline = 10_000;

/**
 * A storage that never fails, and never keeps anybody waiting: where the contract says "exception", this says
 * undefined, and an event tells why. An invalidation that could not be recorded waits in the backlog, and until it is
 * recorded nothing is read: what the storage holds may be older than it.
 */
export class GuardedStorage {
  readonly #storage: CacheStorage;
  readonly #breaker: CircuitBreaker;
  readonly #deadlines: Deadlines;
  readonly #backlog: Backlog;
  readonly #clock: Clock;
  readonly #emit: (event: CacheEvent) => void;
  readonly #outbox: Outbox;
  #closed = false;

  constructor({ storage, breaker, deadlines, backlog, clock, emit }: GuardedStorageParts) {
    this.#storage = storage;
    this.#breaker = breaker;
    this.#deadlines = deadlines;
    this.#backlog = backlog;
    this.#clock = clock;
    this.#emit = emit;
    this.#outbox = new Outbox({
      backlog,
      clock,
      emit,
      record: (invalidation) =>
        this.#attempt("invalidate", () => storage.invalidate(invalidation), deadlines.invalidate),
    });
  }

  /** The storage itself, for what may fail loudly: maintenance, listings. */
  get bare(): CacheStorage {
    return this.#storage;
  }

  read(id: string, loadBelow?: number): MaybePromise<Reading | undefined> {
    // The hot path: written out, because closures would cost as much as the look itself.
    if (!this.#usable()) return undefined;
    let reading: MaybePromise<Reading>;
    try {
      reading = after(this.#storage.read(id, loadBelow), expectReading);
    } catch (error) {
      return this.#fail("read", error);
    }
    if (isPromise(reading)) return this.#await("read", reading, this.#deadlines.read);
    this.#breaker.succeeded();
    return reading;
  }

  readMany(ids: readonly string[]): MaybePromise<readonly Reading[] | undefined> {
    const expect = (readings: readonly Reading[]): readonly Reading[] => expectReadings(readings, ids.length);
    return this.#guard("read", () => after(this.#storage.readMany(ids), expect), this.#deadlines.read);
  }

  /** What the ledger says of the entry of an id, for a reader: nobody is kept longer than by a look. */
  examine(id: string): MaybePromise<Examination | undefined> {
    return this.#guard("examine", () => examineStorage(this.#storage, id, []), this.#deadlines.read);
  }

  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict | undefined> {
    const call = (): MaybePromise<Verdict> => after(this.#storage.write(entry, supersedes), expectVerdict);
    return this.#guard("write", call, this.#deadlines.write);
  }

  stamp(): MaybePromise<Stamp | undefined> {
    return this.#guard("stamp", () => after(this.#storage.stamp(), expectStamp), this.#deadlines.read);
  }

  /** Tried even while the breaker is open, because others depend on it. Resolves when recorded, or kept. */
  invalidate(invalidation: Invalidation): MaybePromise<void> {
    return this.#outbox.send(invalidation);
  }

  /** @returns undefined when it could not be done; the invalidation is then recorded or kept all the same */
  async clear(invalidation: Invalidation): Promise<number | undefined> {
    const count = await this.#guard("clear", () => this.#storage.clear(invalidation), this.#deadlines.clear);
    if (count === undefined) await this.invalidate(invalidation);
    return count;
  }

  /** @returns undefined when nothing is shared */
  advance(name: string, step: Advance): MaybePromise<Advanced | undefined> {
    const storage = this.#storage;
    if (storage.advance === undefined) return undefined;
    const call = (): MaybePromise<Advanced | undefined> =>
      after(storage.advance?.(name, step), expectAdvanced);
    return this.#guard("advance", call, this.#deadlines.read);
  }

  /**
   * Records what waits, as far as it goes. Then it is the storage in use, and tries the rest again.
   * @param isWanted once it says no, it stops and does not become the storage in use
   * @param use called when it does
   */
  start(isWanted: () => boolean, use: () => void): Promise<void> {
    return this.#outbox.start(isWanted, use);
  }

  /** Another storage is to take its place. */
  stop(): void {
    this.#outbox.stop();
  }

  /** If it is in use, tries once more to record what waits; then lets go of the storage, and calls nothing on it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#outbox.close();
    try {
      await withDeadline(Promise.resolve(this.#storage.close()), closeDeadline, this.#clock);
    } catch (error) {
      // The breaker hears nothing of it: it guards the next storage by now.
      this.#emit({ type: "storage-failed", operation: "close", error });
    }
  }

  #usable(): boolean {
    if (this.#closed) return false;
    return this.#backlog.isClear && this.#breaker.admit();
  }

  #guard<T>(operation: string, call: () => MaybePromise<T>, deadline: number): MaybePromise<T | undefined> {
    return this.#usable() ? this.#attempt(operation, call, deadline) : undefined;
  }

  #attempt<T>(operation: string, call: () => MaybePromise<T>, deadline: number): MaybePromise<T | undefined> {
    try {
      const result = call();
      if (isPromise(result)) return this.#await(operation, result, deadline);
      this.#breaker.succeeded();
      return result;
    } catch (error) {
      return this.#fail(operation, error);
    }
  }

  async #await<T>(operation: string, promise: Promise<T>, deadline: number): Promise<T | undefined> {
    const { turn } = this.#breaker;
    try {
      const result = await withDeadline(promise, deadline, this.#clock);
      this.#breaker.succeeded(turn);
      return result;
    } catch (error) {
      return this.#fail(operation, error, turn);
    }
  }

  #fail(operation: string, error: unknown, turn: number = this.#breaker.turn): undefined {
    this.#breaker.failed(turn);
    this.#emit({ type: "storage-failed", operation, error });
    return undefined;
  }
}
