import type { CacheEntry, FenceReason, Verdict } from "@awsideman/cache-core";
import { encodeEntry, restChecksum, storedTime, tagsText } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import { isFull } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Stores fills and values from outside. */
export class EntryWriter {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;

  constructor(ledger: LedgerClient, keys: RedisKeys, limits: RedisLimits) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
  }

  async write(entry: CacheEntry, supersedes: string | undefined): Promise<Verdict> {
    const { id, tags, stamp, expiresAt, staleUntil, payload } = entry;
    if (!(payload instanceof Uint8Array))
      throw new TypeError("`payload` must be a Uint8Array for the Redis storage");
    const form = encodeEntry(entry, payload);
    const { ledger, feed, entries } = this.#keys;
    const { largestEntry, longestStay } = this.#limits;
    const until = storedTime(Math.max(expiresAt, staleUntil));
    try {
      const { at, rest } = await this.#ledger.run(
        "write",
        [ledger, feed, entries + id],
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
      const [result, last, unsettled] = rest as [Buffer | undefined, number, number];
      if (result === undefined) return { outcome: "stored", at };
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
