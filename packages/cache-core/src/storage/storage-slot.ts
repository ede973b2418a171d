import type { CircuitBreaker } from "../breaker/circuit-breaker.ts";
import type { Clock } from "../clock.ts";
import { CacheError } from "../errors/cache-error.ts";
import type { CacheEvent } from "../events.ts";
import { describe } from "../key/cache-key.ts";
import { valueFormFor } from "../value/value-form.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import type { Invalidation, MaybePromise } from "./cache-storage.ts";
import { GuardedStorage, type Deadlines } from "./guarded-storage.ts";
import type { OpenStorage } from "./open-storage.ts";

export interface StorageConfiguration {
  /** `memory`, `disk`, `redis`, or a name given to `registerBackend`. */
  readonly backend: string;
  /** What the backend takes; besides, `compression: true` for those that keep bytes. */
  readonly config?: Readonly<Record<string, unknown>>;
}

type SlotState =
  | { readonly name: "unset" }
  | { readonly name: "opening"; readonly opening: Promise<OpenStorage | undefined> }
  | { readonly name: "open"; readonly backend: string }
  | {
      readonly name: "unavailable";
      readonly backend: string;
      readonly since: number;
      readonly error: unknown;
    }
  | { readonly name: "closed" };

export interface StorageSlotParts {
  readonly registry: BackendRegistry;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: (event: CacheEvent) => void;
  /** Where nothing was configured. */
  readonly fallback: StorageConfiguration;
}

/** Milliseconds before opening is tried again where it failed. */
const reopenAfter = 60_000;
const maxMissed = 1_000;

/**
 * The place of the storage in use. It is opened when it is configured, or when it is first needed; where that fails,
 * the cache goes on without, says so in an event, and tries again later.
 */
export class StorageSlot {
  /** The storage, once it is open: the hot path looks at nothing else. */
  current: OpenStorage | undefined;
  readonly #parts: StorageSlotParts;
  /** Called while there was no storage, and recorded before the next one is used. */
  #missed: Invalidation[] = [];
  #configuration: StorageConfiguration;
  #state: SlotState = { name: "unset" };

  constructor(parts: StorageSlotParts) {
    this.#parts = parts;
    this.#configuration = parts.fallback;
  }

  get state(): SlotState {
    return this.#state;
  }

  /** The storage, or undefined when there is none to be had now. Never rejects. */
  ready(): MaybePromise<OpenStorage | undefined> {
    if (this.current !== undefined) return this.current;
    const state = this.#state;
    if (state.name === "opening") return state.opening.catch(() => undefined);
    if (state.name === "unset") return this.#reopen();
    if (state.name === "unavailable" && Math.abs(this.#parts.clock.now() - state.since) >= reopenAfter)
      return this.#reopen();
    return undefined;
  }

  /**
   * Opens another storage, and closes the one before.
   * @throws TypeError or RangeError for a wrong configuration, CacheError when the backend's package is not installed
   */
  async configure(configuration: StorageConfiguration): Promise<void> {
    if (this.#state.name === "closed") throw new CacheError("CACHE_CLOSED", "The cache is closed");
    const before = this.current;
    this.current = undefined;
    this.#configuration = configuration;
    const opening = this.#open(configuration);
    this.#state = { name: "opening", opening };
    // Whoever asks meanwhile gets no error: that is for the one who configures.
    opening.catch(() => undefined);
    await before?.storage.close();
    await opening;
  }

  /** Resolves when it is recorded or kept. Never rejects. */
  async invalidate(invalidation: Invalidation): Promise<void> {
    const open = await this.ready();
    if (open) await open.storage.invalidate(invalidation);
    else this.#miss(invalidation);
  }

  /** Resolves with how many entries could still have been served, 0 when there is no storage. Never rejects. */
  async clear(invalidation: Invalidation): Promise<number> {
    const open = await this.ready();
    if (open) return (await open.storage.clear(invalidation)) ?? 0;
    this.#miss(invalidation);
    return 0;
  }

  async close(): Promise<void> {
    const state = this.#state;
    if (state.name === "opening") await state.opening.catch(() => undefined);
    const { current } = this;
    this.current = undefined;
    this.#state = { name: "closed" };
    await current?.storage.close();
  }

  #reopen(): Promise<OpenStorage | undefined> {
    const { backend } = this.#configuration;
    const opening = this.#open(this.#configuration).catch((error: unknown) =>
      this.#unavailable(backend, error),
    );
    this.#state = { name: "opening", opening };
    return opening;
  }

  async #open({ backend, config = {} }: StorageConfiguration): Promise<OpenStorage | undefined> {
    const { registry, breaker, clock, random, emit } = this.#parts;
    const { compression = false, ...rest } = config;
    if (typeof compression !== "boolean")
      throw new TypeError(`\`compression\` must be true or false, received ${describe(compression)}`);
    try {
      const factory = await registry.find(backend);
      const storage = await factory(rest, { clock, random, emit });
      const { capabilities } = storage;
      const guarded = new GuardedStorage({
        storage,
        breaker,
        clock,
        emit,
        deadlines: deadlinesFor(capabilities.reach),
      });
      const open = { storage: guarded, values: valueFormFor(capabilities.payload, compression) };
      for (const invalidation of this.#missed.splice(0)) await guarded.invalidate(invalidation);
      this.current = open;
      this.#state = { name: "open", backend };
      return open;
    } catch (error) {
      this.#unavailable(backend, error);
      if (isCallersFault(error)) throw error;
      return undefined;
    }
  }

  #miss(invalidation: Invalidation): void {
    // Whatever was missed before: one that concerns everything makes up for all.
    if (this.#missed.length >= maxMissed) this.#missed = [{ tags: [], patterns: [], everything: true }];
    this.#missed.push(invalidation);
  }

  #unavailable(backend: string, error: unknown): undefined {
    if (this.#state.name !== "unavailable" || this.#state.error !== error) {
      this.#state = { name: "unavailable", backend, since: this.#parts.clock.now(), error };
      this.#parts.emit({ type: "storage-failed", operation: `open ${backend}`, error });
    }
    return undefined;
  }
}

function isCallersFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return CacheError.isInstance(error) && error.code === "CACHE_BACKEND_NOT_INSTALLED";
}

/** A remote storage must not hold anybody up; one on this machine waits for a lock at most, and breaks it itself. */
function deadlinesFor(reach: "process" | "machine" | "fleet"): Deadlines {
  return reach === "fleet"
    ? { read: 50, write: 1_000, invalidate: 50 }
    : { read: 50, write: 1_000, invalidate: 10_000 };
}
