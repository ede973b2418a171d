import { CircuitBreaker, type CircuitBreakerOptions } from "./breaker/circuit-breaker.ts";
import type { EntryDescription } from "./cache.ts";
import type { CacheParts } from "./cache-parts.ts";
import { systemClock, type Clock } from "./clock.ts";
import { addCounters, dailyCounts } from "./daily-counts.ts";
import { listEntries } from "./entry-listing.ts";
import { messageOf } from "./errors/message-of.ts";
import { EventHub, type CacheEvent, type CacheEventListener, type CacheEventType } from "./events.ts";
import { FillHistory } from "./explain/fill-history.ts";
import { LocalLedger } from "./ledger/local-ledger.ts";
import { assertMilliseconds } from "./load/load-options.ts";
import { RateLimiters } from "./limit/rate-limiters.ts";
import { ReadThrough } from "./load/read-through.ts";
import { Superseding } from "./load/superseding.ts";
import { clearStorage } from "./invalidation/invalidator.ts";
import { assertScope } from "./key/scope.ts";
import { ScopedCache } from "./scoped-cache.ts";
import { sharedCache } from "./shared-cache.ts";
import { hitRate, Stats, sumCounts, type CacheStats } from "./stats.ts";
import { BackendRegistry } from "./storage/backend-registry.ts";
import type { MaybePromise, Swept } from "./storage/cache-storage.ts";
import type { CheckOptions, CheckReport } from "./storage/check-report.ts";
import { withDeadline } from "./storage/maybe-promise.ts";
import { DirectorySpool } from "./storage/spool/directory-spool.ts";
import type { InvalidationSpool, SpoolFactory, SpoolPlace } from "./storage/spool/invalidation-spool.ts";
import type { StorageFactory } from "./storage/storage-factory.ts";
import type { StorageConfiguration } from "./storage/storage-configuration.ts";
import { StorageSlot } from "./storage/storage-slot.ts";

export interface CacheManagerOptions {
  /** What to open when it is first needed. Default: memory. */
  readonly storage?: StorageConfiguration;
  /** Milliseconds to live where a call does not say. Default 900,000: 15 minutes. */
  readonly defaultTtl?: number;
  /** False: nothing is read from the cache or stored in it. Invalidations are recorded all the same. Default true. */
  readonly enabled?: boolean;
  /** Default: the unnamed namespace. */
  readonly namespace?: string;
  /** Default: the unnamed caller. */
  readonly caller?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number;
  /** Where invalidations wait that outlive the process. Default: files, see `StorageConfiguration.outboxDirectory`. */
  readonly openSpool?: SpoolFactory;
}

/** What `healthCheck` answers. */
export interface Health {
  readonly healthy: boolean;
  /** One line for each thing that is wrong. */
  readonly problems: readonly string[];
  /**
   * Milliseconds since 1970: until then nothing is stored, because the storage has begun anew and does not know what was
   * being written. Everything else works. Absent when there is nothing to wait for.
   */
  readonly recoveringUntil?: number;
}

/** Milliseconds. */
const statisticsDeadline = 1_000;
/** Days. */
const longestHistory = 30;

/** A cache with a storage of its own. See {@link Cache} for what it does; the rest here sets it up and watches it. */
export class CacheManager extends ScopedCache {
  readonly #registry: BackendRegistry;
  readonly #breaker: CircuitBreaker;

  constructor(options: CacheManagerOptions = {}) {
    const {
      storage = { backend: "memory" },
      defaultTtl = 900_000,
      enabled = true,
      clock = systemClock,
      random = Math.random,
      openSpool = (place: SpoolPlace): InvalidationSpool => new DirectorySpool(place),
    } = options;
    assertMilliseconds(defaultTtl, "defaultTtl");
    const scope = { namespace: options.namespace ?? "", caller: options.caller ?? "" };
    assertScope(scope);
    const events = new EventHub();
    const stats = new Stats();
    const emit = (event: CacheEvent): void => {
      if (event.type === "storage-failed") stats.count("errors");
      if (event.type === "evicted") stats.count("evictions", "", event.entries);
      events.emit(event);
    };
    const registry = new BackendRegistry();
    const breaker = new CircuitBreaker(clock, (state) => emit({ type: "breaker", state }));
    const calls = new LocalLedger({ epoch: "calls", maxTags: 10_000 });
    const slot = new StorageSlot({
      registry,
      breaker,
      clock,
      random,
      emit,
      fallback: storage,
      openSpool,
      calls,
    });
    const parts: CacheParts = {
      clock,
      events,
      stats,
      slot,
      calls,
      superseding: new Superseding(),
      fills: new FillHistory(),
      begun: new WeakMap(),
      limiters: new RateLimiters(clock, async (moment, step) => {
        const open = await slot.ready();
        return open?.storage.advance(moment, step);
      }),
      pending: new Set(),
      settings: { defaultTtl, enabled },
    };
    super(parts, new ReadThrough(parts), scope);
    this.#registry = registry;
    this.#breaker = breaker;
  }

  /**
   * The one instance of the process, the same for every installed copy of this package. It is made on the first call,
   * from the environment.
   * @throws TypeError when a variable of the environment is wrong
   */
  static getInstance(): CacheManager {
    return sharedCache((options) => new CacheManager(options));
  }

