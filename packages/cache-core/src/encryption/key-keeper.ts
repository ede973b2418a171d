import { CacheError } from "../errors/cache-error.ts";
import type { CacheStorage, Reading, Stamp } from "../storage/cache-storage.ts";
import type { StorageEvent } from "../storage/storage-factory.ts";
import { nextStep, registerId, toEntry, toRegister, type KeyRegister } from "./key-register.ts";
import { everyEntry, keysTag } from "./sealed-entry.ts";

export interface KeyKeeperParts {
  readonly storage: CacheStorage;
  /** Ids, the key in use first. */
  readonly keys: readonly string[];
  readonly emit: (event: StorageEvent) => void;
}

/** What an operation keeps unsettled ends after that, in milliseconds; nobody can tell what it was on without its key. */
const longestMark = 15 * 60_000;

/** For how long after a change of the owner an operation may be closed that began before, in milliseconds. */
const longestOperation = 86_400_000;

/** After so many invalidations the register is written again: ledgers forget, and what is older than that is gone. */
const renewAfter = 1_000;

/** Others take it at the same time: then it is theirs, or the next attempt's. */
const mostAttempts = 3;

/** Knows whose the storage is, and takes it where it is nobody's, or an heir's. */
export class KeyKeeper {
  readonly #storage: CacheStorage;
  readonly #keys: readonly string[];
  readonly #emit: (event: StorageEvent) => void;
  #owner: string | undefined;
  #seen: { readonly register: KeyRegister; readonly at: Stamp } | undefined;
  #now = 0;
  #told: string | undefined;

  constructor({ storage, keys, emit }: KeyKeeperParts) {
    this.#storage = storage;
    this.#keys = keys;
    this.#emit = emit;
  }

  /** The id of the key that names are hidden with, as far as is known here; undefined when it is none of ours. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** It is another's, and none of ours may follow. */
  get isLocked(): boolean {
    return this.#told !== undefined;
  }

  /** Operations may be under way that were marked with names of another key. */
  get hasPredecessor(): boolean {
    const since = this.#seen?.register.since ?? 0;
    return since > 0 && Math.abs(this.#now - since) < longestOperation;
  }

  /** Looks whose the storage is now, and answers like {@link owner}. */
  async verify(): Promise<string | undefined> {
    if (this.#keys.length === 0) return undefined;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const reading = await this.#storage.read(registerId);
      const { at } = reading;
      this.#now = at.time;
      const found = toRegister(reading) ?? (await this.#lost(at));
      const next = nextStep(this.#keys, found, at.position === 0 ? 0 : at.time);
      if (next.step === "leave") return this.#leave(next.owner);
      // Not stored: another time.
      if (next.step === "announce") await this.#storage.write(toEntry(next.register, at));
      if (next.step === "use" && found && needsRenewal(reading))
        await this.#storage.write(toEntry(found, at));
      if (next.step !== "take") return this.#use(next.register, at);
      const taken = await this.#take(next.register, reading);
      if (taken) return this.#use(next.register, taken);
    }
    this.#owner = undefined;
    return undefined;
  }

  async isRegistered(): Promise<boolean> {
    return (await this.#storage.read(registerId)).state !== "miss";
  }

  /** Undefined: somebody else was quicker, or nothing can be stored at the moment. */
  async #take(register: KeyRegister, { at }: Reading): Promise<Stamp | undefined> {
    // Then it could not be stored, and who tries nevertheless prolongs for everybody what has to settle.
    if ((await this.#storage.condition?.())?.state === "recovering") return undefined;
    // What is unsettled was marked with names of another key, and cannot be told.
    const settle = { tags: [everyEntry], patterns: [], settle: longestMark };
    if (register.since > 0) await this.#storage.invalidate(settle);
    // In one step: what was stored, or is on its way, is fenced, and so is whoever tries the same.
    const verdict = await this.#storage.write(toEntry(register, at), keysTag);
    if (verdict.outcome !== "stored") return undefined;
    // Once more for what was marked in between.
    return register.since > 0 ? this.#storage.invalidate(settle) : verdict.at;
  }

  /**
   * The register that was here when we last looked, if it is only that the storage has not kept it: whoever takes the
   * storage leaves a trace in the ledger.
   */
  async #lost(at: Stamp): Promise<KeyRegister | undefined> {
    const seen = this.#seen;
    if (seen === undefined || seen.at.epoch !== at.epoch) return undefined;
    const changes = await this.#storage.since(seen.at);
    return changes.state === "gap" || changes.tags.includes(keysTag) ? undefined : seen.register;
  }

  #use(register: KeyRegister, at: Stamp): string {
    this.#owner = register.owner;
    this.#seen = { register, at };
    this.#told = undefined;
    return register.owner;
  }

  #leave(owner: string): undefined {
    this.#owner = undefined;
    if (this.#told === owner) return undefined;
    this.#told = owner;
    const message = `The cache is encrypted with another key (${owner}, not ${this.#keys.join(" or ")}): nothing is read or stored. Give the old key after the new one, or clear all of the cache`;
    this.#emit({ type: "storage-locked", message, cause: new CacheError("CACHE_KEY_WRONG", message) });
    return undefined;
  }
}

function needsRenewal(reading: Reading): boolean {
  return reading.state === "miss" || reading.at.position - reading.entry.stamp.position > renewAfter;
}
