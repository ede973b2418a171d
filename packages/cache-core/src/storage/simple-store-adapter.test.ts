import { systemClock, type CacheStorage, type StorageEvent } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { ControlledLoad, makeCache, type TestCache } from "../../test/support/make-cache.ts";
import { AsyncMap } from "../../test/support/async-map.ts";
import { settle } from "../../test/support/late-storage.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { fromSimpleStore, type SimpleStore } from "./simple-store-adapter.ts";

/** A store whose calls wait until the test lets them through. */
class SlowStore extends AsyncMap {
  readonly gates: { readonly name: string; readonly open: () => void }[] = [];
  slow: ("get" | "set")[] = [];

  override async get(key: string): Promise<unknown> {
    const found = structuredClone(this.map.get(key));
    await this.#gate("get");
    return found;
  }

  override async set(key: string, record: unknown): Promise<void> {
    await this.#gate("set");
    await super.set(key, record);
  }

  async #gate(name: "get" | "set"): Promise<void> {
    if (!this.slow.includes(name)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gates.push({ name, open: resolve });
    await promise;
  }

  async open(): Promise<void> {
    this.gates.shift()?.open();
    await settle();
  }
}

function withStore(store: SimpleStore): TestCache {
  return makeCache({ open: (context) => fromSimpleStore(store, context) });
}

for (const [name, make] of [
  ["a Map", () => new Map<string, unknown>()],
  ["an asynchronous map", () => new AsyncMap()],
] as const) {
  describe(`a storage made of ${name}`, () => {
    test("what another ledger has left in the store is a miss, and is overwritten by the next fill", async () => {
      const store = make();
      await withStore(store).cache.set("user:list:all", "of before");
      const { cache } = withStore(store);
      expect(await cache.get("user:list:all")).toBeUndefined();
      expect(await cache.clear()).toBe(0);
      expect(await cache.getOrLoad("user:list:all", () => "new")).toBe("new");
      await settle();
      expect(await cache.get("user:list:all")).toBe("new");
    });

    test("what somebody else has put into the store is a miss", async () => {
      const store = make();
      const { cache, events } = withStore(store);
      await cache.set("user:list:all", 1);
      const map = store instanceof AsyncMap ? store.map : store;
      const record = map.get("user:list:all") as Record<string, unknown>;
      const damaged = [
        "text",
        7,
        [],
        {},
        null,
        { ...record, version: 2 },
        { ...record, payload: "text" },
        { ...record, tags: "user" },
        { ...record, tags: [1] },
        { ...record, position: "1" },
        { ...record, time: Number.NaN },
        { ...record, expiresAt: null },
        { ...record, size: undefined },
        { ...record, payload: new Uint8Array([9, 9, 9]) },
        { ...record, payload: new Uint8Array([1, 1, 2, 3]) },
      ];
      for (const wrong of damaged) {
        map.set("user:list:all", wrong);
        expect(await cache.getOrLoad("user:list:all", () => "source")).toBe("source");
        await settle();
      }
      expect(events.filter(({ type }) => type === "storage-failed").length).toBeLessThanOrEqual(1);
    });
  });
}

