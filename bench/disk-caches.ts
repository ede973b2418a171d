import { deepStrictEqual } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";

/** A cache on disk, as its users meet it. */
export interface DiskCache {
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
  [rawName]: openRaw,
  awsideman: openOurs,
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
async function openRaw(folder: string): Promise<DiskCache> {
  const [{ DatabaseSync }, { Packr }] = await Promise.all([import("node:sqlite"), import("msgpackr/pack")]);
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(path.join(folder, "raw.sqlite"), { timeout: 5_000 });
  database.exec("pragma journal_mode = wal; pragma synchronous = normal");
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

async function openOurs(folder: string): Promise<DiskCache> {
  const { CacheManager } = await import("@awsideman/cache-core");
  const cache = new CacheManager({ storage: { backend: "disk", config: { cacheDir: folder } } });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
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
