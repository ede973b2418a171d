import type { StorageCapabilities, StorageContext } from "@awsideman/cache-core";
import { BlockingReader } from "./blocking-reader.ts";
import { ChangeFeed } from "./change-feed.ts";
import { ConnectionNews } from "./connection/connection-news.ts";
import type { Connection, ConnectionParts } from "./connection/connection.ts";
import { connectionTo } from "./connection/open-connection.ts";
import { CounterHash } from "./counter-hash.ts";
import { EntryReader } from "./entry-reader.ts";
import { EntryWriter } from "./entry-writer.ts";
import { InvalidationRecorder } from "./invalidation-recorder.ts";
import { KeyScan } from "./key-scan.ts";
import { LedgerClient } from "./ledger-client.ts";
import { defaultLimits, type RedisLimits } from "./limits.ts";
import { LoadLeases, newOwner } from "./load-leases.ts";
import { LoadWakes } from "./load-wakes.ts";
import { Moments } from "./moments.ts";
import { keysOf, type RedisKeys } from "./redis-keys.ts";
import { identityOf, resolveConfig, type RedisStorageConfig } from "./redis-storage-config.ts";
import { scriptsFor } from "./scripts/script.ts";
import { serverTime, type ServerTime } from "./scripts/server-time.ts";

/** What tests set otherwise. */
export interface RedisStorageInternals {
  readonly limits?: Partial<RedisLimits>;
  readonly time?: ServerTime;
}

/** What a storage consists of. */
export interface StorageParts {
  readonly capabilities: StorageCapabilities;
  readonly clock: StorageContext["clock"];
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  /** For calls; the last one is for invalidations. */
  readonly connections: readonly Connection[];
  readonly ledgers: readonly LedgerClient[];
  readonly ledger: LedgerClient;
  readonly reader: EntryReader;
  readonly writer: EntryWriter;
  readonly recorder: InvalidationRecorder;
  readonly waiter: BlockingReader;
  readonly feed: ChangeFeed;
  readonly leases: LoadLeases;
  readonly scan: KeyScan;
  readonly counters: CounterHash;
  readonly moments: Moments;
  readonly replicasToAck: number;
}

/**
 * Puts a storage together. Nothing is connected yet.
 * @throws TypeError or RangeError for what is wrong with the configuration
 */
export function makeParts(
  config: RedisStorageConfig,
  context: StorageContext,
  { limits: given, time = serverTime }: RedisStorageInternals,
): StorageParts {
  const { place, namespace, replicasToAck, ackTimeout, maxLoadWait } = resolveConfig({ ...config });
  const { clock, emit, encrypted = false } = context;
  const limits = { ...defaultLimits, ...given };
  const keys = keysOf(namespace);
  context.identify?.(identityOf(place, namespace));
  const capabilities: StorageCapabilities = Object.freeze({
    payload: "bytes",
    reach: "fleet",
    persistent: true,
    bounded: false,
    ...(replicasToAck > 0 ? { patience: ackTimeout + 50 } : {}),
  });

  const news = new ConnectionNews(context, limits.connectPatience);
  const connect = (parts: ConnectionParts): Connection => connectionTo(place, namespace, limits, parts);
  // Waiting for replicas holds up all that is sent behind it.
  const connections = Array.from({ length: replicasToAck > 0 ? 2 : 1 }, () => connect(news.parts()));
  // What was kept without encryption must not stay.
  const removeDead = async (): Promise<void> => {
    try {
      await scan.sweep({ tags: [], patterns: [] });
    } catch (error) {
      news.tell("What was kept in Redis without encryption could not be removed", error);
    }
  };
  const ledgers = connections.map(
    (connection) =>
      new LedgerClient({
        connection,
        scripts: scriptsFor(time, limits),
        keys,
        limits,
        time,
        emit,
        clock,
        problem: () => news.problem,
        form: encrypted ? "+encrypted" : "",
        onNewEpoch: () => void (encrypted && removeDead()),
      }),
  );
  const ledger = ledgers[0] as LedgerClient;
  const recording = ledgers.at(-1) as LedgerClient;
  const scan = new KeyScan(ledger, keys, limits);

  const waiter = new BlockingReader({
    connect: () => connect(news.sideParts()),
    silence: limits.silence,
    clock,
    trouble: (message, error) => void news.tell(message, error),
  });
  const shared = { ledger, keys, limits };
  const owner = newOwner();
  const feed = new ChangeFeed(keys.feed, waiter, clock);
  const wakes = new LoadWakes(keys.wakes + owner, waiter, clock);
  const leases = new LoadLeases({ ...shared, clock, owner, wakes, patience: maxLoadWait });
  return {
    ...shared,
    capabilities,
    clock,
    connections,
    ledgers,
    reader: new EntryReader({ ...shared, emit, leases: maxLoadWait > 0 ? leases : undefined }),
    writer: new EntryWriter({ ...shared, leases }),
    recorder: new InvalidationRecorder(recording, keys, { replicasToAck, ackTimeout }),
    waiter,
    feed,
    leases,
    scan,
    counters: new CounterHash(ledger, keys),
    moments: new Moments(ledger, keys),
    replicasToAck,
  };
}
