import { CacheError } from "../errors/cache-error.ts";
import type { Examination } from "../explain/examination.ts";
import { messageOf } from "../errors/message-of.ts";
import { isServed } from "../explain/judge-key.ts";
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
import type { StorageCondition } from "../storage/check-report.ts";
import { after } from "../storage/maybe-promise.ts";
import { passOn, type PassedOn } from "../storage/pass-on.ts";
import type { StorageEvent } from "../storage/storage-factory.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { hideInvalidation, widenInvalidation } from "./hidden-invalidation.ts";
import { HiddenNames } from "./hidden-names.ts";
import { KeyKeeper } from "./key-keeper.ts";
import { registerId } from "./key-register.ts";
import { openCounters, sealCounters } from "./sealed-counters.ts";
import { openCause, sealCause } from "./sealed-cause.ts";
import { everyEntry, keysTag, openEntry, sealEntry } from "./sealed-entry.ts";

export interface EncryptedStorageParts {
  /** One that keeps bytes. */
  readonly storage: CacheStorage;
  /** The key in use first, then older ones. None: nothing is read or stored, and invalidations concern everything. */
  readonly keys: readonly EncryptionKey[];
  readonly emit: (event: StorageEvent) => void;
}

/** How many entries of a listing are read together. */
const entriesAtOnce = 64;

/** Neither names nor values are in these. */
const passedOn = ["waitForChange", "check", "sweep"] as const;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- what may be missing is optional
export interface EncryptedStorage extends PassedOn<typeof passedOn> {}

/**
 * A storage that sees neither values nor names. The rule is still the storage's own: it compares hidden names.
 *
 * All that can be served is named with one key, the owner's, which the storage's register tells. Whoever does not have it,
 * or has no key at all, reads and stores nothing; what he invalidates is everything there is, because that he can say
 * without names. So holders of different keys never miss each other's invalidations. Whether the owner is still the same
 * is looked up after a fill's stamp was taken and before it is stored, and after an invalidation was recorded and before
 * it returns; a change of the owner fences all that came before it. So neither can go by an owner of before.
 */