describe("a slow store", () => {
  test("a fill that an invalidation overtakes is stored in vain, and never served", async () => {
    const store = new SlowStore();
    const { cache } = withStore(store);
    store.slow = ["set"];
    expect(await cache.getOrLoad("user:list:all", () => "old")).toBe("old");
    await settle();
    await cache.invalidate("user:list:*");
    await store.open();
    expect(store.map.has("user:list:all")).toBe(true);
    expect(await cache.get("user:list:all")).toBeUndefined();
    await settle();
    expect(store.map.has("user:list:all")).toBe(false);
  });

  test("a fill whose check waits for the store is refused by what was invalidated meanwhile", async () => {
    const store = new SlowStore();
    const { cache, told } = withStore(store);
    await cache.begin();
    const source = new ControlledLoad();
    const reading = cache.getOrLoad("user:list:all", source.load);
    await settle();
    store.slow = ["get"];
    await source.end(0, "old");
    await reading;
    await cache.invalidate("user:list:*");
    await store.open();
    expect(told()).toContain("fenced");
    expect(store.map.size).toBe(0);
  });

  test("an answer that was under way when its entry was invalidated is not served", async () => {
    const store = new SlowStore();
    const { cache } = withStore(store);
    await cache.set("user:list:all", "old");
    store.slow = ["get"];
    const reading = cache.get("user:list:all");
    await settle();
    await cache.invalidate("user:list:*");
    await store.open();
    expect(await reading).toBeUndefined();
  });

  test("a second fill while the first is being written is dropped, and told of", async () => {
    const store = new SlowStore();
    const { cache, events } = withStore(store);
    store.slow = ["set"];
    await cache.getOrLoad("user:list:all", () => 1);
    await settle();
    await cache.invalidate("user:list:*");
    expect(await cache.getOrLoad("user:list:all", () => 2)).toBe(2);
    await settle();
    expect(events).toContainEqual({ type: "not-kept", id: "user:list:all", reason: "busy" });
    await store.open();
    store.slow = [];
    expect(await cache.getOrLoad("user:list:all", () => 3)).toBe(3);
    await settle();
    expect(await cache.get("user:list:all")).toBe(3);
  });

  test("that hangs costs a reader 50 milliseconds", async () => {
    const store = new SlowStore();
    const { cache, clock, told } = withStore(store);
    await cache.begin();
    store.slow = ["get"];
    let answer: unknown;
    void cache.getOrLoad("user:list:all", () => "source").then((value) => (answer = value));
    await clock.advance(49);
    expect(answer).toBeUndefined();
    await clock.advance(1);
    expect(answer).toBe("source");
    expect(told()).toContain("storage-failed");
  });
});

describe("a store that fails", () => {
  test.each(["get", "set", "delete", "clear", "keys"] as const)("in %s harms nobody", async (method) => {
    for (const fail of [
      () => {
        throw new Error("broken");
      },
      () => Promise.reject(new Error("broken")),
    ]) {
      const { cache } = withStore(Object.assign(new AsyncMap(), { [method]: fail }) as SimpleStore);
      expect(await cache.getOrLoad("user:list:all", () => 1)).toBe(1);
      await settle();
      await cache.invalidate("user:list:*");
      expect(await cache.getOrLoad("user:list:all", () => 2)).toBe(2);
      await settle();
      expect(await cache.clear()).toBeTypeOf("number");
      expect(await cache.getOrLoad("user:list:all", () => 3)).toBe(3);
      const entries: unknown[] = [];
      for await (const entry of cache.entries()) entries.push(entry);
      await cache.getStats();
      await cache.close();
    }
  });

  test("to delete an old entry is told of", async () => {
    const told: StorageEvent[] = [];
    const clock = new FakeClock();
    const store = Object.assign(new AsyncMap(), { delete: () => Promise.reject(new Error("read only")) });
    const storage = fromSimpleStore(store, { clock, random: Math.random, emit: (event) => told.push(event) });
    await storage.write(entryAt(await storage.stamp(), "value"));
    await storage.invalidate({ tags: ["user"], patterns: [] });
    expect(await storage.read("user:list:all")).toMatchObject({ state: "miss" });
    await settle();
    expect(told).toEqual([
      {
        type: "storage-trouble",
        message: "An old entry could not be deleted",
        cause: new Error("read only"),
      },
    ]);
  });
});

test("what is no map-like object is a TypeError", () => {
  const context = { clock: systemClock, random: Math.random, emit: () => undefined };
  for (const wrong of [undefined, null, {}, { get: 1 }, "text"]) {
    expect(() => fromSimpleStore(wrong as unknown as SimpleStore, context)).toThrow(TypeError);
  }
});

function entryAt(
  stamp: Awaited<ReturnType<CacheStorage["stamp"]>>,
  text: string,
): Parameters<CacheStorage["write"]>[0] {
  return {
    id: "user:list:all",
    tags: ["user", "user:list"],
    stamp,
    expiresAt: Infinity,
    staleUntil: Infinity,
    payload: new TextEncoder().encode(text),
    size: 10,
  };
}
