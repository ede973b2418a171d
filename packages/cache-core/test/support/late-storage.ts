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

export type Operation = "read" | "readMany" | "write" | "stamp" | "invalidate" | "since" | "clear" | "close";

/** A call that the test lets through in two steps: when it happens, and when the answer arrives. */
export interface HeldCall {
  readonly operation: Operation;
  readonly argument: unknown;
  /** The call takes effect in the storage. */
  happen(): Promise<void>;
  /** The caller gets the answer; the call happens now if it has not. */
  answer(): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** Answers by promise, and late: operations in `held` wait until the test says. */
export class LateStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly calls: Operation[] = [];
  readonly waiting: HeldCall[] = [];
  readonly #inner: CacheStorage;
  #held = new Set<Operation>();

  constructor(inner: CacheStorage, reach: StorageCapabilities["reach"] = "process") {
    this.#inner = inner;
    this.capabilities = { ...inner.capabilities, reach };
  }

  /** Calls of these operations wait from now on. */
  hold(...operations: Operation[]): void {
    this.#held = new Set(operations);
  }

  /** Answers everything that waits, in order, and holds nothing any more. */
  async release(): Promise<void> {
    this.#held.clear();
    while (this.waiting[0]) await this.waiting[0].answer();
  }

  /** The oldest waiting call of an operation. */
  next(operation: Operation): HeldCall {
    const call = this.waiting.find((known) => known.operation === operation);
    if (call === undefined) throw new Error(`No ${operation} waits`);
    return call;
  }

  read(id: string): Promise<Reading> {
    return this.#call("read", id, () => this.#inner.read(id));
  }

  readMany(ids: readonly string[]): Promise<readonly Reading[]> {
    return this.#call("readMany", ids, () => this.#inner.readMany(ids));
  }

  write(entry: CacheEntry, supersedes?: string): Promise<Verdict> {
    return this.#call("write", entry, () => this.#inner.write(entry, supersedes));
  }

  stamp(): Promise<Stamp> {
    return this.#call("stamp", undefined, () => this.#inner.stamp());
  }

  invalidate(invalidation: Invalidation): Promise<Stamp> {
    return this.#call("invalidate", invalidation, () => this.#inner.invalidate(invalidation));
  }

  since(stamp: Stamp): Promise<Changes> {
    return this.#call("since", stamp, () => this.#inner.since(stamp));
  }

  clear(invalidation: Invalidation): Promise<number> {
    return this.#call("clear", invalidation, () => this.#inner.clear(invalidation));
  }

  entries(): AsyncIterable<EntryMetadata> {
    return this.#inner.entries();
  }

  usage(): Promise<{ readonly entries: number; readonly bytes: number }> {
    return Promise.resolve(this.#inner.usage());
  }

  close(): Promise<void> {
    return this.#call("close", undefined, () => this.#inner.close());
  }

  async #call<T>(operation: Operation, argument: unknown, act: () => T | Promise<T>): Promise<T> {
    this.calls.push(operation);
    if (!this.#held.has(operation)) return act();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let result: T | Promise<T> | undefined;
    let hasHappened = false;
    const happen = async (): Promise<void> => {
      if (!hasHappened) result = act();
      hasHappened = true;
      await settle();
    };
    const remove = (): void => void this.waiting.splice(this.waiting.indexOf(call), 1);
    const call: HeldCall = {
      operation,
      argument,
      happen,
      answer: async () => {
        remove();
        await happen();
        resolve(result as T);
        await settle();
      },
      fail: async (error) => {
        remove();
        reject(error as Error);
        await settle();
      },
    };
    this.waiting.push(call);
    return promise;
  }
}

/** Lets everything run on that needs no time to pass. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The methods of a storage as an object of its own, to change some of them. */
export function bound(storage: CacheStorage): CacheStorage {
  return {
    capabilities: storage.capabilities,
    read: (id) => storage.read(id),
    readMany: (ids) => storage.readMany(ids),
    write: (entry, supersedes) => storage.write(entry, supersedes),
    stamp: () => storage.stamp(),
    invalidate: (invalidation) => storage.invalidate(invalidation),
    since: (stamp) => storage.since(stamp),
    clear: (invalidation) => storage.clear(invalidation),
    entries: () => storage.entries(),
    usage: () => storage.usage(),
    close: () => storage.close(),
  };
}
