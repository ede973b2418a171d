import { CacheManager, fromSimpleStore } from "@awsideman/cache-core";
import { folderStore } from "./folder-store.ts";
import { createStorage } from "./map-storage.ts";

const cache = new CacheManager();

// Anything like a Map is a backend in one line, ...
cache.registerBackend("folder", ({ folder }, context) =>
  fromSimpleStore(folderStore(folder as string), context),
);
// ... and so is a storage that implements the whole contract itself.
cache.registerBackend("map", createStorage);

const source = new Map<string, string>();
const readUser = (id: string): Promise<string | undefined> =>
  cache.getOrLoad(`user:describe:${id}`, () => source.get(id));

for (const storage of [
  { backend: "folder", config: { folder: process.env["CACHE_FOLDER"] } },
  { backend: "map", config: { maxEntries: 100 } },
]) {
  await cache.configureStorage(storage);
  await cache.set("user:describe:u-1", "Ada");
  source.set("u-1", "Grace");
  const before = await readUser("u-1"); // "Ada", from the cache
  await cache.invalidateForOperation("update", "user", "u-1");
  console.log(storage.backend, before, await readUser("u-1")); // "Grace"
}
await cache.close();
