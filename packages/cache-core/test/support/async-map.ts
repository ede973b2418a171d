import type { SimpleStore } from "@awsideman/cache-core";

/** A map whose every answer is a promise, and a copy. */
export class AsyncMap implements SimpleStore {
  readonly map: Map<string, unknown> = new Map();

  async get(key: string): Promise<unknown> {
    await Promise.resolve();
    return structuredClone(this.map.get(key)) ?? null;
  }

  async set(key: string, record: unknown): Promise<void> {
    await Promise.resolve();
    this.map.set(key, structuredClone(record));
  }

  async delete(key: string): Promise<boolean> {
    await Promise.resolve();
    return this.map.delete(key);
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    this.map.clear();
  }

  async *keys(): AsyncGenerator<string> {
    yield* Array.from(this.map.keys());
  }
}
