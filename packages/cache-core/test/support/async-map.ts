import type { SimpleStore } from "@awsideman/cache-core";

/** A map whose every answer is a promise, and a copy. */
export class AsyncMap implements SimpleStore {
  readonly map: Map<string, unknown> = new Map();
  /** Every call fails. */
  isBroken = false;

  async get(key: string): Promise<unknown> {
    await this.#arrive();
    return structuredClone(this.map.get(key)) ?? null;
  }

  async set(key: string, record: unknown): Promise<void> {
    await this.#arrive();
    this.map.set(key, structuredClone(record));
  }

  async delete(key: string): Promise<boolean> {
    await this.#arrive();
    return this.map.delete(key);
  }

  async clear(): Promise<void> {
    await this.#arrive();
    this.map.clear();
  }

  async *keys(): AsyncGenerator<string> {
    await this.#arrive();
    yield* Array.from(this.map.keys());
  }

  async #arrive(): Promise<void> {
    await Promise.resolve();
    if (this.isBroken) throw new Error("broken");
  }
}
