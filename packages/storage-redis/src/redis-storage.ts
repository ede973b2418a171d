import type {
  Advance,
  Advanced,
  CacheEntry,
  CacheStorage,
  Changes,
  CheckOptions,
  CheckReport,
  Counters,
  EntryMetadata,
  Examination,
  Invalidation,
  Reading,
  Stamp,
  StorageCapabilities,
  StorageCondition,
  StorageContext,
  Verdict,
} from "@awsideman/cache-core";
import { Checker } from "./checker.ts";
import { examineEntry } from "./examine-entry.ts";
import { readChanges } from "./read-changes.ts";
import type { RedisStorageConfig } from "./redis-storage-config.ts";
import { makeParts, type RedisStorageInternals, type StorageParts } from "./storage-parts.ts";

/**
 * A storage in Redis or Valkey, shared by every instance that uses the same namespace of the same server. Nothing waits
 * for a connection: while there is none, every method rejects at once.
 */
export class RedisStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly #parts: StorageParts;

  /**
   * Does not connect yet: see {@link RedisStorage.open}.
   * @throws TypeError or RangeError for what is wrong with the configuration
   */
  constructor(config: RedisStorageConfig, context: StorageContext, internals: RedisStorageInternals = {}) {
    this.#parts = makeParts(config, context, internals);
    this.capabilities = this.#parts.capabilities;
  }

  /**
   * Connects. Resolves when that has succeeded or failed, or takes too long: it goes on connecting then, and says so in an
   * event.
   */
  async open(): Promise<void> {
    const { clock, connections, limits } = this.#parts;
    const opening = Promise.all(connections.map((connection) => connection.open()));
    const patience = Promise.withResolvers<void>();
    const cancel = clock.after(limits.connectPatience, patience.resolve);
    await Promise.race([opening, patience.promise]);
    cancel();
  }

  /** @inheritdoc */
  read(id: string, loadBelow?: number): Promise<Reading> {
    return this.#parts.reader.read(id, loadBelow);
  }

  /** @inheritdoc */
  readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    return this.#parts.reader.readMany(ids);
  }

  /** @inheritdoc */
  write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    return this.#parts.writer.write(entry, supersedes);
  }

  /** @inheritdoc */
  async stamp(): Promise<Stamp> {
    return (await this.#parts.ledger.run("stamp", [this.#parts.keys.ledger])).at;
  }

  /** @inheritdoc */
  invalidate(invalidation: Invalidation): Promise<Stamp> {
    return this.#parts.recorder.record(invalidation);
  }

  /** @inheritdoc */
  async since({ epoch, position }: Stamp): Promise<Changes> {
    const { ledger, feed } = this.#parts.keys;
    const { changesAtOnce } = this.#parts.limits;
    return readChanges(
      await this.#parts.ledger.run("since", [ledger, feed], [epoch, position, changesAtOnce]),
    );
  }

  /**
   * @inheritdoc
   *
   * On a connection of its own, opened at the first call.
   * @throws CacheError CACHE_BACKEND_UNAVAILABLE while that cannot tell, or CACHE_CLOSED
   */
  waitForChange(stamp: Stamp, milliseconds: number): Promise<void> {
    return this.#parts.feed.wait(stamp, milliseconds);
  }

  /**
   * @inheritdoc
   *
   * It is recorded when all has been swept: what could still be served until then is what is counted.
   */
  async clear(invalidation: Invalidation): Promise<number> {
    const live = await this.#parts.scan.sweep(invalidation);
    await this.#parts.recorder.record(invalidation);
    return live;
  }

  /** @inheritdoc */
  entries(): AsyncGenerator<EntryMetadata> {
    return this.#parts.scan.list();
  }

  /** @inheritdoc */
  examine(id: string, tags: readonly string[]): Promise<Examination> {
    return examineEntry(this.#parts.ledger, this.#parts.keys, id, tags);
  }

  /** @inheritdoc */
  usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return this.#parts.scan.usage();
  }

  /** @inheritdoc */
  async condition(): Promise<StorageCondition> {
    const { at, rest } = await this.#parts.ledger.run("condition", [this.#parts.keys.ledger]);
    const until = rest[0] as number;
    return until > at.time ? { state: "recovering", until } : { state: "good" };
  }

  /** @inheritdoc */
  addCounters(added: Counters): Promise<void> {
    return this.#parts.counters.add(added);
  }

  /** @inheritdoc */
  counters(): Promise<Counters> {
    return this.#parts.counters.all();
  }

  /** @inheritdoc */
  advance(name: string, step: Advance): Promise<Advanced> {
    return this.#parts.moments.advance(name, step);
  }

  /**
   * @inheritdoc
   *
   * It looks at no more than 10,000 entries, and for 10 s at most.
   * @throws CacheError CACHE_BACKEND_UNAVAILABLE when there is no server that answers
   */
  check(options?: CheckOptions): Promise<CheckReport> {
    return new Checker(this.#parts, options).check();
  }

  /** @inheritdoc */
  close(): void {
    this.#parts.waiter.close();
    this.#parts.leases.close();
    for (const ledger of this.#parts.ledgers) ledger.close();
    for (const connection of this.#parts.connections) connection.close();
  }
}
