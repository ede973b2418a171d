import {
  CacheManager,
  fromKeyv,
  type CacheStorage,
  type KeyvLike,
  type StorageEvent,
} from "@awsideman/cache-core";
import {
  checkStorageModel,
  FakeClock,
  storageContract,
  type ModelContext,
} from "@awsideman/cache-core/testing";
import { Keyv } from "keyv";
import { Keyv as Keyv5 } from "keyv5";
import { describe, expect, test } from "vitest";
import { settle } from "./support/late-storage.ts";

/** A store as one over a network: strings only, every answer late, and it may be down. */
class RemoteStore {
  readonly map: Map<string, string> = new Map();
  readonly ttls: unknown[] = [];
  isDown = false;
  readonly #held = new Map<"get" | "delete", Promise<void>>();
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void> = () => Promise.resolve()) {
    this.#pause = pause;
  }

  /** The next such call takes effect, and is not answered until it is released. */
  hold(call: "get" | "delete"): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(call, promise);
    return resolve;
  }

  async get(key: string): Promise<string | undefined> {
    await this.#arrive();
    const value = this.map.get(key);
    await this.#take("get");
    return value;
  }

  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    await this.#arrive();
    if (typeof value !== "string") throw new TypeError("This store takes strings");
    this.map.set(key, value);
    this.ttls.push(ttl);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    await this.#arrive();
    const isGone = this.map.delete(key);
    await this.#take("delete");
    return isGone;
  }

  async clear(): Promise<void> {
    await this.#arrive();
    this.map.clear();
  }

  async #take(call: "get" | "delete"): Promise<void> {
    const held = this.#held.get(call);
    this.#held.delete(call);
    await held;
  }

  async #arrive(): Promise<void> {
    await this.#pause();
    if (this.isDown) throw new Error("The store is down");
  }
}

type MakeKeyv = (store: RemoteStore) => KeyvLike;

const versions: Readonly<Record<string, MakeKeyv>> = {
  "Keyv 6": (store) => new Keyv({ store }),
  "Keyv 5": (store) => new Keyv5({ store, throwOnErrors: true }),
};
const capabilities = { payload: "bytes", reach: "process", persistent: false, bounded: false } as const;

for (const [name, make] of Object.entries(versions)) {
  const stores = new Map<string, RemoteStore>();
  storageContract({
    name: `${name} over a store that serialises`,
    capabilities,
    open: ({ store, ...context }) => {
      const remote = new RemoteStore();
      stores.set(store, remote);
      return fromKeyv(make(remote), context);
    },
    breakStore: (store) => {
      const remote = stores.get(store) as RemoteStore;
      remote.isDown = true;
      return () => void (remote.isDown = false);
    },
  });
}

storageContract({
  name: "Keyv 6 in memory",
  capabilities,
  open: (context) => fromKeyv(new Keyv(), context),
});
storageContract({
  name: "Keyv 5 in memory, with a namespace",
  capabilities,
  open: (context) => fromKeyv(new Keyv5({ namespace: "user", throwOnErrors: true }), context),
});

interface Made {
  readonly cache: CacheManager;
  readonly clock: FakeClock;
  readonly troubles: unknown[];
}

function makeCache(keyv: KeyvLike): Made {
  const clock = new FakeClock();
  const cache = new CacheManager({ clock, storage: { backend: "keyv" } });
  cache.registerBackend("keyv", (_, context) => fromKeyv(keyv, context));
  const troubles: unknown[] = [];
  for (const type of ["storage-failed", "storage-trouble"] as const)
    cache.on(type, (event) => troubles.push(event));
  return { cache, clock, troubles };
}