export class EncryptedStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly addCounters?: NonNullable<CacheStorage["addCounters"]>;
  readonly counters?: NonNullable<CacheStorage["counters"]>;
  readonly advance?: NonNullable<CacheStorage["advance"]>;
  readonly examine?: NonNullable<CacheStorage["examine"]>;
  readonly #storage: CacheStorage;
  readonly #emit: (event: StorageEvent) => void;
  readonly #keys: ReadonlyMap<string, EncryptionKey>;
  readonly #names: ReadonlyMap<string, HiddenNames>;
  readonly #value: EncryptionKey | undefined;
  readonly #keeper: KeyKeeper;
  /** Keys that entries were found to be sealed with and that are not known: each is told once. */
  readonly #unknown = new Set<string>();

  private constructor({ storage, keys, emit }: EncryptedStorageParts) {
    this.#storage = storage;
    this.#emit = emit;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#names = new Map(keys.map((key) => [key.id, new HiddenNames(key)]));
    [this.#value] = keys;
    this.#keeper = new KeyKeeper({ storage, keys: [...this.#keys.keys()], emit });
    this.capabilities = storage.capabilities;
    // What the storage does not have, this has not either.
    Object.assign(this, passOn(storage, passedOn));
    if (storage.addCounters) {
      this.addCounters = async (added) => {
        if (this.#value !== undefined) await storage.addCounters?.(sealCounters(added, this.#value));
      };
    }
    if (storage.advance) {
      this.advance = (name, step) => {
        const names = this.#namesInUse();
        return names === undefined ? undefined : storage.advance?.(names.id(name), step);
      };
    }
    if (storage.examine) this.examine = (id, tags) => this.#examine(id, tags);
    if (storage.counters)
      this.counters = async () => openCounters((await storage.counters?.()) ?? {}, this.#keys);
  }

  /** Rejects when the storage does not answer. */
  static async open(parts: EncryptedStorageParts): Promise<EncryptedStorage> {
    const storage = new EncryptedStorage(parts);
    await storage.#keeper.verify();
    return storage;
  }

  read(id: string, loadBelow?: number): MaybePromise<Reading> {
    const names = this.#namesInUse();
    if (names === undefined) return after(this.#storage.stamp(), (at): Reading => ({ state: "miss", at }));
    return after(this.#storage.read(names.id(id), loadBelow), (reading) => this.#open(reading));
  }

  readMany(ids: readonly string[]): MaybePromise<readonly Reading[]> {
    const names = this.#namesInUse();
    if (names === undefined) {
      return after(this.#storage.stamp(), (at) => ids.map((): Reading => ({ state: "miss", at })));
    }
    return after(this.#storage.readMany(ids.map((id) => names.id(id))), (readings) =>
      readings.map((reading) => this.#open(reading)),
    );
  }

  async write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    await this.#keeper.verify();
    const names = this.#namesInUse();
    if (names === undefined || this.#value === undefined) return { outcome: "dropped", reason: "busy" };
    const sealed = sealEntry(entry, { value: this.#value, names });
    return this.#storage.write(sealed, supersedes === undefined ? undefined : names.name(supersedes));
  }

  stamp(): MaybePromise<Stamp> {
    return this.#storage.stamp();
  }

  async invalidate(invalidation: Invalidation): Promise<Stamp> {
    const { owner } = this.#keeper;
    const cause = sealCause(invalidation.cause, this.#value);
    const hidden = hideInvalidation(invalidation, this.#namesInUse());
    const stamp = await this.#storage.invalidate({ ...hidden, ...cause });
    return (await this.#isWide(invalidation, owner))
      ? stamp
      : this.#storage.invalidate({ ...widenInvalidation(invalidation), ...cause });
  }

  /** What is hidden cannot be told: that something was invalidated means that it may have been anything. */
  async since(stamp: Stamp): Promise<Changes> {
    const changes = await this.#storage.since(stamp);
    if (changes.state === "gap" || changes.tags.length + changes.patterns.length === 0) return changes;
    return { state: "gap", at: changes.at };
  }

  async clear(invalidation: Invalidation): Promise<number> {
    const { owner, isLocked } = this.#keeper;
    // The way out for who has lost the key: the register goes with the rest.
    if (isLocked && invalidation.everything) {
      const { cause: _, ...unsaid } = invalidation;
      return this.#storage.clear(unsaid);
    }
    const cause = sealCause(invalidation.cause, this.#value);
    const hidden = hideInvalidation(invalidation, this.#namesInUse());
    const count = await this.#storage.clear({ ...hidden, ...cause });
    if (!(await this.#isWide(invalidation, owner)))
      await this.#storage.invalidate({ ...widenInvalidation(invalidation), ...cause });
    return count;
  }

  /** Reads each of them: the names are encrypted with the value. */
  async *entries(): AsyncGenerator<EntryMetadata> {
    let ids: string[] = [];
    for await (const { id } of this.#storage.entries()) {
      ids.push(id);
      if (ids.length < entriesAtOnce) continue;
      yield* await this.#describe(ids);
      ids = [];
    }
    yield* await this.#describe(ids);
  }

  async usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const { entries, bytes } = await this.#storage.usage();
    return { entries: (await this.#keeper.isRegistered()) ? entries - 1 : entries, bytes };
  }

  async condition(): Promise<StorageCondition> {
    if (this.#value === undefined) return { state: "locked", reason: "there is no usable key for it" };
    await this.#keeper.verify();
    if (this.#keeper.isLocked) return { state: "locked", reason: "it is encrypted with another key" };
    return (await this.#storage.condition?.()) ?? { state: "good" };
  }

  close(): MaybePromise<void> {
    return this.#storage.close();
  }

  #namesInUse(): HiddenNames | undefined {
    const { owner } = this.#keeper;
    return owner === undefined ? undefined : this.#names.get(owner);
  }

  #open(reading: Reading): Reading {
    if (reading.state === "miss") return reading;
    const { entry, at } = reading;
    const keyId = entry.payload instanceof Uint8Array ? EncryptionKey.idOf(entry.payload) : undefined;
    const key = this.#keys.get(keyId ?? "");
    try {
      if (key !== undefined) return { ...reading, entry: openEntry(entry, key) };
      if (keyId === undefined) this.#refuse(new Error("It is too short"));
      else this.#tellUnknown(keyId);
    } catch (error) {
      this.#refuse(error);
    }
    return { state: "miss", at };
  }

  /** What cannot be served is not opened: of that the tags are those that were given. */
  async #examine(id: string, tags: readonly string[]): Promise<Examination> {
    const { storage, names } = { storage: this.#storage, names: this.#namesInUse() };
    const hidden = [...tags.map((tag) => names?.name(tag) ?? tag), everyEntry, keysTag];
    const seen = (await storage.examine?.(names?.id(id) ?? id, hidden)) as Examination;
    // To look at what would not be served may remove it.
    const reading = isServed(seen) ? await this.read(id) : undefined;
    const known = reading === undefined || reading.state === "miss" ? { id, tags } : reading.entry;
    return {
      ...seen,
      entry: names && seen.entry && { ...seen.entry, id, tags: [...known.tags] },
      steps: seen.steps.map((step) => ({ ...step, cause: openCause(step.cause, this.#keys) })),
      unsettled: seen.unsettled.map((one) =>
        one.kind === "recovering" ? one : { ...one, cause: openCause(one.cause, this.#keys) },
      ),
    };
  }

  /** What can be said about those that could be served now. */
  async #describe(ids: readonly string[]): Promise<readonly EntryMetadata[]> {
    const readings = this.#keeper.owner === undefined ? [] : await this.#storage.readMany(ids);
    return readings.flatMap((sealed, index) => {
      if (ids[index] === registerId) return [];
      const reading = this.#open(sealed);
      if (reading.state !== "hit") return [];
      const { id, tags, stamp, expiresAt, staleUntil, size } = reading.entry;
      return [{ id, tags, stamp, expiresAt, staleUntil, size }];
    });
  }

  /** Whether what was recorded by the names of `owner` concerns all that it should. */
  async #isWide({ close, everything }: Invalidation, owner: string | undefined): Promise<boolean> {
    // It has concerned every entry there was.
    if (owner === undefined || everything) return true;
    if ((await this.#keeper.verify()) !== owner) return false;
    // What an operation's marks are on may have been named with a key that came before.
    return close === undefined || !this.#keeper.hasPredecessor;
  }

  #refuse(cause: unknown): void {
    const message = `An entry is not what was stored under its key, and counts as none: ${messageOf(cause)}`;
    this.#emit({
      type: "storage-recovered",
      message: "An encrypted entry was refused",
      cause: new CacheError("CACHE_ENTRY_NOT_AUTHENTIC", message, { cause }),
    });
  }

  /** Once for each: in the middle of a rotation there are many of them. */
  #tellUnknown(keyId: string): void {
    if (this.#unknown.has(keyId)) return;
    this.#unknown.add(keyId);
    this.#emit({
      type: "storage-trouble",
      message: `There are entries that were encrypted with the key ${keyId}, which is not known here: they count as none`,
    });
  }
}
