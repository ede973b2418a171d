import type { MaybePromise, Reading, Stamp, StorageEvent } from "@awsideman/cache-core";
import { decodeEntry } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import type { LoadLeases } from "./load-leases.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What the script says of a key: nothing, an entry, or one that it could not judge. */
type Found = Buffer | null | readonly [Buffer];

export interface EntryReaderParts {
  readonly ledger: LedgerClient;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  /** Undefined: everybody loads for himself. */
  readonly leases: LoadLeases | undefined;
  readonly emit: (event: StorageEvent) => void;
}

/** Looks entries up. */
export class EntryReader {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #leases: LoadLeases | undefined;
  readonly #emit: (event: StorageEvent) => void;

  constructor({ ledger, keys, limits, leases, emit }: EntryReaderParts) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
    this.#leases = leases;
    this.#emit = emit;
  }

  /** @param loadBelow see `CacheStorage.read` */
  async read(id: string, loadBelow?: number): Promise<Reading> {
    const { ledger, entries, leases } = this.#keys;
    const given = loadBelow === undefined ? undefined : this.#leases;
    if (given === undefined) {
      const { at, rest } = await this.#ledger.run("read", [ledger, entries + id]);
      return this.#trust(this.#judge(id, rest[0] as Found, at), at);
    }
    const { count } = given.wakes;
    const args = [given.owner, this.#limits.lease, loadBelow as number];
    const { at, rest } = await this.#ledger.run("lead", [ledger, entries + id, leases + id], args);
    const reading = await this.#trust(this.#judge(id, rest[0] as Found, at), at);
    const lease = given.leaseOf(id, rest[1] as number | undefined, count);
    return lease === undefined ? reading : { ...reading, lease };
  }

  async readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    const { keysAtOnce } = this.#limits;
    const pages: (readonly string[])[] = [];
    for (let first = 0; first < ids.length; first += keysAtOnce)
      pages.push(ids.slice(first, first + keysAtOnce));
    return (await Promise.all(pages.map((page) => this.#readPage(page)))).flat();
  }

  async #readPage(ids: readonly string[]): Promise<readonly Reading[]> {
    const keys = ids.map((id) => this.#keys.entries + id);
    const { at, rest } = await this.#ledger.run("read", [this.#keys.ledger, ...keys]);
    const readings = ids.map((id, index) => this.#judge(id, rest[index] as Found, at));
    const ahead = readings.includes("ahead") ? await this.#distrust(at) : undefined;
    // What is not ahead is of the same ledger, and not to be trusted either.
    return readings.map((reading) => ahead ?? (reading as Reading));
  }

  #trust(reading: Reading | "ahead", at: Stamp): MaybePromise<Reading> {
    return reading === "ahead" ? this.#distrust(at) : reading;
  }

  /** An entry is ahead of its ledger, which must have been turned back. */
  async #distrust(at: Stamp): Promise<Reading> {
    await this.#ledger.distrust(at.epoch);
    return { state: "miss", at };
  }

  #judge(id: string, found: Found, at: Stamp): Reading | "ahead" {
    if (found === null) return { state: "miss", at };
    const form = Buffer.isBuffer(found) ? found : found[0];
    const decoded = decodeEntry(id, form);
    if (decoded.state === "damaged") {
      this.#emit({ type: "storage-recovered", message: "A damaged entry is a miss" });
      return { state: "miss", at };
    }
    const { entry } = decoded;
    if (entry.stamp.position > at.position) return "ahead";
    // Whole, and yet the rule could not be applied: that is no entry to be served.
    if (!Buffer.isBuffer(found)) throw unavailable(new Error("an entry could not be judged"));
    return { state: at.time < entry.expiresAt ? "hit" : "stale", entry, at };
  }
}
