import { deepStrictEqual } from "node:assert/strict";
import { CacheManager } from "@awsideman/cache-core";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { createCache as createManagedCache } from "cache-manager";
import { Cacheable } from "cacheable";
import { LRUCache } from "lru-cache";
import type { Contender } from "./contest.ts";

/** A cache in memory, as its users meet it. */
export interface MemoryCache {
  readonly name: string;
  get(key: string): unknown;
  set(key: string, value: object): unknown;
}

const ttl = 600_000;
const maxEntries = 100_000;

/** Every cache in memory, checked. @throws AssertionError when what was set is not what is got */
export async function openMemoryCaches(): Promise<readonly MemoryCache[]> {
  const caches = [
    ours("awsideman, by reference", false),
    ours("awsideman, private copies (default)", true),
    lru(),
    bentocache("bentocache, by reference", false),
    bentocache("bentocache (default: copies)", true),
    managed(),
    cacheable(),
  ];
  for (const cache of caches) {
    await cache.set("user:describe:check", { check: true });
    deepStrictEqual(await cache.get("user:describe:check"), { check: true });
    deepStrictEqual((await cache.get("user:describe:none")) ?? undefined, undefined);
  }
  return caches;
}

/** Awaits `call` with one of ten thousand keys after the other. */
export function calling(name: string, resource: string, call: (key: string) => unknown): Contender {
  const keys = Array.from({ length: 10_000 }, (_, index) => `${resource}:describe:${resource}-${index}`);
  let next = 0;
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index++) await call(keys[next++ % keys.length] as string);
    },
  };
}

function ours(name: string, copy: boolean): MemoryCache {
  const storage = { backend: "memory", config: { copy, maxEntries } };
  const cache = new CacheManager({ defaultTtl: ttl, storage });
  return { name, get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) };
}

function lru(): MemoryCache {
  const cache = new LRUCache<string, object>({ max: maxEntries, ttl });
  return {
    name: "lru-cache (no rule)",
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
  };
}

function bentocache(name: string, serialize: boolean): MemoryCache {
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries, serialize }));
  const cache = new BentoCache({ default: "memory", stores: { memory: store }, ttl });
  return { name, get: (key) => cache.get({ key }), set: (key, value) => cache.set({ key, value }) };
}

function managed(): MemoryCache {
  const cache = createManagedCache({ ttl });
  return { name: "cache-manager", get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) };
}

function cacheable(): MemoryCache {
  const cache = new Cacheable({ ttl });
  return { name: "cacheable", get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) };
}
