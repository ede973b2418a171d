import type { EntryMetadata, Invalidation } from "@awsideman/cache-core";
import { decodeMetadata } from "./entry-form.ts";
import { targetOf } from "./invalidation-recorder.ts";
import type { LedgerClient, ScriptAnswer, ScriptArgument } from "./ledger-client.ts";
import type { RedisLimits } from "./limits.ts";
import { unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";
import type { ScriptName } from "./scripts/script.ts";

/**
 * What goes through all entries, a few at a time. It goes through every key that the server has, whoever it belongs to:
 * nothing of it is on the path of a read or an invalidation.
 */
export class KeyScan {
  readonly #ledger: LedgerClient;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;

  constructor(ledger: LedgerClient, keys: RedisKeys, limits: RedisLimits) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
  }

  /** The entries that could be served. */
  async *list(): AsyncGenerator<EntryMetadata> {
    // Redis may show a key twice.
    const seen = new Set<string>();
    for await (const { keys, answer } of this.#each("list", [])) {
      for (const [index, form] of (answer.rest as (Buffer | null)[]).entries()) {
        const id = (keys[index] as Buffer).toString().slice(this.#keys.entries.length);
        const metadata = form === null || seen.has(id) ? undefined : decodeMetadata(id, form);
        if (metadata === undefined) continue;
        seen.add(id);
        yield metadata;
      }
    }
  }

  /** Removes what an invalidation concerns. Returns how much of it could have been served. */
  async sweep(invalidation: Invalidation): Promise<number> {
    let live = 0;
    for await (const { answer } of this.#each("sweep", [JSON.stringify(targetOf(invalidation))]))
      live += answer.rest[0] as number;
    return live;
  }

  async usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    let entries = 0;
    let bytes = 0;
    for await (const { answer } of this.#each("usage", [])) {
      entries += answer.rest[0] as number;
      bytes += answer.rest[1] as number;
    }
    return { entries, bytes };
  }

  async *#each(
    script: ScriptName,
    args: readonly ScriptArgument[],
  ): AsyncGenerator<{ readonly keys: readonly Buffer[]; readonly answer: ScriptAnswer }> {
    const { keysAtOnce } = this.#limits;
    for await (const found of this.pages()) {
      for (let first = 0; first < found.length; first += keysAtOnce) {
        const keys = found.slice(first, first + keysAtOnce);
        yield { keys, answer: await this.#ledger.run(script, [this.#keys.ledger, ...keys], args) };
      }
    }
  }

  /** The keys of entries, some perhaps twice. */
  async *pages(): AsyncGenerator<readonly Buffer[]> {
    const link = this.#ledger.link();
    const pattern = `${this.#keys.entries}*`;
    let cursor = "0";
    do {
      const from = cursor;
      let page: [Buffer, Buffer[]];
      try {
        // To the server where it began: another one's cursor means nothing.
        page = await this.#ledger.send(link, () =>
          link.redis.scanBuffer(from, "MATCH", pattern, "COUNT", 1_000),
        );
      } catch (error) {
        throw unavailable(error);
      }
      yield page[1];
      cursor = page[0].toString();
    } while (cursor !== "0");
  }
}
