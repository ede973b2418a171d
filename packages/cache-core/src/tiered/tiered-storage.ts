import type { Clock } from "../clock.ts";
import type { Target } from "../key/target.ts";
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
} from "../storage/cache-storage.ts";
import { entryOverhead } from "../storage/entry-overhead.ts";
import { after, isPromise } from "../storage/maybe-promise.ts";
import { passOn, type PassedOn } from "../storage/pass-on.ts";
import type { StorageEvent, Tier } from "../storage/storage-factory.ts";
import type { Packed } from "../value/value-form.ts";
import { FarView } from "./far-view.ts";
import { Follower } from "./follower.ts";
import { NearStore } from "./near-store.ts";

/**
 * How the near tier knows that nothing has changed.
 * - `bounded`: it follows the far ledger in the background, and is used for at most `maxStaleness` milliseconds after it
 *   was last certain.
 * - `strict`: every read asks the far ledger first.
 */
export type Coherence =
  | { readonly kind: "bounded"; readonly maxStaleness: number }
  | { readonly kind: "strict" };

export interface TieredStorageParts {
  /** Keeps live values, and answers at once: a memory storage. */
  readonly near: Tier;
  /** Holds the ledger. */
  readonly far: Tier;
  readonly coherence: Coherence;
  readonly clock: Clock;
  readonly emit: (event: StorageEvent) => void;
}

/** The far tier answers for both. */
const passedOn = ["addCounters", "counters", "advance", "condition", "check", "examine", "sweep"] as const;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- what may be missing is optional
export interface TieredStorage extends PassedOn<typeof passedOn> {}

/**
 * A near tier in front of a far one, whose ledger is the ledger of both. Nothing is served from near that the far ledger
 * forbids: in the process that invalidated, never; elsewhere, never for longer than the coherence says. What comes
 * nearer keeps its stamp and the rest of its time.
 */
