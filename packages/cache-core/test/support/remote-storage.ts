import type {
  CacheEntry,
  CacheStorage,
  Changes,
  EntryMetadata,
  Invalidation,
  Reading,
  Stamp,
  StorageCapabilities,
  Verdict,
} from "@awsideman/cache-core";

interface Hold {
  readonly call: string;
  readonly when: "request" | "answer";
  readonly released: Promise<void>;
}

/**
 * One process's connection to a storage that is elsewhere: what is asked arrives later, and what is answered, too. A
 * test can keep either back.
 */
export class RemoteStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  /** What was asked, in order. */
  readonly calls: string[] = [];
  readonly #storage: CacheStorage;
  readonly #holds: Hold[] = [];
  #isCut = false;

  constructor(storage: CacheStorage, reach: StorageCapabilities["reach"] = "fleet") {
    this.#storage = storage;
    this.capabilities = { ...storage.capabilities, reach };
  }

  /** The next such call, or its answer, waits until it is released. */
  hold(call: string, when: Hold["when"]): () => Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.push({ call, when, released: promise });
    return async () => {
      resolve();
      await settled();
    };
  }

  /** From now on nothing arrives, and nothing is answered. */
  cut(isCut: boolean = true): void {
    this.#isCut = isCut;
  }

  read(id: string): Promise<Reading> {
    return this.#call("read", () => this.#storage.read(id));
  }

  readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    return this.#call("readMany", () => this.#storage.readMany(ids));
  }

  write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    return this.#call("write", () => this.#storage.write(entry, supersedes));
  }

  stamp(): Promise<Stamp> {
    return this.#call("stamp", () => this.#storage.stamp());
  }

  invalidate(invalidation: Invalidation): Promise<Stamp> {
    return this.#call("invalidate", () => this.#storage.invalidate(invalidation));
  }

  since(stamp: Stamp): Promise<Changes> {
    return this.#call("since", () => this.#storage.since(stamp));
  }

  clear(invalidation: Invalidation): Promise<number> {
    return this.#call("clear", () => this.#storage.clear(invalidation));
  }

  entries(): AsyncIterable<EntryMetadata> {
    return this.#storage.entries();
  }

  usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return this.#call("usage", () => this.#storage.usage());
  }

  close(): void {
    // The storage is not this connection's.
  }

  async #call<T>(call: string, effect: () => T | Promise<T>): Promise<T> {
    this.calls.push(call);
    await this.#pass(call, "request");
    const answer = await effect();
    await this.#pass(call, "answer");
    return answer;
  }

  async #pass(call: string, when: Hold["when"]): Promise<void> {
    if (this.#isCut) await new Promise(() => undefined);
    const index = this.#holds.findIndex((hold) => hold.call === call && hold.when === when);
    if (index !== -1) await this.#holds.splice(index, 1)[0]?.released;
    await Promise.resolve();
  }
}

/** Lets every promise settle that can without time passing. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
