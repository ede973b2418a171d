import {
  advance,
  momentLife,
  LocalLedger,
  patternConcerns,
  compilePattern,
  type Advance,
  type Advanced,
  type CacheEntry,
  type CacheStorage,
  type Changes,
  type Clock,
  type EntryMetadata,
  type Examination,
  type Invalidation,
  type Reading,
  type Stamp,
  type StorageCapabilities,
  type StorageContext,
  type Verdict,
} from "@awsideman/cache-core";
import { LRUCache } from "lru-cache";
import { HeldEntry } from "./held-entry.ts";
import type { MemoryStorageOptions } from "./memory-storage-options.ts";

/**
 * Milliseconds after which a read puts an entry in front of the others once more. To do so at each read is a fifth of what
 * a hit costs, and no order of less than that matters to what goes first.
 */
const turn = 1_000;

/**
 * A storage in this process's memory, with its ledger. Bounded in bytes and in entries; the least recently used goes
 * first, to the second. Every method answers at once.
 */
export class MemoryStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly #clock: Clock;
  readonly #ledger: LocalLedger;
  readonly #entries: LRUCache<string, HeldEntry>;
  readonly #opened: number;
  readonly #moments = new Map<string, number>();
  /** Thousands of reads see the same moment. */
  #lastStamp: Stamp;

  constructor({ maxBytes, maxEntries, copy }: MemoryStorageOptions, { clock, emit }: StorageContext) {
    this.capabilities = Object.freeze({
      payload: copy ? "copies" : "references",
      reach: "process",
      persistent: false,
      bounded: true,
    });
    this.#clock = clock;
    this.#ledger = new LocalLedger({ epoch: crypto.randomUUID(), history: true });
    this.#lastStamp = this.#ledger.stamp(clock.now());
    this.#opened = this.#lastStamp.time;
    this.#entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ size }) => size,
      // Afterwards, because who hears of it may read while the list is being changed.
      disposeAfter: (_, __, reason) => {
        if (reason === "evict") emit({ type: "evicted", entries: 1, reason: "size" });
      },
    });
  }

  read(id: string): Reading {
    const at = this.stamp();
    const held = this.#entries.peek(id);
    if (held === undefined) return { state: "miss", at };
    if (this.#isValid(held)) {
      const now = at.time - this.#opened;
      if (Math.abs(now - held.usedAt) >= turn) this.#use(held, now);
      if (held.isAlive(now)) return { state: "hit", entry: held, at };
      // Begun in the future: the clock was set back, and nobody knows how old it is.
      const hasBegun = at.time >= held.stamp.time;
      if (hasBegun && at.time < held.expiresAt) return { state: "hit", entry: held, at };
      if (hasBegun && at.time < held.staleUntil) return { state: "stale", entry: held, at };
    }
    this.#entries.delete(id);
    return { state: "miss", at };
  }

  readMany(ids: readonly string[]): readonly Reading[] {
    return ids.map((id) => this.read(id));
  }

  write(entry: CacheEntry, supersedes?: string): Verdict {
    const fence = this.#ledger.fence(entry.tags, entry.stamp);
    if (fence) return { outcome: "fenced", ...fence, at: this.stamp() };
    let kept = entry;
    if (supersedes !== undefined) {
      const position = this.#ledger.record({ tags: [supersedes], patterns: [] }, this.#clock.now());
      kept = { ...entry, stamp: { ...entry.stamp, position } };
    }
    const at = this.stamp();
    const held = this.#entries.peek(entry.id);
    if (held && isLater(held.stamp, kept.stamp)) return { outcome: "stored", at };
    // Two entries must fit at least: one value must not wipe out the rest.
    if (entry.size > this.#entries.maxSize / 2) {
      this.#entries.delete(entry.id);
      return { outcome: "too-large", at };
    }
    this.#entries.set(entry.id, new HeldEntry(kept, at, this.#opened));
    return { outcome: "stored", at };
  }

  stamp(): Stamp {
    const time = this.#clock.now();
    const last = this.#lastStamp;
    if (last.time === time && last.position === this.#ledger.position) return last;
    return (this.#lastStamp = this.#ledger.stamp(time));
  }

  invalidate(invalidation: Invalidation): Stamp {
    const time = this.#clock.now();
    this.#ledger.record(invalidation, time);
    return this.#ledger.stamp(time);
  }

  since(stamp: Stamp): Changes {
    const at = this.stamp();
    const changes = stamp.epoch === at.epoch ? this.#ledger.since(stamp.position) : undefined;
    return changes ? { state: "changes", ...changes, at } : { state: "gap", at };
  }

  clear(invalidation: Invalidation): number {
    const expressions = invalidation.patterns.map(compilePattern);
    const tags = new Set(invalidation.tags);
    const time = this.#clock.now();
    let live = 0;
    for (const [id, entry] of this.#entries.entries()) {
      const chosen =
        invalidation.everything === true ||
        entry.tags.some((tag) => tags.has(tag)) ||
        expressions.some((expression) => patternConcerns(expression, entry.tags));
      if (!chosen) continue;
      if (this.#isValid(entry) && time < entry.expiresAt) live++;
      this.#entries.delete(id);
    }
    this.invalidate(invalidation);
    return live;
  }

  async *entries(): AsyncGenerator<EntryMetadata> {
    const time = this.#clock.now();
    // A list of its own: whoever goes through it may read, which changes the order that the cache keeps.
    for (const held of Array.from(this.#entries.values())) {
      if (this.#isValid(held) && time < held.expiresAt) yield metadataOf(held);
    }
  }

  examine(id: string, tags: readonly string[]): Examination {
    const at = this.stamp();
    const held = this.#entries.peek(id);
    const entry = held && metadataOf(held);
    return { at, entry, ...this.#ledger.examine(held?.tags ?? tags, at.time) };
  }

  usage(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  advance(name: string, step: Advance): Advanced {
    const { moment, advanced } = advance(this.#moments.get(name), this.#clock.now(), step);
    if (!this.#moments.has(name)) this.#forgetMoments();
    this.#moments.set(name, moment);
    return advanced;
  }

  close(): void {
    this.#entries.clear();
  }

  #forgetMoments(): void {
    const past = this.#clock.now() - momentLife;
    for (const [name, moment] of this.#moments) if (moment < past) this.#moments.delete(name);
  }

  #isValid(held: HeldEntry): boolean {
    const { position } = this.#ledger;
    if (held.verifiedAt === position) return true;
    if (!this.#ledger.allows(held.tags, held.stamp)) return false;
    held.verify(position);
    return true;
  }

  #use(held: HeldEntry, now: number): void {
    this.#entries.get(held.id);
    held.use(now);
  }
}

function metadataOf({ id, tags, stamp, expiresAt, staleUntil, size }: CacheEntry): EntryMetadata {
  return { id, tags, stamp, expiresAt, staleUntil, size };
}

function isLater(stamp: Stamp, than: Stamp): boolean {
  return stamp.position > than.position || (stamp.position === than.position && stamp.time > than.time);
}
