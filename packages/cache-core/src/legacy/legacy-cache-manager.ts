import { homedir } from "node:os";
import path from "node:path";
import { systemClock, type Clock } from "../clock.ts";
import { EventHub, type CacheEventListener } from "../events.ts";
import { assertCacheKey, describe } from "../key/cache-key.ts";
import { assertMilliseconds } from "../load/load-options.ts";
import type { MaybePromise } from "../storage/cache-storage.ts";
import { LegacyDirectory, type LegacyFileStatus } from "./legacy-directory.ts";
import { encodeLegacyEntry, isFresh, parseLegacyEntry, type LegacyEntry } from "./legacy-entry.ts";
import { defaultLegacyTtl, legacyTtls } from "./legacy-ttl.ts";
import { chooseVictims } from "./legacy-trim.ts";

export interface LegacyCacheOptions {
  /** Default: `~/.awsideman/cache`, where the predecessor kept it. */
  readonly directory?: string;
  /** Milliseconds to live where neither a call nor {@link operationTtls} says. Default: an hour. */
  readonly defaultTtl?: number;
  /** Milliseconds to live by operation, before the predecessor's own. */
  readonly operationTtls?: Readonly<Record<string, number>>;
  /** Default 100. */
  readonly maxSizeMb?: number;
  /** False: nothing is read or written. Default true. */
  readonly enabled?: boolean;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface LegacySetOptions {
  /** Milliseconds to live. Default: the operation's. */
  readonly ttl?: number;
  /** What gave the value: `describe_account`. Default: `unknown`. */
  readonly operation?: string;
}

export interface LegacyStats {
  readonly totalEntries: number;
  readonly validEntries: number;
  readonly expiredEntries: number;
  /** What cannot be read as an entry; the next look at it removes it. */
  readonly corruptedEntries: number;
  readonly totalSizeBytes: number;
  readonly maxSizeBytes: number;
}

const megabyte = 1024 * 1024;

/**
 * The cache of the predecessor's first versions, as they were: a file for each key in one directory, in their format, with
 * a time to live for each operation and 100 MB in all. It forgets a key or everything, and knows of no patterns, no tags
 * and no writes: **it keeps neither of this package's promises**, and is there for a time of transition only.
 * What cannot be read counts as not there, and what fails is a `storage-failed` event; nothing rejects but a `load`.
 */
export class LegacyCacheManager {
  readonly #directory: LegacyDirectory;
  readonly #defaultTtl: number;
  readonly #ttls: Readonly<Record<string, number>>;
  readonly #maxBytes: number;
  readonly #enabled: boolean;
  readonly #clock: Clock;
  readonly #events = new EventHub();
  /** How large it is, at least as far as this process has written it; undefined until it has looked. */
  #bytes: number | undefined;

  /** @throws TypeError or RangeError for a wrong option */
  constructor({
    directory = path.join(homedir(), ".awsideman", "cache"),
    defaultTtl = defaultLegacyTtl,
    operationTtls = {},
    maxSizeMb = 100,
    enabled = true,
    clock = systemClock,
  }: LegacyCacheOptions = {}) {
    if (typeof directory !== "string" || !path.isAbsolute(directory))
      throw new TypeError(`\`directory\` must be an absolute path, received ${describe(directory)}`);
    assertMilliseconds(defaultTtl, "defaultTtl");
    for (const [operation, ttl] of Object.entries(operationTtls))
      assertMilliseconds(ttl, `operationTtls.${operation}`);
    if (!(maxSizeMb > 0) || !Number.isFinite(maxSizeMb))
      throw new RangeError(
        `\`maxSizeMb\` must be a positive number of megabytes, received ${describe(maxSizeMb)}`,
      );
    this.#directory = new LegacyDirectory(directory);
    this.#defaultTtl = defaultTtl;
    this.#ttls = { ...legacyTtls, ...operationTtls };
    this.#maxBytes = Math.floor(maxSizeMb * megabyte);
    this.#enabled = enabled;
    this.#clock = clock;
  }

  get directory(): string {
    return this.#directory.path;
  }

  /** Resolves with the value stored under a key; undefined when there is none, or none that can still be served. */
  async get<Value = unknown>(key: string): Promise<Value | undefined> {
    assertCacheKey(key);
    const entry = await this.#look(key);
    return entry?.data as Value | undefined;
  }

