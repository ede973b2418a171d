import {
  CacheManager,
  type CacheEvent,
  type CacheEventType,
  type CacheManagerOptions,
  type CacheStorage,
  type StorageContext,
} from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";

const eventTypes: readonly CacheEventType[] = [
  "hit",
  "miss",
  "stale-served",
  "stored",
  "fenced",
  "not-kept",
  "not-storable",
  "invalidated",
  "invalidation-deferred",
  "invalidations-replayed",
  "outbox-trouble",
  "storage-failed",
  "breaker",
  "warning",
  "evicted",
  "storage-recovered",
  "storage-locked",
  "storage-trouble",
];

export interface TestCache {
  readonly cache: CacheManager;
  readonly clock: FakeClock;
  /** Everything the cache told, in order. */
  readonly events: CacheEvent[];
  /** The types of them. */
  readonly told: () => CacheEventType[];
}

export interface TestCacheOptions extends CacheManagerOptions {
  /** Default: memory. */
  readonly open?: (context: StorageContext) => CacheStorage | Promise<CacheStorage>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A cache of its own with a clock that stands still, and a storage that needs no package to be found. */
export function makeCache({ open, config = {}, ...options }: TestCacheOptions = {}): TestCache {
  const clock = new FakeClock();
  const cache = new CacheManager({ clock, storage: { backend: "test", config }, ...options });
  cache.registerBackend("test", (given, context) =>
    open ? open(context) : openMemoryStorage(given, context),
  );
  const events: CacheEvent[] = [];
  for (const type of eventTypes) cache.on(type, (event) => events.push(event));
  return { cache, clock, events, told: () => events.map((event) => event.type) };
}

/** A load that ends when the test says. */
export class ControlledLoad {
  readonly begun: { readonly signal: AbortSignal; readonly previous: unknown }[] = [];
  readonly #ends: PromiseWithResolvers<unknown>[] = [];

  readonly load = (context: {
    readonly signal: AbortSignal;
    readonly previous: unknown;
  }): Promise<unknown> => {
    this.begun.push(context);
    const end = Promise.withResolvers<unknown>();
    this.#ends.push(end);
    return end.promise;
  };

  get count(): number {
    return this.begun.length;
  }

  /** Ends the n-th load, counted from 0. */
  async end(index: number, value: unknown): Promise<void> {
    (this.#ends[index] as PromiseWithResolvers<unknown>).resolve(value);
    await new Promise((resolve) => setImmediate(resolve));
  }

  async fail(index: number, error: unknown): Promise<void> {
    (this.#ends[index] as PromiseWithResolvers<unknown>).reject(error as Error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