describe.each(Object.entries(versions))("a cache on %s", (_, make) => {
  test("goes on without a store that is down, and hears of every call that failed", async () => {
    const store = new RemoteStore();
    const { cache, troubles } = makeCache(make(store));
    await cache.set("user:describe:u-1", "Ada");
    store.isDown = true;
    expect(await cache.getOrLoad("user:describe:u-1", () => "from the source")).toBe("from the source");
    expect(troubles).toMatchObject([{ type: "storage-failed", operation: "read" }]);
    await cache.set("user:describe:u-2", "Grace");
    expect(troubles).toMatchObject([{}, { type: "storage-failed", operation: "write" }]);
    store.isDown = false;
    expect(await cache.get("user:describe:u-1")).toBe("Ada");
    expect(await cache.has("user:describe:u-2")).toBe(false);
  });

  test("breaks no law, whatever happens in whatever order", async () => {
    const open = (context: ModelContext): CacheStorage =>
      fromKeyv(make(new RemoteStore(context.pause)), context);
    const report = await checkStorageModel({ open, runs: 150 });
    expect(report.cached).toBeGreaterThan(150);
  });

  test("lets the store give back the space of what has expired, and of nothing that lives for ever", async () => {
    const store = new RemoteStore();
    const { cache, clock } = makeCache(make(store));
    await cache.set("user:describe:u-1", 1, { ttl: 5_000 });
    await cache.set("user:describe:u-2", 2, { ttl: Infinity });
    expect(store.ttls).toEqual([expect.any(Number), undefined]);
    expect(store.ttls[0]).toBeGreaterThan(4_000);
    clock.jump(clock.now() + 5_000);
    expect(await cache.get("user:describe:u-1")).toBeUndefined();
    expect(await cache.get("user:describe:u-2")).toBe(2);
  });
});

test("a key that the store takes for another's is a miss, not the other's value", async () => {
  const store = new RemoteStore();
  const inexact = {
    get: (key: string) => store.get(key.toLowerCase()),
    set: (key: string, value: unknown) => store.set(key.toLowerCase(), value),
    delete: (key: string) => store.delete(key.toLowerCase()),
    clear: () => store.clear(),
  };
  const { cache } = makeCache(new Keyv({ store: inexact }));
  await cache.set("user:describe:A", "the capital one");
  expect(await cache.get("user:describe:a")).toBeUndefined();
  expect(await cache.get("user:describe:A")).toBe("the capital one");
});

test.each(["get", "delete"] as const)(
  "what was stored while a %s was under way that does not know of it is listed",
  async (slow) => {
    const store = new RemoteStore();
    const { cache, clock } = makeCache(new Keyv({ store }));
    const key = "user:describe:u-1";
    if (slow === "delete") {
      await cache.set(key, "old", { ttl: 1_000 });
      await clock.advance(1_000);
    }
    const release = store.hold(slow);
    const look = cache.get(key);
    await settle();
    await cache.set(key, "new");
    release();
    expect(await look).toBeUndefined();
    await settle();
    expect((await Array.fromAsync(cache.entries())).map((entry) => entry.key)).toEqual([key]);
    expect(await cache.clear()).toBe(1);
  },
);

test("what another process has left in the store is not served", async () => {
  const store = new RemoteStore();
  const first = makeCache(new Keyv({ store }));
  await first.cache.set("user:describe:u-1", "from before");
  const second = makeCache(new Keyv({ store }));
  expect(await second.cache.get("user:describe:u-1")).toBeUndefined();
});

test("an error that comes by itself is told, and none any more after the cache was closed", async () => {
  const keyv = new Keyv();
  const events: StorageEvent[] = [];
  const context = {
    clock: new FakeClock(),
    random: Math.random,
    emit: (event: StorageEvent) => events.push(event),
  };
  const storage = fromKeyv(keyv, context);
  keyv.emit("error", new Error("The connection was lost"));
  expect(events).toMatchObject([{ type: "storage-trouble", cause: { message: "The connection was lost" } }]);
  await storage.close();
  expect(keyv.listeners("error")).toEqual([]);
});

test("what is no Keyv, or one that hides what fails, is refused at once", () => {
  const context = { clock: new FakeClock(), random: Math.random, emit: () => {} };
  expect(() => fromKeyv(new Map() as never, context)).toThrow("`keyv` must be a Keyv: `on` is no function");
  expect(() => fromKeyv(new Keyv5(), context)).toThrow("`keyv` must be made with `throwOnErrors: true`");
});