  /** Stores a value, as JSON has it: what was a Date comes back as a text. */
  async set<Value>(key: string, value: Value, options: LegacySetOptions = {}): Promise<void> {
    assertCacheKey(key);
    const { operation = "unknown", ttl = this.#ttls[operation] ?? this.#defaultTtl } = options;
    assertMilliseconds(ttl, "ttl");
    if (!this.#enabled || value === undefined) return;
    const createdAt = this.#clock.now();
    await this.#attempt("set", async () => {
      // JSON has no infinity, and whoever reads it takes what has no times for damaged.
      const kept = Math.min(ttl, Number.MAX_SAFE_INTEGER);
      const written = await this.#directory.write(
        key,
        encodeLegacyEntry({ key, operation, data: value, createdAt, ttl: kept }),
      );
      await this.#keepWithin(written);
    });
  }

  /**
   * Resolves with the value stored under a key, or else with what `load` gives, and stores that. Callers at the same time
   * all load. Rejects with what `load` throws.
   */
  async getOrLoad<Value>(
    key: string,
    load: () => MaybePromise<Value>,
    options: LegacySetOptions = {},
  ): Promise<Value> {
    assertCacheKey(key);
    const entry = await this.#look(key);
    if (entry !== undefined) return entry.data as Value;
    const value = await load();
    await this.set(key, value, options);
    return value;
  }

  /** Forgets a key; or everything, without one, or with a pattern: it knows of no others. */
  async invalidate(key?: string): Promise<void> {
    if (key === undefined || key.includes("*")) await this.clear();
    else await this.delete(key);
  }

  /** Forgets a key. */
  async delete(key: string): Promise<void> {
    assertCacheKey(key);
    if (this.#enabled) await this.#attempt("delete", () => this.#directory.remove(key));
  }

  /** Forgets everything. Resolves with how many entries there were. */
  async clear(): Promise<number> {
    if (!this.#enabled) return 0;
    const removed = await this.#attempt("clear", async () => {
      let count = 0;
      for (const { name } of await this.#directory.list())
        if (await this.#directory.removeFile(name)) count += 1;
      return count;
    });
    this.#bytes = undefined;
    return removed ?? 0;
  }

  async getStats(): Promise<LegacyStats> {
    const stats = { totalEntries: 0, validEntries: 0, expiredEntries: 0, corruptedEntries: 0 };
    let totalSizeBytes = 0;
    const now = this.#clock.now();
    await this.#attempt("stats", async () => {
      for (const file of await this.#directory.list()) {
        const entry = await this.#readFile(file);
        stats.totalEntries += 1;
        totalSizeBytes += file.bytes;
        if (entry === undefined) stats.corruptedEntries += 1;
        else if (isFresh(entry, now)) stats.validEntries += 1;
        else stats.expiredEntries += 1;
      }
    });
    return { ...stats, totalSizeBytes, maxSizeBytes: this.#maxBytes };
  }

  /** @returns a function that ends the subscription */
  on(type: "storage-failed", listener: CacheEventListener<"storage-failed">): () => void {
    return this.#events.on(type, listener);
  }

  /** There is nothing to close. */
  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #look(key: string): Promise<LegacyEntry | undefined> {
    if (!this.#enabled) return undefined;
    return this.#attempt("get", async () => {
      const bytes = await this.#directory.read(key);
      if (bytes === undefined) return undefined;
      const entry = parseLegacyEntry(new TextDecoder().decode(bytes));
      // Damaged, expired, or of another key: there is no use for it any more.
      if (!("problem" in entry) && entry.key === key && isFresh(entry, this.#clock.now())) return entry;
      await this.#directory.remove(key);
      return undefined;
    });
  }

  async #readFile({ name }: LegacyFileStatus): Promise<LegacyEntry | undefined> {
    const bytes = await this.#directory.readFile(name);
    const entry = parseLegacyEntry(new TextDecoder().decode(bytes));
    return "problem" in entry ? undefined : entry;
  }

  /** Looks at the whole directory only when this process has written so much that it may be over its limit. */
  async #keepWithin(written: number): Promise<void> {
    if (this.#bytes !== undefined && this.#bytes + written <= this.#maxBytes) {
      this.#bytes += written;
      return;
    }
    const files = await this.#directory.list();
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    if (bytes <= this.#maxBytes) {
      this.#bytes = bytes;
      return;
    }
    const now = this.#clock.now();
    const known = [];
    for (const file of files) {
      const entry = await this.#readFile(file);
      known.push({ ...file, fresh: entry !== undefined && isFresh(entry, now) });
    }
    const victims = chooseVictims(known, this.#maxBytes);
    for (const { name } of victims) await this.#directory.removeFile(name);
    this.#bytes = bytes - victims.reduce((sum, file) => sum + file.bytes, 0);
  }

  async #attempt<T>(operation: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.#events.emit({ type: "storage-failed", operation, error });
      return undefined;
    }
  }
}