  /**
   * Uses another storage from now on, and closes the one before. Resolves when it is open; also when it cannot be opened
   * now, which is an event: the cache then goes on without one.
   * @throws TypeError or RangeError for a wrong configuration
   * @throws CacheError CACHE_BACKEND_NOT_INSTALLED
   */
  async configureStorage(configuration: StorageConfiguration): Promise<void> {
    await this.parts.slot.configure(configuration);
  }

  /** Makes a backend known under a name, for {@link configureStorage}. */
  registerBackend(name: string, factory: StorageFactory): void {
    this.#registry.register(name, factory);
  }

  /** @param milliseconds for what is stored from now on */
  setDefaultTtl(milliseconds: number): void {
    assertMilliseconds(milliseconds, "defaultTtl");
    this.parts.settings.defaultTtl = milliseconds;
  }

  /** @throws RangeError */
  configureCircuitBreaker(options: CircuitBreakerOptions): void {
    this.#breaker.configure(options);
  }

  /** @returns a function that ends the subscription */
  on<Type extends CacheEventType>(type: Type, listener: CacheEventListener<Type>): () => void {
    return this.parts.events.on(type, listener);
  }

  /** The counters since the cache was made, or, where the storage keeps them, since it was. */
  async getStats(): Promise<CacheStats> {
    const { slot, stats, clock } = this.parts;
    const open = await slot.ready();
    const bare = open?.storage.bare;
    const kept = (await this.#attempt(() => bare?.counters?.())) ?? {};
    const usage = (await this.#attempt(() => bare?.usage())) ?? { entries: 0, bytes: 0 };
    const groups = stats.byGroup(kept);
    const sum = sumCounts(groups.values());
    groups.delete("");
    return {
      ...sum,
      hitRatePercentage: hitRate(sum),
      totalEntries: usage.entries,
      memoryUsageBytes: usage.bytes,
      breaker: this.#breaker.state,
      byOperation: Object.fromEntries(groups),
      byDay: dailyCounts(addCounters(kept, stats.today(clock.now())), longestHistory),
    };
  }

  /** Whether the storage answers. Never rejects. */
  async healthCheck(): Promise<Health> {
    const { slot } = this.parts;
    const problems: string[] = [];
    const open = await slot.ready();
    const { state } = slot;
    if (state.name === "unavailable")
      problems.push(`The ${state.configuration.backend} backend cannot be opened: ${messageOf(state.error)}`);
    if (state.name === "opening")
      problems.push(`The ${state.configuration.backend} backend is still being opened`);
    if (state.name === "closed") problems.push("The cache is closed");
    if (this.#breaker.state.name !== "closed")
      problems.push(`The circuit breaker is ${this.#breaker.state.name}`);
    const answers = open !== undefined && (await open.storage.stamp()) !== undefined;
    if (open && !answers) problems.push("The storage does not answer");
    const condition = answers ? await this.#attempt(() => open.storage.bare.condition?.()) : undefined;
    if (condition?.state === "locked") problems.push(`The cache is locked: ${condition.reason}`);
    const recovering = condition?.state === "recovering" ? { recoveringUntil: condition.until } : {};
    return { healthy: problems.length === 0, problems, ...recovering };
  }

  /**
   * Looks at all that the storage keeps, and whether it is whole. That takes a while, but holds nobody up.
   * @returns undefined when there is no storage, or none that can be checked
   * @throws what the storage throws
   */
  async check(options: CheckOptions = {}): Promise<CheckReport | undefined> {
    const open = await this.parts.slot.ready();
    return open?.storage.bare.check?.(options);
  }

  /**
   * Removes what can be served no more, of every namespace, and gives the space back. That happens by itself, too, a little
   * at a time, while the cache is in use.
   * @returns undefined when there is no storage, or none that keeps such things
   * @throws what the storage throws
   */
  async sweep(): Promise<Swept | undefined> {
    const open = await this.parts.slot.ready();
    return open?.storage.bare.sweep?.();
  }

  /** Clears every namespace. Resolves with how many entries could still have been served. */
  clearAll(): Promise<number> {
    return clearStorage(this.parts, { tags: [], patterns: [], everything: true, cause: "clear" });
  }

  /** The entries of every namespace and caller that could be served now. */
  allEntries(): AsyncIterable<EntryDescription> {
    return listEntries(this.parts);
  }

  /**
   * Gives up what is loaded in the background, waits for fills under way, keeps the counters, and lets go of the
   * storage. Idempotent; what is called later goes to the source.
   */
  async close(): Promise<void> {
    const { slot, stats, pending, clock } = this.parts;
    this.readThrough.close();
    await Promise.allSettled(pending);
    await this.#attempt(
      () => slot.current?.storage.bare.addCounters?.(stats.take(clock.now())),
      "The counters could not be kept",
    );
    await slot.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Statistics are nothing to wait for, or to fail for. */
  async #attempt<T>(
    action: () => MaybePromise<T>,
    failure = "The storage gave no statistics",
  ): Promise<T | undefined> {
    const { clock, events } = this.parts;
    try {
      return await withDeadline(Promise.resolve(action()), statisticsDeadline, clock);
    } catch (error) {
      events.emit({ type: "warning", message: `${failure}: ${messageOf(error)}` });
      return undefined;
    }
  }
}
