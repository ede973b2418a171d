import type { Examination } from "../explain/examination.ts";
import { compilePattern, patternConcerns } from "../key/key-pattern.ts";
import { LocalLedger } from "../ledger/local-ledger.ts";
import type {
  CacheEntry,
  CacheStorage,
  Changes,
  EntryMetadata,
  Invalidation,
  MaybePromise,
  Reading,
  Stamp,
  StorageCapabilities,
  Verdict,
} from "./cache-storage.ts";
import { after, isPromise } from "./maybe-promise.ts";
import { parseRecord, toRecord } from "./simple-record.ts";
import type { StorageContext } from "./storage-factory.ts";

/**
 * Something like a `Map`, synchronous or not. What is put into it has to come back as it was: plain objects with
 * strings, numbers, arrays and a `Uint8Array`.
 */
export interface SimpleStore {
  /** Nothing there: undefined or null. */
  get(key: string): unknown;
  set(key: string, record: unknown): unknown;
  delete(key: string): unknown;
  clear(): unknown;
  keys(): Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>;
}

/** How many keys are looked at together in listings. */
const batchSize = 100;

/**
 * Makes a storage of a map-like object, with a ledger in this process.
 *
 * What it guarantees is as much as a ledger in the process can: the rule holds for every invalidation of this storage
 * object. Those of other processes are not seen. Therefore entries belong to the object that stored them: what others,
 * or this program when it ran before, have left in the store is a miss, and stays there until it is overwritten or
 * cleared.
 * The store may take its time: whether an entry may be served is decided when it is read, by the stamp in its record,
 * so that a write that an invalidation overtakes is stored in vain but never served. A second fill of a key whose first
 * is still being written is dropped. The size is not bounded: that is the store's business, and it may drop what it
 * likes.
 * @example cache.registerBackend("mine", (config, context) => fromSimpleStore(new Map(), context))
 */
export function fromSimpleStore(store: SimpleStore, context: StorageContext): CacheStorage {
  for (const name of ["get", "set", "delete", "clear", "keys"] as const) {
    if (typeof store?.[name] !== "function")
      throw new TypeError(
        `A simple store must have get, set, delete, clear and keys: \`${name}\` is no function`,
      );
  }
  return new SimpleStoreAdapter(store, context);
}

/** What {@link fromSimpleStore} makes. */
export class SimpleStoreAdapter implements CacheStorage {
  readonly capabilities: StorageCapabilities = Object.freeze({
    payload: "bytes",
    reach: "process",
    persistent: false,
    bounded: false,
  });
  readonly #store: SimpleStore;
  readonly #context: StorageContext;
  readonly #ledger = new LocalLedger({ epoch: crypto.randomUUID(), history: true });
  readonly #writing = new Set<string>();
  #lastClear: Promise<unknown> = Promise.resolve();

  constructor(store: SimpleStore, context: StorageContext) {
    this.#store = store;
    this.#context = context;
  }

