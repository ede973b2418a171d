import type { CircuitBreaker } from "../breaker/circuit-breaker.ts";
import type { Clock } from "../clock.ts";
import { resolveEncryption } from "../encryption/encryption-configuration.ts";
import { CacheError } from "../errors/cache-error.ts";
import type { CacheEvent } from "../events.ts";
import type { LocalLedger } from "../ledger/local-ledger.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import { Backlog } from "./backlog.ts";
import type { CacheStorage, Invalidation, MaybePromise } from "./cache-storage.ts";
import { GuardedStorage } from "./guarded-storage.ts";
import { withDeadline } from "./maybe-promise.ts";
import type { OpenStorage } from "./open-storage.ts";
import { openTier } from "./open-tier.ts";
import type { SpoolFactory, SpoolPlace } from "./spool/invalidation-spool.ts";
import { assertStorageConfiguration, type StorageConfiguration } from "./storage-configuration.ts";
import type { Tier } from "./storage-factory.ts";

type SlotState =
  | { readonly name: "unset" }
  /** `patience` is what readers wait for, once there are any: it ends when opening takes too long, and never rejects. */
  | {
      readonly name: "opening";
      readonly backend: string;
      readonly opened: Opening;
      readonly since: number;
      patience?: Opening;
    }
  | { readonly name: "open"; readonly backend: string }
  | {
      readonly name: "unavailable";
      readonly backend: string;
      readonly since: number;
      readonly error: unknown;
    }
  | { readonly name: "closed" };

type Opening = Promise<OpenStorage | undefined>;

/** `background`: readers wait, who have a shorter patience of their own, and the process may end meanwhile. */
interface Waiting {
  readonly background: boolean;
}

export interface StorageSlotParts {
  readonly registry: BackendRegistry;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: (event: CacheEvent) => void;
  /** Where nothing was configured. */
  readonly fallback: StorageConfiguration;
  readonly openSpool: SpoolFactory;
  /** The invalidations that were called in this process. */
  readonly calls: LocalLedger;
}

/** Milliseconds before opening is tried again where it failed. */
const reopenAfter = 60_000;

/** Milliseconds that a reader waits for a storage to be opened. */
const openPatience = 250;

/** Milliseconds after which a storage that is being opened counts as one that cannot be. */
const openDeadline = 10_000;

/**
 * The place of the storage in use. It is opened when it is configured, or when it is first needed; where that fails,
 * or takes too long, the cache goes on without, says so in an event, and tries again later.
 */
export class StorageSlot {
  /** The storage, once it is open: the hot path looks at nothing else. */
  current: OpenStorage | undefined;
  readonly #parts: StorageSlotParts;
  /** What was called while there was no storage, or one that did not record it: recorded before the next one is used. */
  readonly #backlog: Backlog;
  #configuration: StorageConfiguration;
  #state: SlotState = { name: "unset" };
  /** Counts the openings: only the last one may become the storage in use. */
  #turn = 0;
  /** Another storage was in use before the one that comes next. */
  #isSuccessor = false;

  constructor(parts: StorageSlotParts) {
    assertStorageConfiguration(parts.fallback);
    this.#parts = parts;
    this.#configuration = parts.fallback;
    this.#backlog = new Backlog(parts);
  }

  get state(): SlotState {
    return this.#state;
  }

