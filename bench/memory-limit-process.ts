import { CacheManager } from "@awsideman/cache-core";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { LRUCache } from "lru-cache";
import { sampleUser } from "./sample-user.ts";

/** What to fill with what. Passed to the process as JSON. */
export interface LimitOptions {
  readonly name: string;
  readonly what: "users" | "pages of 100 users";
  readonly count: number;
  readonly limitMb: number;
}

export interface LimitReport {
  readonly megabytes: number;
  /** How many are still there. */
  readonly entries: number;
  /** What the cache itself says that it holds. */
  readonly reportedMb: number | undefined;
}

interface Cache {
  set(key: string, value: object): unknown;
  has(key: string): unknown;
  reportedBytes(): Promise<number | undefined>;
}

const megabyte = 1024 * 1024;
const maxEntries = 1_000_000;

const { name, what, count, limitMb } = JSON.parse(process.argv[2] ?? "{}") as LimitOptions;
const cache = open();
await cache.set("check", { check: true });
if (!(await cache.has("check"))) throw new Error(`${name}: what was set is not there`);
const before = held();
for (let index = 0; index < count; index++) await cache.set(keyOf(index), valueOf(index));
// What was only scheduled is done.
await new Promise((resolve) => void setTimeout(resolve, 100));
const megabytes = (held() - before) / megabyte;
const bytes = await cache.reportedBytes();
let entries = 0;
for (let index = 0; index < count; index++) if (await cache.has(keyOf(index))) entries++;
const reportedMb = bytes === undefined ? undefined : bytes / megabyte;
console.log(JSON.stringify({ megabytes, entries, reportedMb } satisfies LimitReport));
process.exit();

function open(): Cache {
  const found = {
    "awsideman, by reference": () => ours(false),
    "awsideman, private copies (default)": () => ours(true),
    "lru-cache, sized by JSON": lru,
    "bentocache (default: copies)": bentocache,
  }[name];
  if (found === undefined) throw new Error(`There is no cache ${name}`);
  return found();
}

function ours(copy: boolean): Cache {
  const config = { copy, maxSizeMb: limitMb, maxEntries };
  const manager = new CacheManager({ storage: { backend: "memory", config } });
  return {
    set: (key, value) => manager.getOrLoad(key, () => value),
    has: (key) => manager.has(key),
    reportedBytes: async () => (await manager.getStats()).memoryUsageBytes,
  };
}

/** As its users size it: by what they would send. */
function lru(): Cache {
  const lruCache = new LRUCache<string, object>({
    max: maxEntries,
    maxSize: limitMb * megabyte,
    sizeCalculation: (value, key) => key.length + JSON.stringify(value).length,
  });
  return {
    set: (key, value) => lruCache.set(key, value),
    has: (key) => lruCache.has(key),
    reportedBytes: async () => lruCache.calculatedSize,
  };
}

function bentocache(): Cache {
  const layer = memoryDriver({ maxItems: maxEntries, maxSize: limitMb * megabyte, serialize: true });
  const bento = new BentoCache({ default: "memory", stores: { memory: bentostore().useL1Layer(layer) } });
  return {
    set: (key, value) => bento.set({ key, value }),
    has: (key) => bento.has({ key }),
    reportedBytes: async () => undefined,
  };
}

/** Bytes in the heap and beside it, after garbage collection. */
function held(): number {
  for (let times = 0; times < 4; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function keyOf(index: number): string {
  return `user:describe:user-${index}`;
}

/** As it comes from the wire: nothing is shared with another value. */
function valueOf(index: number): object {
  if (what === "users") return userOf(index);
  return { Users: Array.from({ length: 100 }, (_, user) => userOf(index * 100 + user)) };
}

function userOf(index: number): object {
  const text = JSON.stringify(sampleUser(keyOf(index)));
  return JSON.parse(text.replaceAll(/[Aa]da(?=[.@ "])/g, (ada) => `${ada}${index}`)) as object;
}
