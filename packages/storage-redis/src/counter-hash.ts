import type { Counters } from "@awsideman/cache-core";
import type { LedgerClient } from "./ledger-client.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Counters of all instances, in a hash beside the entries. */
export class CounterHash {
  readonly #ledger: LedgerClient;
  readonly #key: string;

  constructor(ledger: LedgerClient, { counters }: RedisKeys) {
    this.#ledger = ledger;
    this.#key = counters;
  }

  async add(added: Counters): Promise<void> {
    const link = this.#ledger.link();
    try {
      await Promise.all(
        Object.entries(added).map(([name, by]) =>
          this.#ledger.send(link, () => link.redis.hincrbyfloat(this.#key, name, by)),
        ),
      );
    } catch (error) {
      throw unavailable(error);
    }
  }

  async all(): Promise<Counters> {
    const link = this.#ledger.link();
    try {
      const fields = await this.#ledger.send(link, () => link.redis.hgetall(this.#key));
      return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Number(value)]));
    } catch (error) {
      throw unavailable(error);
    }
  }
}
