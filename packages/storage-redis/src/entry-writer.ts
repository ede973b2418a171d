import type { CacheEntry, FenceReason, Verdict } from "@awsideman/cache-core";
import { encodeEntry, restChecksum, storedTime, tagsText } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import type { LoadLeases } from "./load-leases.ts";
import { isFull } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

export interface EntryWriterParts {
  readonly ledger: LedgerClient;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  readonly leases: LoadLeases;
}

/** Stores fills and values from outside. */
export class EntryWriter {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #leases: LoadLeases;

  constructor({ ledger, keys, limits, leases }: EntryWriterParts) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
    this.#leases = leases;
  }

  async write(entry: CacheEntry, supersedes: string | undefined): Promise<Verdict> {
    const { id, tags, stamp, expiresAt, staleUntil, payload } = entry;
    if (!(payload instanceof Uint8Array))
      throw new TypeError("`payload` must be a Uint8Array for the Redis storage");
    const form = encodeEntry(entry, payload);
    const { ledger, feed, entries, leases } = this.#keys;
    const { largestEntry, longestStay } = this.#limits;
    const until = storedTime(Math.max(expiresAt, staleUntil));
    try {
      const { at, rest } = await this.#ledger.run(
        "write",
        [ledger, feed, entries + id, leases + id],
        [
          stamp.epoch,
          stamp.position,
          storedTime(stamp.time),
          tagsText(tags),
          supersedes?.toWellFormed() ?? "",
          until,
          longestStay,
          restChecksum(id, form),
          form.length > largestEntry ? "" : form,
        ],
      );
      const [result, last, unsettled] = rest as [Buffer, number, number] | [null, Buffer];
      if (result === null) {
        void this.#leases.wake(id, last);
        return { outcome: "stored", at };
      }
      const reason = result.toString();
      if (reason === "too-large") return { outcome: "too-large", at };
      return {
        outcome: "fenced",
        reason: reason as FenceReason,
        lastInvalidation: last < 0 ? Infinity : last,
        unsettled: unsettled === 1,
        at,
      };
    } catch (error) {
      if (isFull(error)) return { outcome: "dropped", reason: "full" };
      throw error;
    }
  }
}
