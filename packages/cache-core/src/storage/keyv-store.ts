import { decodeRecord, encodeRecord } from "./keyv-record.ts";
import type { SimpleRecord } from "./simple-record.ts";
import type { SimpleStore } from "./simple-store-adapter.ts";
import type { StorageContext } from "./storage-factory.ts";

/** As much of a Keyv as there is need of. */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  clear(): Promise<unknown>;
  on(event: "error", listener: (error: unknown) => void): unknown;
  off(event: "error", listener: (error: unknown) => void): unknown;
  /** Only version 5 has it. */
  readonly throwOnErrors?: boolean;
}

/** A Keyv as a simple store: one that fails when it fails. */
export class KeyvStore implements SimpleStore {
  readonly #keyv: KeyvLike;
  readonly #context: StorageContext;
  /** What was stored, as which of all, and not found missing since: not every Keyv can list its keys. */
  readonly #stored = new Map<string, number>();
  #sets = 0;
  readonly #listener = (error: unknown): void => this.#failed(error);
  #calls = 0;
  #failures = 0;
  #lastError: unknown;

  constructor(keyv: KeyvLike, context: StorageContext) {
    this.#keyv = keyv;
    this.#context = context;
    // Besides, an error that nobody listens for would be thrown, from wherever it comes.
    keyv.on("error", this.#listener);
  }

  async get(id: string): Promise<SimpleRecord | undefined> {
    const before = this.#stored.get(id);
    const text = await this.#call(() => this.#keyv.get(keyOf(id)));
    const record = decodeRecord(id, text);
    if (record === undefined) this.#forget(id, before);
    return record;
  }

  async set(id: string, record: SimpleRecord): Promise<void> {
    const left = record.staleUntil - this.#context.clock.now();
    const ttl = left === Infinity ? undefined : Math.max(1, Math.ceil(left));
    const isStored = await this.#call(() => this.#keyv.set(keyOf(id), encodeRecord(id, record), ttl));
    if (isStored === false) throw new Error("Keyv has not stored it");
    this.#stored.set(id, ++this.#sets);
  }

  async delete(id: string): Promise<void> {
    const before = this.#stored.get(id);
    await this.#call(() => this.#keyv.delete(keyOf(id)));
    this.#forget(id, before);
  }

  async clear(): Promise<void> {
    await this.#call(() => this.#keyv.clear());
    this.#stored.clear();
  }

  keys(): Iterable<string> {
    return [...this.#stored.keys()];
  }

  /** Listens no more. */
  leave(): void {
    this.#keyv.off("error", this.#listener);
  }

  /** It is not there; unless it was stored since. */
  #forget(id: string, before: number | undefined): void {
    if (this.#stored.get(id) === before) this.#stored.delete(id);
  }

  /** A call during which Keyv told of an error has failed, whatever it returned; at worst it was another's error. */
  async #call<Result>(call: () => Promise<Result>): Promise<Result> {
    const before = this.#failures;
    this.#calls++;
    try {
      const result = await call();
      if (this.#failures > before) throw new Error("Keyv told of an error", { cause: this.#lastError });
      return result;
    } finally {
      this.#calls--;
    }
  }

  #failed(error: unknown): void {
    this.#failures++;
    this.#lastError = error;
    if (this.#calls > 0) return;
    this.#context.emit({ type: "storage-trouble", message: "Keyv told of an error", cause: error });
  }
}

/** Keyv takes no empty key. */
function keyOf(id: string): string {
  return `cache:${id}`;
}
