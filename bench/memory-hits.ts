import { cachified } from "@epic-web/cachified";
import { createCache as createDedupedCache } from "async-cache-dedupe";
import { CacheManager } from "@awsideman/cache-core";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { createCache as createManagedCache } from "cache-manager";
import { Cacheable } from "cacheable";
import { Loader } from "layered-loader/core";
import { LRUCache } from "lru-cache";
import { contest, type Contender, type Row } from "./contest.ts";
import { sampleUser } from "./sample-user.ts";

const keys = Array.from({ length: 10_000 }, (_, index) => `user:describe:user-${index}`);
const ttl = 600_000;

type Load = (key: string) => object;

/** A hit in memory, awaited, by get-or-load, of a user of some 250 bytes among 10,000. */
export async function memoryHits(): Promise<Row[]> {
  let loads = 0;
  const load: Load = (key) => {
    loads++;
    return sampleUser(key);
  };
  const contenders = [
    await ours("awsideman, by reference", false, load),
    await ours("awsideman, private copies (default)", true, load),
    lru(),
    cachifiedLru(load),
    deduped(load),
    managed(load),
    layered(load),
    bento("bentocache, by reference", false, load),
    bento("bentocache (default: copies)", true, load),
    cacheable(load),
  ];
  const rows = await contest(contenders, 50_000);
  if (loads > contenders.length * keys.length) throw new Error(`What should hit was loaded ${loads} times`);
  return rows;
}

/** Calls `get` for one key after the other, awaiting each. */
function reader(name: string, get: (key: string) => unknown): Contender {
  let next = 0;
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index++) await get(keys[next++ % keys.length] as string);
    },
  };
}

async function ours(name: string, copy: boolean, load: Load): Promise<Contender> {
  const cache = new CacheManager({ defaultTtl: ttl });
  await cache.configureStorage({ backend: "memory", config: { copy } });
  return reader(name, (key) => cache.getOrLoad(key, () => load(key)));
}

function lru(): Contender {
  const cache = new LRUCache<string, object>({ max: 100_000, ttl });
  for (const key of keys) cache.set(key, sampleUser(key));
  return reader("lru-cache get (no loading, no rule)", (key) => cache.get(key));
}

function cachifiedLru(load: Load): Contender {
  const cache = new LRUCache<string, never>({ max: 100_000 });
  return reader("cachified", (key) =>
    cachified({ key, cache: cache as never, ttl, getFreshValue: () => load(key) }),
  );
}

function deduped(load: Load): Contender {
  const cache = createDedupedCache({
    ttl: ttl / 1_000,
    storage: { type: "memory", options: { size: 100_000 } },
  });
  const defined = cache.define("user", (key: string) => Promise.resolve(load(key)));
  return reader("async-cache-dedupe", (key) => defined.user(key));
}

function managed(load: Load): Contender {
  const cache = createManagedCache({ ttl });
  return reader("cache-manager wrap", (key) => cache.wrap(key, () => Promise.resolve(load(key))));
}

function layered(load: Load): Contender {
  const loader = new Loader<object>({
    inMemoryCache: { ttlInMsecs: ttl, maxItems: 100_000 },
    dataSourceGetOneFn: (key) => Promise.resolve(load(key)),
  });
  return reader("layered-loader get", (key) => loader.get(key));
}

function bento(name: string, serialize: boolean, load: Load): Contender {
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: 100_000, serialize }));
  const cache = new BentoCache({ default: "memory", stores: { memory: store } });
  return reader(name, (key) => cache.getOrSet({ key, ttl, factory: () => load(key) }));
}

function cacheable(load: Load): Contender {
  const cache = new Cacheable({ ttl });
  return reader("cacheable getOrSet", (key) => cache.getOrSet(key, () => Promise.resolve(load(key))));
}
