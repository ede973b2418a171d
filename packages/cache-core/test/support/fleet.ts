import type {
  Advance,
  CacheStorage,
  Clock,
  Counters,
  Examination,
  StorageCapabilities,
} from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { LeaseTable, LeasingStorage } from "./leasing-storage.ts";

interface Store {
  readonly storage: CacheStorage;
  readonly counters: Map<string, number>;
  readonly leases: LeaseTable;
  isBroken: boolean;
}

/**
 * A server, as it were: it has a clock of its own and stores by name, and is reached by any number of handles, which
 * answer by promise and can be closed without loss. Of those who load the same one does.
 */
export class Fleet {
  readonly capabilities: StorageCapabilities = {
    payload: "bytes",
    reach: "fleet",
    persistent: true,
    bounded: false,
  };
  readonly #clock: Clock;
  readonly #stores = new Map<string, Store>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(name: string): CacheStorage {
    const store = this.#store(name);
    const { storage, counters } = store;
    const remote =
      <Given extends readonly unknown[], Answer>(call: (...given: Given) => Answer) =>
      async (...given: Given): Promise<Awaited<Answer>> => {
        await Promise.resolve();
        if (store.isBroken) throw new Error("The server is down");
        const answer = await call(...given);
        await Promise.resolve();
        return answer;
      };
    const handle: CacheStorage = {
      capabilities: this.capabilities,
      read: remote((id) => storage.read(id)),
      readMany: remote((ids) => storage.readMany(ids)),
      write: remote((entry, supersedes) => storage.write(entry, supersedes)),
      stamp: remote(() => storage.stamp()),
      invalidate: remote((invalidation) => storage.invalidate(invalidation)),
      since: remote((stamp) => storage.since(stamp)),
      clear: remote((invalidation) => storage.clear(invalidation)),
      entries: () => storage.entries(),
      examine: remote((id: string, tags: readonly string[]) => storage.examine?.(id, tags) as Examination),
      usage: remote(() => storage.usage()),
      addCounters: remote((added: Counters) => {
        for (const [counter, by] of Object.entries(added))
          counters.set(counter, (counters.get(counter) ?? 0) + by);
      }),
      counters: remote(() => Object.fromEntries(counters)),
      advance: remote((name: string, step: Advance) => storage.advance?.(name, step)),
      close: () => undefined,
    };
    const leasing = new LeasingStorage(handle, store.leases);
    return { ...handle, read: leasing.read.bind(leasing), write: leasing.write.bind(leasing) };
  }

  /** From now on everything fails, until the function is called that it returns. */
  break(name: string): () => void {
    const store = this.#store(name);
    store.isBroken = true;
    return () => void (store.isBroken = false);
  }

  #store(name: string): Store {
    let store = this.#stores.get(name);
    if (store === undefined) {
      const context = { clock: this.#clock, random: Math.random, emit: () => undefined };
      const storage = openMemoryStorage({ maxEntries: 2_000 }, context);
      store = { storage, counters: new Map(), leases: new LeaseTable(this.#clock), isBroken: false };
      this.#stores.set(name, store);
    }
    return store;
  }
}