export class TieredStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly #near: Tier;
  readonly #far: Tier;
  readonly #store: NearStore;
  readonly #view: FarView;
  readonly #follower: Follower | undefined;
  readonly #clock: Clock;
  readonly #emit: (event: StorageEvent) => void;

  constructor({ near, far, coherence, clock, emit }: TieredStorageParts) {
    this.capabilities = Object.freeze({
      ...far.storage.capabilities,
      payload: near.storage.capabilities.payload,
    });
    this.#near = near;
    this.#far = far;
    this.#clock = clock;
    this.#emit = emit;
    const maxStaleness = coherence.kind === "bounded" ? coherence.maxStaleness : 0;
    this.#view = new FarView(clock, maxStaleness);
    this.#store = new NearStore(near.storage, this.#view.ledger);
    if (coherence.kind === "bounded") {
      const look = async (): Promise<void> => void (await this.#look());
      this.#follower = new Follower({ look, waitForChange: this.#waiter(), maxStaleness, clock, emit });
    }
    Object.assign(this, passOn(far.storage, passedOn));
  }

  read(id: string, loadBelow?: number): MaybePromise<Reading> {
    const certain = this.#isCertain();
    return isPromise(certain)
      ? certain.then((is) => this.#read(id, is, loadBelow))
      : this.#read(id, certain, loadBelow);
  }

  async readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    const certain = await this.#isCertain();
    const readings = ids.map((id) => (certain ? this.#readNear(id) : undefined));
    const missing = ids.filter((_, index) => readings[index] === undefined);
    if (missing.length === 0) return readings as Reading[];
    const asked = this.#clock.now();
    const found = await this.#far.storage.readMany(missing);
    let next = 0;
    return readings.map((reading) => reading ?? this.#bringNearer(found[next++] as Reading, asked));
  }

  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict> {
    const { values, storage } = this.#far;
    const packed = values.pack(this.#near.values.unpack(entry.payload)?.value);
    const send = (form: Packed): MaybePromise<Verdict> => storage.write(withValue(entry, form), supersedes);
    const write = (): MaybePromise<Verdict> => after(values.compress?.(packed) ?? packed, send);
    if (supersedes !== undefined) {
      return this.#change({ tags: [supersedes], patterns: [] }, write, (verdict) =>
        verdict.outcome === "stored" ? verdict.at : undefined,
      );
    }
    const asked = this.#clock.now();
    return after(write(), (verdict) => {
      if (verdict.outcome === "stored") this.#store.put(entry, verdict.at, asked);
      return verdict;
    });
  }

  stamp(): MaybePromise<Stamp> {
    return this.#far.storage.stamp();
  }

  invalidate(invalidation: Invalidation): MaybePromise<Stamp> {
    const { close, everything = false } = invalidation;
    // Only the far ledger knows what else these concern.
    const isKnown = close === undefined && !everything;
    return this.#change(
      invalidation,
      () => this.#far.storage.invalidate(invalidation),
      (at) => (isKnown ? at : undefined),
    );
  }

  since(stamp: Stamp): MaybePromise<Changes> {
    return this.#far.storage.since(stamp);
  }

  clear(invalidation: Invalidation): MaybePromise<number> {
    return this.#change(
      invalidation,
      () => this.#far.storage.clear(invalidation),
      () => undefined,
    );
  }

  entries(): AsyncIterable<EntryMetadata> {
    return this.#far.storage.entries();
  }

  usage(): MaybePromise<{ readonly entries: number; readonly bytes: number }> {
    return this.#far.storage.usage();
  }

  async close(): Promise<void> {
    this.#follower?.close();
    await this.#near.storage.close();
    await this.#far.storage.close();
  }

  #isCertain(): MaybePromise<boolean> {
    if (this.#follower === undefined) return this.#look();
    this.#follower.use();
    return this.#view.isCertain();
  }

  /** Asks the far ledger what has changed. Answers whether all is known now that there was when it was asked. */
  #look(): MaybePromise<boolean> {
    const look = this.#view.ask();
    const answered = (changes: Changes): boolean => this.#view.answered(look, changes);
    if (look.since !== undefined) return after(this.#far.storage.since(look.since), answered);
    return after(this.#far.storage.stamp(), (at) => answered({ state: "gap", at }));
  }

  #read(id: string, isCertain: boolean, loadBelow: number | undefined): MaybePromise<Reading> {
    // Leases are the far tier's: who loads again what is near asks there.
    const reading = isCertain && !loadBelow ? this.#readNear(id) : undefined;
    if (reading !== undefined) return reading;
    const asked = this.#clock.now();
    return after(this.#far.storage.read(id, loadBelow), (found) => this.#bringNearer(found, asked));
  }

  #readNear(id: string): Reading | undefined {
    const entry = this.#store.get(id);
    return entry && { state: "hit", entry, at: this.#view.stampFor(entry.stamp) };
  }

  /** What the far tier has found, in the form of the near one, where it is put if it is a hit. */
  #bringNearer(reading: Reading, asked: number): Reading {
    const { at } = reading;
    this.#view.ledger.see(at);
    if (reading.state === "miss") return reading;
    const entry = this.#unpack(reading.entry);
    if (entry === undefined) return { state: "miss", at };
    if (reading.state === "hit") this.#store.put(entry, at, asked);
    return { ...reading, entry };
  }

  #unpack(entry: CacheEntry): CacheEntry | undefined {
    try {
      const unpacked = this.#far.values.unpack(entry.payload);
      return unpacked && withValue(entry, this.#near.values.pack(unpacked.value));
    } catch (cause) {
      this.#emit({ type: "storage-trouble", message: `The value of ${entry.id} cannot be read`, cause });
      return undefined;
    }
  }

  /**
   * Changes the far ledger. Until it has answered nothing near is certain; nor after that, until the next look, unless
   * it is known where the change stands in the ledger and what it concerns.
   */
  #change<Result>(
    target: Target,
    call: () => MaybePromise<Result>,
    recordedAt: (result: Result) => Stamp | undefined,
  ): MaybePromise<Result> {
    const end = this.#view.begin();
    const succeeded = (result: Result): Result => {
      const at = recordedAt(result);
      if (at === undefined) this.#view.doubt();
      else this.#view.ledger.record(target, at);
      end();
      return result;
    };
    const failed = (error: unknown): never => {
      this.#view.doubt();
      end();
      throw error;
    };
    try {
      const result = call();
      return isPromise(result) ? result.then(succeeded).catch(failed) : succeeded(result);
    } catch (error) {
      return failed(error);
    }
  }

  #waiter(): ((milliseconds: number) => Promise<void>) | undefined {
    const { storage } = this.#far;
    if (storage.waitForChange === undefined) return undefined;
    return async (milliseconds) => {
      const { since } = this.#view.ask();
      if (since) await storage.waitForChange?.(since, milliseconds);
    };
  }
}

function withValue(entry: CacheEntry, { payload, size }: Packed): CacheEntry {
  return { ...entry, payload, size: size + entryOverhead(entry.id, entry.tags) };
}
