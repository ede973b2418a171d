import type { Advance, Advanced } from "@awsideman/cache-core";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Moments that all instances share, beside the entries. */
export class Moments {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;

  constructor(ledger: LedgerClient, keys: RedisKeys) {
    this.#ledger = ledger;
    this.#keys = keys;
  }

  async advance(name: string, { by, behind, ahead }: Advance): Promise<Advanced> {
    // Lua knows Infinity by another name.
    const limit = Math.min(ahead, Number.MAX_SAFE_INTEGER);
    const keys = [this.#keys.ledger, this.#keys.moments + name];
    const { rest } = await this.#ledger.run("advance", keys, [by, behind, limit]);
    return { moved: rest[0] === 1, ahead: Number(String(rest[1])) };
  }
}
