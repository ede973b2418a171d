import { readdirSync } from "node:fs";
import path from "node:path";
import { CacheManager } from "@awsideman/cache-core";
import { openDiskStorage, type DiskStorageConfig } from "@awsideman/storage-disk";
import { openDatabase, transaction } from "../packages/storage-disk/src/database.ts";
import { EntryTable, toFill, type Fill } from "../packages/storage-disk/src/entry-table.ts";

const entriesAtOnce = 20_000;
const pages = 2 ** 30;

/** Fills a cache on disk with many entries in a few transactions: one by one, a million would take minutes. */
export async function fillDisk(
  config: DiskStorageConfig & { readonly cacheDir: string },
  keys: Iterable<string>,
): Promise<void> {
  const cache = new CacheManager({ defaultTtl: Infinity });
  const fills: Fill[] = [];
  let epoch = "";
  cache.registerBackend("filling", async (_, context) => {
    const storage = await openDiskStorage(config, context);
    ({ epoch } = await storage.stamp());
    storage.write = (entry) => {
      fills.push(toFill(entry));
      return { outcome: "stored", at: entry.stamp };
    };
    return storage;
  });
  await cache.configureStorage({ backend: "filling" });

  const database = openDatabase(databaseIn(config.cacheDir), epoch, pages);
  const table = new EntryTable(database, epoch);
  const flush = (): void => {
    transaction(database, "relaxed", () => {
      for (const fill of fills.splice(0)) table.replace(fill);
    });
  };
  for (const key of keys) {
    await cache.getOrLoad(key, () => ({ key }));
    if (fills.length >= entriesAtOnce) flush();
  }
  flush();
  database.close();
  await cache.close();
}

function databaseIn(folder: string): string {
  const [name, ...others] = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((file) =>
    /\.(sqlite|db)$/.test(file),
  );
  if (name === undefined || others.length > 0) throw new Error(`There is not one database in ${folder}`);
  return path.join(folder, name);
}
