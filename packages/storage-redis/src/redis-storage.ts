import type {
  Advance,
  Advanced,
  CacheEntry,
  CacheStorage,
  Changes,
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
import { BlockingReader } from "./blocking-reader.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { Connection, ConnectionParts } from "./connection/connection.ts";
import { connectionTo } from "./connection/open-connection.ts";
import { CounterHash } from "./counter-hash.ts";
import { EntryReader } from "./entry-reader.ts";
import { EntryWriter } from "./entry-writer.ts";
import { examineEntry } from "./examine-entry.ts";
import { InvalidationRecorder } from "./invalidation-recorder.ts";
import { KeyScan } from "./key-scan.ts";
import { LedgerClient } from "./ledger-client.ts";
import { defaultLimits, type RedisLimits } from "./limits.ts";
import { LoadLeases, newOwner } from "./load-leases.ts";
import { LoadWakes } from "./load-wakes.ts";
import { readChanges } from "./read-changes.ts";
import { unavailable } from "./redis-error.ts";
import { keysOf, type RedisKeys } from "./redis-keys.ts";
import { identityOf, resolveConfig, type RedisStorageConfig } from "./redis-storage-config.ts";
import { scriptsFor } from "./scripts/script.ts";
import { serverTime, type ServerTime } from "./scripts/server-time.ts";

/** What tests set otherwise. */
export interface RedisStorageInternals {
  readonly limits?: Partial<RedisLimits>;
  readonly time?: ServerTime;
}

/**
 * A storage in Redis or Valkey, shared by every instance that uses the same namespace of the same server. Nothing waits
 * for a connection: while there is none, every method rejects at once.
 */
export class RedisStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly #context: StorageContext;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #connections: readonly Connection[];
  readonly #ledgers: readonly LedgerClient[];
  readonly #ledger: LedgerClient;
  readonly #reader: EntryReader;
  readonly #writer: EntryWriter;
  readonly #recorder: InvalidationRecorder;
  readonly #waiter: BlockingReader;
  readonly #feed: ChangeFeed;
  readonly #leases: LoadLeases;
  readonly #scan: KeyScan;
  readonly #counters: CounterHash;
  /** What has been told since there was a connection: the same again is no news. */
  readonly #told = new Set<string>();
  #problem: string | undefined;

  /**
   * Does not connect yet: see {@link RedisStorage.open}.
   * @throws TypeError or RangeError for what is wrong with the configuration
   */
  constructor(config: RedisStorageConfig, context: StorageContext, internals: RedisStorageInternals = {}) {
    const { place, namespace, replicasToAck, ackTimeout, maxLoadWait } = resolveConfig({ ...config });
    const { time = serverTime } = internals;
    const limits = { ...defaultLimits, ...internals.limits };
    const keys = keysOf(namespace);
    context.identify?.(identityOf(place, namespace));
    this.capabilities = Object.freeze({
      payload: "bytes",
      reach: "fleet",
      persistent: true,
      bounded: false,
      ...(replicasToAck > 0 ? { patience: ackTimeout + 50 } : {}),
    });
    this.#context = context;
    this.#keys = keys;
    this.#limits = limits;
    const connect = (parts: ConnectionParts): Connection => connectionTo(place, namespace, limits, parts);
    const connections = replicasToAck > 0 ? 2 : 1;
    // Waiting for replicas holds up all that is sent behind it.
    this.#connections = Array.from({ length: connections }, () => connect(this.#connectionParts()));
    const { emit, encrypted = false } = context;
    const parts = {
      scripts: scriptsFor(time, limits),
      keys,
      limits,
      time,
      emit,
      clock: context.clock,
      problem: () => this.#problem,
      form: encrypted ? "+encrypted" : "",
      // What was kept without encryption must not stay.
      onNewEpoch: () => void (encrypted && this.#removeDead()),
    };
    this.#ledgers = this.#connections.map((connection) => new LedgerClient({ ...parts, connection }));
    this.#ledger = this.#ledgers[0] as LedgerClient;
    const recording = this.#ledgers.at(-1) as LedgerClient;
    this.#recorder = new InvalidationRecorder(recording, keys, { replicasToAck, ackTimeout });
    // Whether this one is connected says nothing of the others.
    const tell = (message: string, error?: unknown): void => void this.#tell(message, error);
    this.#waiter = new BlockingReader({
      connect: () => connect({ ...this.#connectionParts(), trouble: tell, connected: () => undefined }),
      silence: limits.silence,
      clock: context.clock,
      trouble: tell,
    });
    this.#feed = new ChangeFeed(keys.feed, this.#waiter, context.clock);
    const owner = newOwner();
    const wakes = new LoadWakes(keys.wakes + owner, this.#waiter, context.clock);
    const shared = { ledger: this.#ledger, keys, limits };
    this.#leases = new LoadLeases({ ...shared, clock: context.clock, owner, wakes, patience: maxLoadWait });
    this.#reader = new EntryReader({ ...shared, emit, leases: maxLoadWait > 0 ? this.#leases : undefined });
    this.#writer = new EntryWriter({ ...shared, leases: this.#leases });
    this.#scan = new KeyScan(this.#ledger, keys, limits);
    this.#counters = new CounterHash(this.#ledger, keys);
  }

  /**
   * Connects. Resolves when that has succeeded or failed, or takes too long: it goes on connecting then, and says so in an
   * event.
   */
  async open(): Promise<void> {
    const { clock } = this.#context;
    const opening = Promise.all(this.#connections.map((connection) => connection.open()));
    const patience = Promise.withResolvers<void>();
    const cancel = clock.after(this.#limits.connectPatience, patience.resolve);
    await Promise.race([opening, patience.promise]);
    cancel();
  }

  /** @inheritdoc */
  read(id: string, loadBelow?: number): Promise<Reading> {
    return this.#reader.read(id, loadBelow);
  }

  /** @inheritdoc */
  readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    return this.#reader.readMany(ids);
  }

  /** @inheritdoc */
  write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    return this.#writer.write(entry, supersedes);
  }

  /** @inheritdoc */
  async stamp(): Promise<Stamp> {
    return (await this.#ledger.run("stamp", [this.#keys.ledger])).at;
  }

  /** @inheritdoc */
  invalidate(invalidation: Invalidation): Promise<Stamp> {
    return this.#recorder.record(invalidation);
  }

  /** @inheritdoc */
  async since({ epoch, position }: Stamp): Promise<Changes> {
    const { ledger, feed } = this.#keys;
    const { changesAtOnce } = this.#limits;
    return readChanges(await this.#ledger.run("since", [ledger, feed], [epoch, position, changesAtOnce]));
  }

  /**
   * @inheritdoc
   *
   * On a connection of its own, opened at the first call.
   * @throws CacheError CACHE_BACKEND_UNAVAILABLE while that cannot tell, or CACHE_CLOSED
   */
  waitForChange(stamp: Stamp, milliseconds: number): Promise<void> {
    return this.#feed.wait(stamp, milliseconds);
  }

  /**
   * @inheritdoc
   *
   * It is recorded when all has been swept: what could still be served until then is what is counted.
   */
  async clear(invalidation: Invalidation): Promise<number> {
    const live = await this.#scan.sweep(invalidation);
    await this.#recorder.record(invalidation);
    return live;
  }

  /** @inheritdoc */
  entries(): AsyncGenerator<EntryMetadata> {
    return this.#scan.list();
  }

  /** @inheritdoc */
  examine(id: string, tags: readonly string[]): Promise<Examination> {
    return examineEntry(this.#ledger, this.#keys, id, tags);
  }

  /** @inheritdoc */
  usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return this.#scan.usage();
  }

  /** @inheritdoc */
  async condition(): Promise<StorageCondition> {
    const { at, rest } = await this.#ledger.run("condition", [this.#keys.ledger]);
    const until = rest[0] as number;
    return until > at.time ? { state: "recovering", until } : { state: "good" };
  }

  /** @inheritdoc */
  addCounters(added: Counters): Promise<void> {
    return this.#counters.add(added);
  }

  /** @inheritdoc */
  counters(): Promise<Counters> {
    return this.#counters.all();
  }

  /** @inheritdoc */
  async advance(name: string, { by, behind, ahead }: Advance): Promise<Advanced> {
    const { ledger, moments } = this.#keys;
    // Lua knows Infinity by another name.
    const limit = Math.min(ahead, Number.MAX_SAFE_INTEGER);
    const { rest } = await this.#ledger.run("advance", [ledger, moments], [name, by, behind, limit]);
    return { moved: rest[0] === 1, ahead: Number(String(rest[1])) };
  }

  /** @inheritdoc */
  close(): void {
    this.#waiter.close();
    this.#leases.close();
    for (const ledger of this.#ledgers) ledger.close();
    for (const connection of this.#connections) connection.close();
  }

  async #removeDead(): Promise<void> {
    try {
      await this.#scan.sweep({ tags: [], patterns: [] });
    } catch (error) {
      this.#tell("What was kept in Redis without encryption could not be removed", error);
    }
  }

  #connectionParts(): ConnectionParts {
    return {
      later: (milliseconds, action) => this.#context.clock.after(milliseconds, action, { background: true }),
      patience: this.#limits.connectPatience,
      random: () => this.#context.random(),
      trouble: (message, error) => {
        this.#problem = this.#tell(message, error);
      },
      connected: () => {
        this.#told.clear();
        this.#problem = undefined;
      },
    };
  }

  /** @returns what it says, in short */
  #tell(message: string, error: unknown): string {
    const cause = error === undefined ? undefined : unavailable(error);
    const text = `${message}\n${cause?.message}`;
    // A server that is away brings few different messages, but hosts have many addresses.
    if (!this.#told.has(text) && this.#told.size < 20) {
      this.#told.add(text);
      this.#context.emit({ type: "storage-trouble", message, ...(cause === undefined ? {} : { cause }) });
    }
    return cause?.message.replace(/^Redis: /, "") ?? message;
  }
}
