import { CacheError, widenPattern, type Invalidation, type Stamp } from "@awsideman/cache-core";
import type { LedgerClient } from "./ledger-client.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

export interface ReplicaOptions {
  readonly replicasToAck: number;
  readonly ackTimeout: number;
}

/** Records steps in the ledger. */
export class InvalidationRecorder {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #replicas: ReplicaOptions;

  /** @param ledger with a connection of its own where replicas are waited for: that holds up everything behind it */
  constructor(ledger: LedgerClient, keys: RedisKeys, replicas: ReplicaOptions) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#replicas = replicas;
  }

  async record(invalidation: Invalidation): Promise<Stamp> {
    const { open, close, settle = 0, cause } = invalidation;
    const step = {
      ...targetOf(invalidation),
      settle,
      ...(open === undefined ? {} : { open: open.operation.toWellFormed(), lease: open.lease }),
      ...(close === undefined ? {} : { close: close.toWellFormed() }),
      ...(cause === undefined ? {} : { cause: cause.toWellFormed() }),
    };
    const { ledger, feed } = this.#keys;
    const { at } = await this.#ledger.run("invalidate", [ledger, feed], [JSON.stringify(step)]);
    await this.#waitForReplicas();
    return at;
  }

  async #waitForReplicas(): Promise<void> {
    const { replicasToAck, ackTimeout } = this.#replicas;
    if (replicasToAck === 0) return;
    const link = this.#ledger.link();
    let reached: number;
    try {
      reached = await this.#ledger.send(link, () => link.redis.wait(replicasToAck, ackTimeout));
    } catch (error) {
      throw unavailable(error);
    }
    if (reached < replicasToAck) {
      throw new CacheError(
        "CACHE_BACKEND_UNAVAILABLE",
        `Redis: an invalidation has reached ${reached} of ${replicasToAck} replicas in ${ackTimeout} ms`,
      );
    }
  }
}

/** What is named, in a form that survives UTF-8. A pattern that would not is widened: that concerns no less. */
export function targetOf({ tags, patterns, everything = false }: Invalidation): {
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
  readonly everything: boolean;
} {
  const odd = patterns.filter((pattern) => !pattern.isWellFormed());
  return {
    tags: [...tags, ...odd.map(widenPattern)].map((tag) => tag.toWellFormed()),
    patterns: patterns.filter((pattern) => pattern.isWellFormed()),
    everything,
  };
}
