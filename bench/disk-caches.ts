import { deepStrictEqual } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { CacheManager } from "@awsideman/cache-core";

/** A cache on disk, as its users meet it. */
export interface DiskCache {
  /** Whether `set` stores only what is not there yet. */
  readonly loads?: boolean;
  get(key: string): unknown;
  set(key: string, value: object): unknown;
  delete(key: string): unknown;
  close(): unknown;
}

export const rawName = "node:sqlite, get and decode";

/**
 * Opens a cache of a kind in a folder. What it needs is imported only then, so that opening can be timed in a new
 * process.
 */
export const diskCaches: Readonly<Record<string, (folder: string) => Promise<DiskCache>>> = {
  [rawName]: (folder) => openRaw(folder, "normal"),
  "node:sqlite, every write synced": (folder) => openRaw(folder, "full"),
  awsideman: openOurs,
  "awsideman, load and store": openLoading,
  "bentocache, files": openBentocache,
  "keyv, sqlite": openKeyv,
  cacache: openCacache,
};

/** @throws AssertionError when what was set is not what is got, or is got when it was deleted */
export async function checkDiskCache(cache: DiskCache, key: string, value: object): Promise<void> {
  await cache.set(key, value);
  deepStrictEqual(await cache.get(key), value);
  await cache.delete(key);
  deepStrictEqual(await cache.get(key), undefined);
}

/** The yardstick: a table of keys and values, no expiry, no rule, no checks. */
async function openRaw(folder: string, synchronous: "normal" | "full"): Promise<DiskCache> {
  const [{ DatabaseSync }, { Packr }] = await Promise.all([import("node:sqlite"), import("msgpackr/pack")]);
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(path.join(folder, "raw.sqlite"), { timeout: 5_000 });
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}`);
  database.exec("create table if not exists entry(id text primary key, value blob not null) strict");
  const packr = new Packr({ useRecords: true });
  const select = database.prepare("select value from entry where id = ?");
  const replace = database.prepare("insert or replace into entry values (?, ?)");
  const remove = database.prepare("delete from entry where id = ?");
  return {
    get: (key) => {
      const row = select.get(key);
      return row === undefined ? undefined : (packr.unpack(row["value"] as Uint8Array) as unknown);
    },
    set: (key, value) => replace.run(key, packr.pack(value)),
    delete: (key) => remove.run(key),
    close: () => database.close(),
  };
}

/** Open when this resolves: a cache that is opened by its first read answers without the disk when that takes long. */
async function openManager(cacheDir: string): Promise<CacheManager> {
  const core = await import("@awsideman/cache-core");
  const cache = new core.CacheManager();
  await cache.configureStorage({ backend: "disk", config: { cacheDir } });
  return cache;
}

async function openOurs(folder: string): Promise<DiskCache> {
  const cache = await openManager(folder);
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    delete: (key) => cache.delete(key),
    close: () => cache.close(),
  };
}

/** What is loaded need not survive a power cut, and invalidates nothing: as the sets of all the others. */
async function openLoading(folder: string): Promise<DiskCache> {
  const cache = await openManager(folder);
  return {
    loads: true,
    get: (key) => cache.get(key),
    set: (key, value) => cache.getOrLoad(key, () => value),
    delete: (key) => cache.delete(key),
    close: () => cache.close(),
  };
}

async function openBentocache(folder: string): Promise<DiskCache> {
  const { BentoCache, bentostore } = await import("bentocache");
  const { fileDriver } = await import("bentocache/drivers/file");
  const store = bentostore().useL2Layer(fileDriver({ directory: folder, pruneInterval: false }));
  const cache = new BentoCache({ default: "disk", stores: { disk: store }, ttl: "15m" });
  return {
    get: (key) => cache.get({ key }),
    set: (key, value) => cache.set({ key, value }),
    delete: (key) => cache.delete({ key }),
    close: () => cache.disconnectAll(),
  };
}

async function openKeyv(folder: string): Promise<DiskCache> {
  const [{ Keyv }, { KeyvSqlite }] = await Promise.all([import("keyv"), import("@keyv/sqlite")]);
  mkdirSync(folder, { recursive: true });
  const uri = `sqlite://${path.join(folder, "keyv.sqlite")}`;
  const store = new KeyvSqlite({ uri, wal: true, busyTimeout: 5_000, driver: "node:sqlite" });
  const cache = new Keyv({ store, ttl: 900_000, throwOnErrors: true });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    delete: (key) => cache.delete(key),
    close: () => cache.disconnect(),
  };
}

async function openCacache(folder: string): Promise<DiskCache> {
  const { default: cacache } = await import("cacache");
  return {
    async get(key) {
      try {
        return JSON.parse((await cacache.get(folder, key)).data.toString()) as unknown;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    set: (key, value) => cacache.put(folder, key, JSON.stringify(value)),
    delete: (key) => cacache.rm.entry(folder, key),
    close: () => {},
  };
}
