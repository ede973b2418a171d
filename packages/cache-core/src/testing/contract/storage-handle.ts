import { namespacePrefix, parseId } from "../../key/scope.ts";
import { tagsOfKey } from "../../key/tags.ts";
import type {
  CacheEntry,
  CacheStorage,
  Changes,
  EntryMetadata,
  Invalidation,
  Reading,
  Stamp,
  Verdict,
} from "../../storage/cache-storage.ts";
import type { ValueForm } from "../../value/value-form.ts";

/** What may be said of an entry; all else is as the cache would have it. */
export interface EntryChanges {
  /** Default: a text that tells the id. */
  readonly value?: unknown;
  /** Default: those of the id's key. */
  readonly tags?: readonly string[];
  /** Default: taken now. */
  readonly stamp?: Stamp;
  /** From the stamp on. Default: a minute. */
  readonly ttl?: number;
  /** After it has expired. Default: not at all. */
  readonly staleFor?: number;
  /** Default: what the value takes. */
  readonly size?: number;
  /** See `CacheStorage.write`. */
  readonly supersedes?: string;
}

/** A storage that was opened for a check, used as the cache uses it: values go through the codec of its payloads. */
export class StorageHandle {
  readonly storage: CacheStorage;
  readonly #values: ValueForm;

  constructor(storage: CacheStorage, values: ValueForm) {
    this.storage = storage;
    this.#values = values;
  }

  async stamp(): Promise<Stamp> {
    return this.storage.stamp();
  }

  entry(id: string, stamp: Stamp, changes: EntryChanges = {}): CacheEntry {
    const { value = `value of ${id}`, tags = tagsOf(id), ttl = 60_000, staleFor = 0 } = changes;
    const { payload, size } = this.#values.pack("value" in changes ? changes.value : value);
    const expiresAt = stamp.time + ttl;
    return {
      id,
      tags,
      stamp,
      expiresAt,
      staleUntil: expiresAt + staleFor,
      payload,
      size: changes.size ?? size + 200,
    };
  }

  /** Stores what a load has given that began at `stamp`. */
  async fill(id: string, changes: EntryChanges = {}): Promise<Verdict> {
    const entry = this.entry(id, changes.stamp ?? (await this.stamp()), changes);
    return this.storage.write(entry, changes.supersedes);
  }

  async fillAll(ids: readonly string[], changes: EntryChanges = {}): Promise<void> {
    for (const id of ids) await this.fill(id, changes);
  }

  async read(id: string): Promise<Reading> {
    return this.storage.read(id);
  }

  async state(id: string): Promise<Reading["state"]> {
    return (await this.read(id)).state;
  }

  async states(...ids: readonly string[]): Promise<readonly Reading["state"][]> {
    return (await this.storage.readMany(ids)).map(({ state }) => state);
  }

  /** The value that an entry has, stale or not; undefined on a miss. */
  async value(id: string): Promise<unknown> {
    return this.valueOf(await this.read(id));
  }

  valueOf(reading: Reading): unknown {
    return reading.state === "miss" ? undefined : this.#values.unpack(reading.entry.payload)?.value;
  }

  async invalidate(changes: Partial<Invalidation>): Promise<Stamp> {
    return this.storage.invalidate({ tags: [], patterns: [], ...changes });
  }

  async clear(changes: Partial<Invalidation>): Promise<number> {
    return this.storage.clear({ tags: [], patterns: [], ...changes });
  }

  async since(stamp: Stamp): Promise<Changes> {
    return this.storage.since(stamp);
  }

  async list(): Promise<readonly EntryMetadata[]> {
    const all: EntryMetadata[] = [];
    for await (const entry of this.storage.entries()) all.push(entry);
    return all;
  }

  /** The ids that are listed, in order. */
  async ids(): Promise<readonly string[]> {
    return (await this.list()).map(({ id }) => id).toSorted();
  }

  async usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return this.storage.usage();
  }
}

/** The tags that the cache gives an entry of this id. */
export function tagsOf(id: string): string[] {
  const { namespace, key } = parseId(id);
  return tagsOfKey(key, namespacePrefix(namespace));
}
