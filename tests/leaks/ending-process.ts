/*
 * A process that uses a cache in one way, says what is still open, and does nothing to end.
 *
 *     node ending-process.ts <way> <directory>
 */
import { CacheManager, systemClock, type CacheStorage, type Clock } from "@awsideman/cache-core";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage, openMemoryStorage } from "@awsideman/storage-memory";

const [way = "", directory = ""] = process.argv.slice(2);
const never = (): Promise<never> => new Promise(() => undefined);
/** Ten seconds for opening are too long for a test: here everything comes a hundred times sooner. */
const hasty: Clock = {
  ...systemClock,
  after: (milliseconds, action, options) => systemClock.after(milliseconds / 100, action, options),
};
const cache = new CacheManager({
  ...(way === "never open" ? { clock: hasty } : {}),
  ...(way === "never open, but needed" ? { storage: { backend: "never open" } } : {}),
});
cache.registerBackend("memory", createMemoryStorage);
cache.registerBackend("disk", createDiskStorage);
// Everything but what its methods are called hangs.
cache.registerBackend("hung", (_, context): CacheStorage => {
  context.identify?.("hung");
  const { capabilities } = openMemoryStorage({}, context);
  const methods = { read: never, readMany: never, write: never, stamp: never, since: never, usage: never };
  return {
    capabilities,
    ...methods,
    invalidate: never,
    clear: never,
    entries: never as never,
    close: () => undefined,
  };
});
cache.registerBackend("never open", never);

/** Each leaves the cache open, unless it says that it closes it. */
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  memory: () => use({ backend: "memory" }),
  disk: () => use({ backend: "disk", config: { cacheDir: directory } }),
  "memory, closed": async () => {
    await use({ backend: "memory" });
    await cache.close();
  },
  "disk, closed": async () => {
    await use({ backend: "disk", config: { cacheDir: directory } });
    await cache.close();
  },
  hung: () => use({ backend: "hung" }),
  "hung, closed": async () => {
    await use({ backend: "hung" });
    await cache.close();
  },
  "a far tier that hangs": () =>
    use({
      backend: "tiered",
      config: { far: { backend: "hung" }, coherence: "bounded", maxStaleness: 60_000 },
    }),
  "never open, but needed": () => cache.getOrLoad("user:list:all", () => 1),
  "never open": async () => {
    void cache.configureStorage({ backend: "never open" });
    await cache.getOrLoad("user:list:all", () => 1);
    await cache.invalidate("user");
  },
};

async function use(storage: { readonly backend: string; readonly config?: Record<string, unknown> }) {
  await cache.configureStorage({ ...storage, outboxDirectory: `${directory}/outbox` });
  await cache.getOrLoad("user:list:all", async () => 1, { ttl: 60_000 });
  // Begins a refresh in the background.
  await cache.getOrLoad("user:list:all", async () => 2, { refreshAhead: 120_000, staleIfError: 60_000 });
  await cache.set("user:describe:u-1", 1);
  const window = await cache.beginWrite(["user"], 900_000);
  await window.close(5_000);
  await cache.clear("group");
}

await ways[way]?.();
// What is under way but not waited for has its turn. What the outbox still writes is at work and not held: it is over
// when it is over, and if that is never, whoever started this process kills it.
const atWork = (): boolean =>
  process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq") || name === "CloseReq");
do await new Promise((resolve) => setTimeout(resolve, 0));
while (atWork());
process.stdout.write(JSON.stringify(process.getActiveResourcesInfo()));