  /** The storage, or undefined when there is none to be had now. Never rejects. */
  ready(): MaybePromise<OpenStorage | undefined> {
    if (this.current !== undefined) return this.current;
    const state = this.#state;
    if (state.name === "opening") return this.#wait(state);
    if (state.name === "unset") return this.#reopen();
    if (state.name === "unavailable" && Math.abs(this.#parts.clock.now() - state.since) >= reopenAfter)
      return this.#reopen();
    return undefined;
  }

  /**
   * Opens another storage, and closes the one before. When it is called again meanwhile, the last call wins. A wrong
   * configuration leaves the one before in use.
   * @throws TypeError or RangeError for a wrong configuration, CacheError when the backend's package is not installed
   */
  async configure(configuration: StorageConfiguration): Promise<void> {
    if (this.#state.name === "closed") throw new CacheError("CACHE_CLOSED", "The cache is closed");
    assertStorageConfiguration(configuration);
    const before = {
      open: this.current,
      configuration: this.#configuration,
      state: this.#state,
      place: this.#backlog.place,
    };
    this.current = undefined;
    this.#configuration = configuration;
    before.open?.storage.stop();
    if (before.open !== undefined) this.#isSuccessor = true;
    const opening = this.#begin(configuration);
    const turn = this.#turn;
    try {
      await opening;
    } catch (error) {
      const isLast = (): boolean => turn === this.#turn;
      if (isLast()) this.#backlog.useSpool(before.place);
      if (isLast() && before.open === undefined) {
        // It is opened when it is next needed.
        this.#configuration = before.configuration;
        this.#state = { name: "unset" };
      }
      await before.open?.storage.start(isLast, () => {
        this.#configuration = before.configuration;
        this.#state = before.state;
        this.#isSuccessor = false;
        this.current = before.open;
      });
      if (!isLast()) await before.open?.storage.close();
      throw error;
    }
    await before.open?.storage.close();
  }

  /** Resolves when it is recorded or kept. Never rejects. */
  async invalidate(invalidation: Invalidation): Promise<void> {
    for (;;) {
      // The one in use may be back by now, when another could not be opened.
      const open = (await this.ready()) ?? this.current;
      if (open === undefined)
        return this.#backlog.keep(invalidation, "There is no storage to record an invalidation in");
      await open.storage.invalidate(invalidation);
      // Another storage may have been opened meanwhile, which knows nothing of it.
      if (this.current === open || this.#state.name === "closed") return;
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
    const state = this.#state;
    const { current } = this;
    this.current = undefined;
    this.#state = { name: "closed" };
    this.#turn++;
    await current?.storage.close();
    // It closes what it has opened, because it comes too late.
    if (state.name === "opening") await this.#wait(state);
    await this.#backlog.settle();
  }

  /** What the storage before has recorded, the next one has to record, too: it may hold what is older. */
  #carryOver(): void {
    this.#isSuccessor = false;
    const { calls } = this.#parts;
    if (calls.position === 0) return;
    this.#backlog.add(calls.since(0) ?? { tags: [], patterns: [], everything: true });
  }

  #reopen(): Opening {
    this.#begin(this.#configuration, { background: true }).catch(() => undefined);
    return this.#state.name === "opening" ? this.#wait(this.#state) : Promise.resolve(undefined);
  }

  /** Waits as a reader does: all of them together for no longer than opening may keep the first. */
  #wait(state: SlotState & { name: "opening" }): Opening {
    const { clock, emit } = this.#parts;
    const left = Math.max(0, Math.ceil(openPatience - (clock.monotonic() - state.since)));
    const operation = `open ${state.backend}`;
    return (state.patience ??= withDeadline(state.opened, left, clock).catch((error: unknown) => {
      emit({ type: "storage-failed", operation, error });
      return undefined;
    }));
  }

  /** Rejects for what the caller did wrong. */
  #begin(configuration: StorageConfiguration, waiting: Waiting = { background: false }): Opening {
    const { backend } = configuration;
    const opening = this.#open(configuration, ++this.#turn, waiting);
    const opened = opening.catch(() => undefined);
    this.#state = { name: "opening", backend, opened, since: this.#parts.clock.monotonic() };
    return opening;
  }

  async #open(configuration: StorageConfiguration, turn: number, waiting: Waiting): Opening {
    const { backend, encryption, outboxDirectory } = configuration;
    const { registry, breaker, clock, random, emit } = this.#parts;
    const isLast = (): boolean => turn === this.#turn;
    try {
      let place: SpoolPlace | undefined;
      const identify = (identity: string): void => {
        place = { identity, directory: outboxDirectory, nameless: encryption !== undefined };
        if (isLast()) this.#backlog.useSpool(place);
      };
      const context = { clock, random, emit, identify };
      const keys = encryption === undefined ? undefined : resolveEncryption(encryption);
      const { storage, values } = await this.#inTime(
        backend,
        openTier(configuration, { registry, keys, context }),
        waiting,
      );
      if (place === undefined && isLast()) this.#backlog.useSpool(undefined);
      if (this.#isSuccessor && isLast()) this.#carryOver();
      const guarded = this.#guard(storage);
      const open = { storage: guarded, values };
      if (isLast()) breaker.reset();
      let isUsed = false;
      await guarded.start(isLast, () => {
        isUsed = true;
        this.current = open;
        this.#state = { name: "open", backend };
      });
      if (isUsed) return open;
      await guarded.close();
      return undefined;
    } catch (error) {
      if (isLast()) this.#unavailable(backend, error);
      if (isCallersFault(error)) throw error;
      return undefined;
    }
  }

  /** A storage that comes too late is closed. */
  async #inTime(backend: string, opening: Promise<Tier>, { background }: Waiting): Promise<Tier> {
    let isLate = false;
    void opening.then(
      ({ storage }) => (isLate ? this.#guard(storage).close() : undefined),
      () => undefined,
    );
    try {
      const who = `The ${backend} backend`;
      return await withDeadline(opening, openDeadline, this.#parts.clock, { who, background });
    } catch (error) {
      isLate = true;
      throw error;
    }
  }

  #guard(storage: CacheStorage): GuardedStorage {
    const { breaker, clock, emit } = this.#parts;
    const { reach, patience = 50 } = storage.capabilities;
    // Those who joined a load wait for the fill too. What is on this machine answers, or has bounds of its own.
    const write = reach === "fleet" ? 50 : 1_000;
    const deadlines = { read: 50, write, invalidate: patience, clear: 60_000 };
    return new GuardedStorage({ storage, breaker, backlog: this.#backlog, clock, emit, deadlines });
  }

  #unavailable(backend: string, error: unknown): void {
    this.#state = { name: "unavailable", backend, since: this.#parts.clock.now(), error };
    this.#parts.emit({ type: "storage-failed", operation: `open ${backend}`, error });
  }
}

function isCallersFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return CacheError.isInstance(error) && error.code === "CACHE_BACKEND_NOT_INSTALLED";
}
