import {
  compilePattern,
  LocalLedger,
  patternConcerns,
  type CacheEntry,
  type CacheStorage,
  type Changes,
  type EntryMetadata,
  type Invalidation,
  type Reading,
  type Stamp,
  type StorageCapabilities,
  type StorageContext,
  type StorageFactory,
  type Verdict,
} from "@awsideman/cache-core";

/** For `registerBackend`, or to be exported by a package. */
export const createStorage: StorageFactory = ({ maxEntries = 1_000 }, context) => {
  // What the user wrote is checked here, and what is wrong with it is a TypeError or RangeError.
  if (!Number.isSafeInteger(maxEntries) || (maxEntries as number) < 1)
    throw new RangeError(`\`maxEntries\` must be a positive integer, received ${String(maxEntries)}`);
  return new MapStorage(maxEntries as number, context);
};

/**
 * The whole contract over a Map. Entries and ledger change in one step, because nothing here waits for anything: that is
 * what a transaction or a script is for, where a storage is shared.
 */
class MapStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities = {
    payload: "bytes",
    reach: "process",
    persistent: false,
    // By their number, not by their bytes.
    bounded: false,
  };
  readonly #maxEntries: number;
  readonly #context: StorageContext;
  // The name of the ledger's life: entries of another life are misses.
  readonly #ledger = new LocalLedger({ epoch: crypto.randomUUID() });
  /** The least recently used first. */
  readonly #entries = new Map<string, CacheEntry>();

  constructor(maxEntries: number, context: StorageContext) {
    this.#maxEntries = maxEntries;
    this.#context = context;
  }

  read(id: string): Reading {
    // Always the moment of this very look: a reader learns from it what it may be given of a load under way.
    const at = this.stamp();
    const entry = this.#entries.get(id);
    if (entry === undefined) return { state: "miss", at };
    this.#entries.delete(id);
    if (!this.#ledger.allows(entry.tags, entry.stamp) || !isKept(entry, at.time))
      return { state: "miss", at };
    this.#entries.set(id, entry);
    return { state: at.time < entry.expiresAt ? "hit" : "stale", entry, at };
  }

  readMany(ids: readonly string[]): readonly Reading[] {
    return ids.map((id) => this.read(id));
  }

  write(entry: CacheEntry, supersedes?: string): Verdict {
    // The fence: what began before an invalidation is not stored after it, nor what is unsettled.
    const fence = this.#ledger.fence(entry.tags, entry.stamp);
    if (fence) return { outcome: "fenced", ...fence, at: this.stamp() };
    // A value that is set is newer than all that has been stored or begun under its key.
    const position =
      supersedes === undefined
        ? entry.stamp.position
        : this.#ledger.record({ tags: [supersedes], patterns: [] }, this.#now());
    const held = this.#entries.get(entry.id);
    if (held === undefined || !isLater(held.stamp, { ...entry.stamp, position })) {
      this.#entries.delete(entry.id);
      this.#entries.set(entry.id, { ...entry, stamp: { ...entry.stamp, position } });
      this.#evict();
    }
    return { outcome: "stored", at: this.stamp() };
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
    return changes === undefined ? { state: "gap", at } : { state: "changes", ...changes, at };
  }

  clear(invalidation: Invalidation): number {
    const expressions = invalidation.patterns.map(compilePattern);
    const isChosen = ({ tags }: CacheEntry): boolean =>
      invalidation.everything === true ||
      tags.some((tag) => invalidation.tags.includes(tag)) ||
      expressions.some((expression) => patternConcerns(expression, tags));
    const chosen = [...this.#entries.values()].filter(isChosen);
    const live = chosen.filter((entry) => this.#isLive(entry)).length;
    for (const { id } of chosen) this.#entries.delete(id);
    this.invalidate(invalidation);
    return live;
  }

  async *entries(): AsyncGenerator<EntryMetadata> {
    const live = [...this.#entries.values()].filter((entry) => this.#isLive(entry));
    for (const { payload: _, ...metadata } of live) yield metadata;
  }

  usage(): { readonly entries: number; readonly bytes: number } {
    const bytes = [...this.#entries.values()].reduce((sum, { size }) => sum + size, 0);
    return { entries: this.#entries.size, bytes };
  }

  close(): void {
    this.#entries.clear();
  }

  #isLive(entry: CacheEntry): boolean {
    const now = this.#now();
    return this.#ledger.allows(entry.tags, entry.stamp) && isKept(entry, now) && now < entry.expiresAt;
  }

  #evict(): void {
    if (this.#entries.size <= this.#maxEntries) return;
    this.#entries.delete(this.#entries.keys().next().value as string);
    this.#context.emit({ type: "evicted", entries: 1, reason: "size" });
  }

  #now(): number {
    return this.#context.clock.now();
  }
}

/** Begun in the future: the clock was set back, and nobody knows how old it is. */
function isKept({ stamp, staleUntil }: CacheEntry, now: number): boolean {
  return stamp.time <= now && now < staleUntil;
}

function isLater(stamp: Stamp, than: Stamp): boolean {
  return stamp.position > than.position || (stamp.position === than.position && stamp.time > than.time);
}
