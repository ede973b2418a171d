import type {
  CacheEntry,
  Invalidation,
  Reading,
  Stamp,
  StorageContext,
  StorageEvent,
  Verdict,
} from "@awsideman/cache-core";
import { systemClock } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { onTestFinished } from "vitest";
import type { RedisLimits } from "../../src/limits.ts";
import { openWith } from "../../src/open-redis-storage.ts";
import type { RedisStorage } from "../../src/redis-storage.ts";
import type { RedisStorageConfig } from "../../src/redis-storage-config.ts";
import { veryLong } from "./patient-clock.ts";
import { timeOf } from "./time-of.ts";

/** What a storage is opened with whose connections are watched in real time: they go to a real server. */
export function onRealTime<Context extends StorageContext>(context: Context): StorageContext {
  return { ...context, clock: systemClock };
}

/** For what is no test of time: no lease lapses by itself, and no server that is slow to answer is given up. */
const patientLimits: Partial<RedisLimits> = {
  lease: veryLong,
  silence: veryLong,
  connectPatience: veryLong,
};

/** A storage that goes by the clock of the test, and is connected to a real server, however busy the machine. */
export function openPatiently(config: RedisStorageConfig, context: StorageContext): Promise<RedisStorage> {
  return openWith(config, onRealTime(context), { time: timeOf(context.clock), limits: patientLimits });
}

/** A namespace, a clock, and any number of storages in it. */
export class Harness {
  readonly clock: FakeClock = new FakeClock();
  readonly events: StorageEvent[] = [];
  readonly namespace: string = `test-${crypto.randomUUID()}`;
  readonly #config: RedisStorageConfig;

  constructor(config: RedisStorageConfig) {
    this.#config = config;
  }

  /** Opens a storage, closed when the test is over. */
  async open(
    limits: Partial<RedisLimits> = {},
    config: RedisStorageConfig = {},
    context: Partial<StorageContext> = {},
  ): Promise<RedisStorage> {
    const storage = await openWith(
      { namespace: this.namespace, ...this.#config, ...config },
      { clock: this.clock, random: () => 0.5, emit: (event) => this.events.push(event), ...context },
      { limits, time: timeOf(this.clock) },
    );
    onTestFinished(() => storage.close());
    return storage;
  }

  /** The events that tell of a failure. */
  get troubles(): readonly string[] {
    return this.events.flatMap((event) => ("message" in event ? [event.message] : []));
  }

  key(name: string): string {
    return `{${this.namespace}}:${name}`;
  }

  entry(id: string, stamp: Stamp, changes: Partial<CacheEntry> = {}): CacheEntry {
    const expiresAt = stamp.time + 60_000;
    return {
      id,
      tags: tagsOf(id),
      stamp,
      expiresAt,
      staleUntil: expiresAt,
      payload: Buffer.from(`value of ${id}`),
      size: 100,
      ...changes,
    };
  }

  /** Loads and stores an entry, as a miss would. */
  async fill(storage: RedisStorage, id: string, changes: Partial<CacheEntry> = {}): Promise<Verdict> {
    return storage.write(this.entry(id, await storage.stamp(), changes));
  }
}

/** The tags of an entry without a namespace: its key's prefixes, the key, and the key alone. */
export function tagsOf(id: string): string[] {
  const segments = id.split(":");
  return [`=${id}`, "*", ...segments.map((_, index) => segments.slice(0, index + 1).join(":"))];
}

export function invalidation(changes: Partial<Invalidation>): Invalidation {
  return { tags: [], patterns: [], ...changes };
}

export async function stateOf(storage: RedisStorage, id: string): Promise<Reading["state"]> {
  return (await storage.read(id)).state;
}