  read(id: string): MaybePromise<Reading> {
    return after(this.#store.get(id), (record) => this.#judge(id, record));
  }

  readMany(ids: readonly string[]): MaybePromise<readonly Reading[]> {
    const readings = ids.map((id) => this.read(id));
    return readings.some(isPromise)
      ? Promise.all(readings.map(async (reading) => reading))
      : (readings as Reading[]);
  }

  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict> {
    const { id } = entry;
    if (this.#writing.has(id)) return { outcome: "dropped", reason: "busy" };
    const written = after(this.#store.get(id), (record) => this.#put(entry, supersedes, record));
    if (!isPromise(written)) return written;
    this.#writing.add(id);
    return written.finally(() => this.#writing.delete(id));
  }

  stamp(): Stamp {
    return this.#ledger.stamp(this.#now());
  }

  invalidate(invalidation: Invalidation): Stamp {
    this.#ledger.record(invalidation, this.#now());
    return this.stamp();
  }

  since(stamp: Stamp): Changes {
    const at = this.stamp();
    const changes = stamp.epoch === at.epoch ? this.#ledger.since(stamp.position) : undefined;
    return changes ? { state: "changes", ...changes, at } : { state: "gap", at };
  }

  clear(invalidation: Invalidation): Promise<number> {
    // One after the other: what two of them meet would be counted twice.
    const cleared = this.#lastClear.then(() => this.#clear(invalidation));
    this.#lastClear = cleared.catch(() => 0);
    return cleared;
  }

  async #clear(invalidation: Invalidation): Promise<number> {
    const { tags, patterns, everything = false } = invalidation;
    const names = new Set(tags);
    const expressions = patterns.map(compilePattern);
    let live = 0;
    for await (const entry of this.#scan()) {
      const isChosen =
        everything ||
        entry.tags.some((tag) => names.has(tag)) ||
        expressions.some((expression) => patternConcerns(expression, entry.tags));
      if (!isChosen) continue;
      if (this.#isLive(entry)) live++;
      await this.#store.delete(entry.id);
    }
    // At the end, so that what was stored meanwhile is included.
    this.invalidate(invalidation);
    if (everything) await this.#store.clear();
    return live;
  }

  async *entries(): AsyncGenerator<EntryMetadata> {
    for await (const entry of this.#scan()) if (this.#isLive(entry)) yield withoutPayload(entry);
  }

  examine(id: string, tags: readonly string[]): MaybePromise<Examination> {
    return after(this.#store.get(id), (record): Examination => {
      const at = this.stamp();
      const held = parseRecord(id, record, at.epoch);
      const entry = held && withoutPayload(held);
      return { at, entry, ...this.#ledger.examine(held?.tags ?? tags, at.time) };
    });
  }

  async usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const usage = { entries: 0, bytes: 0 };
    for await (const { size } of this.#scan()) {
      usage.entries++;
      usage.bytes += size;
    }
    return usage;
  }

  close(): void {
    // The store belongs to whoever made it.
  }

  #judge(id: string, record: unknown): Reading {
    const at = this.stamp();
    const entry = parseRecord(id, record, at.epoch);
    if (entry === undefined) return { state: "miss", at };
    if (
      !this.#ledger.allows(entry.tags, entry.stamp) ||
      at.time >= entry.staleUntil ||
      at.time < entry.stamp.time
    ) {
      this.#discard(id);
      return { state: "miss", at };
    }
    return { state: at.time < entry.expiresAt ? "hit" : "stale", entry, at };
  }

  #put(entry: CacheEntry, supersedes: string | undefined, found: unknown): MaybePromise<Verdict> {
    const { id } = entry;
    const fence = this.#ledger.fence(entry.tags, entry.stamp);
    if (fence) return { outcome: "fenced", ...fence, at: this.stamp() };
    let { stamp } = entry;
    if (supersedes !== undefined)
      stamp = { ...stamp, position: this.#ledger.record({ tags: [supersedes], patterns: [] }, this.#now()) };
    const at = this.stamp();
    const held = parseRecord(id, found, at.epoch);
    if (held && isLater(held.stamp, stamp)) return { outcome: "stored", at };
    return after(this.#store.set(id, toRecord({ ...entry, stamp })), () => ({ outcome: "stored", at }));
  }

  /** Every entry of this object that is in the store, whether or not it could be served. */
  async *#scan(): AsyncGenerator<CacheEntry> {
    const { epoch } = this.#ledger;
    const ids: string[] = [];
    for await (const id of await this.#store.keys()) ids.push(id);
    for (let start = 0; start < ids.length; start += batchSize) {
      const batch = ids.slice(start, start + batchSize);
      const records = await Promise.all(batch.map((id) => this.#store.get(id)));
      for (const [index, id] of batch.entries()) {
        const entry = parseRecord(id, records[index], epoch);
        if (entry) yield entry;
      }
    }
  }

  #isLive({ tags, stamp, expiresAt }: EntryMetadata): boolean {
    return this.#ledger.allows(tags, stamp) && this.#now() < expiresAt;
  }

  /** Frees the space; nobody waits for it. Should it hit a newer entry, that is one more load. */
  #discard(id: string): void {
    void (async () => this.#store.delete(id))().catch((cause: unknown) => {
      this.#context.emit({ type: "storage-trouble", message: "An old entry could not be deleted", cause });
    });
  }

  #now(): number {
    return this.#context.clock.now();
  }
}

function withoutPayload(entry: CacheEntry): EntryMetadata {
  const { payload: _, ...metadata } = entry;
  return metadata;
}

function isLater(stamp: Stamp, than: Stamp): boolean {
  return stamp.position > than.position || (stamp.position === than.position && stamp.time > than.time);
}
