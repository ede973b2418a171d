import path from "node:path";
import { sample, type Row, type SampledContender } from "./contest.ts";
import { checkDiskCache, diskCaches, type DiskCache } from "./disk-caches.ts";
import { sampleUser } from "./sample-user.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const keys = Array.from({ length: 1_000 }, (_, index) => `user:describe:user-${index}`);

/**
 * A user of some 250 bytes, got from the disk and decoded, among a thousand. To set them is a thousand invalidations, so
 * that each hit has to look at its tags; where they were loaded, nothing was invalidated since.
 */
export async function diskHits(): Promise<Row[]> {
  return withDiskCaches(async (caches) => {
    for (const cache of caches.values()) for (const key of keys) await cache.set(key, sampleUser(key));
    const contenders = [...caches].map(([name, cache]) =>
      turning(name, async (key) => {
        if ((await cache.get(key)) === undefined) throw new Error(`${name}: ${key} is not there`);
      }),
    );
    return sample(contenders, 300);
  });
}

/**
 * Setting a user that is not there yet. Ours is an invalidation besides, and on stable storage before it returns, which
 * no other is; what it is fairly compared with is what happens to a value that was loaded.
 */
export async function diskSets(): Promise<Row[]> {
  return withDiskCaches(async (caches) => {
    const contenders = [...caches].map(([name, cache]) =>
      counting(name, (key) => cache.set(key, sampleUser(key))),
    );
    return sample(contenders, 100);
  });
}

/** One key after the other, over and over. */
function turning(name: string, call: (key: string) => unknown): SampledContender {
  let next = 0;
  return { name, call: () => call(keys[next++ % keys.length] as string) };
}

/** A new key every time. */
function counting(name: string, call: (key: string) => unknown): SampledContender {
  let next = 0;
  return { name, call: () => call(`user:describe:new-${next++}`) };
}

async function withDiskCaches(
  action: (caches: ReadonlyMap<string, DiskCache>) => Promise<Row[]>,
): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const caches = new Map<string, DiskCache>();
    for (const [index, [name, open]] of Object.entries(diskCaches).entries()) {
      const cache = await open(path.join(folder, String(index)));
      await checkDiskCache(cache, "user:describe:check", sampleUser("check"));
      caches.set(name, cache);
    }
    try {
      return await action(caches);
    } finally {
      for (const cache of caches.values()) await cache.close();
    }
  });
}
