import type { Reading, Stamp, StorageEvent } from "@awsideman/cache-core";
import { decodeEntry } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What the script says of a key: nothing, an entry, or one that it could not judge. */
type Found = Buffer | null | readonly [Buffer];

/** Looks entries up. */
export class EntryReader {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #emit: (event: StorageEvent) => void;

  constructor(
    ledger: LedgerClient,
    keys: RedisKeys,
    limits: RedisLimits,
    emit: (event: StorageEvent) => void,
  ) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
    this.#emit = emit;
  }

  async read(id: string): Promise<Reading> {
    const { at, rest } = await this.#ledger.run("read", [this.#keys.ledger, this.#keys.entries + id]);
    const reading = this.#judge(id, rest[0] as Found, at);
    return reading === "ahead" ? this.#distrust(at) : reading;
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
