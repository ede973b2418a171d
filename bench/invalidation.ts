import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CacheManager, type StorageConfiguration } from "@awsideman/cache-core";
import { contest, type Contender, type Row } from "./contest.ts";

const sizes = [1_000, 1_000_000];

/** `invalidate("user:list:*")` among a thousand and a million entries, in memory. */
export async function invalidationInMemory(): Promise<Row[]> {
  const config = { maxSizeMb: 4_096, maxEntries: 2_000_000 };
  const caches = await Promise.all(sizes.map((size) => filled(size, { backend: "memory", config })));
  return contest(
    caches.map(({ contender }) => contender),
    20_000,
  );
}

/** The same on disk, where each is on stable storage before it returns. */
export async function invalidationOnDisk(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-bench-"));
  try {
    const caches = [];
    for (const size of sizes) {
      const config = { cacheDir: join(folder, String(size)), maxSizeMb: 4_096 };
      caches.push(await filled(size, { backend: "disk", config }));
    }
    const rows = await contest(
      caches.map(({ contender }) => contender),
      200,
    );
    await Promise.all(caches.map(({ cache }) => cache.close()));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function filled(
  size: number,
  storage: StorageConfiguration,
): Promise<{ readonly cache: CacheManager; readonly contender: Contender }> {
  const cache = new CacheManager({ defaultTtl: Infinity });
  await cache.configureStorage(storage);
  for (let index = 0; index < size; index++) {
    // Half of them are what is invalidated.
    const key = index % 2 === 0 ? `user:describe:user-${index}` : `user:list:page-${index}`;
    await cache.getOrLoad(key, () => ({ index }));
  }
  const { totalEntries } = await cache.getStats();
  if (totalEntries !== size) throw new Error(`There are ${totalEntries} entries, not ${size}`);
  const contender = {
    name: `user:list:* among ${size.toLocaleString("en")} entries`,
    async run(count: number) {
      for (let index = 0; index < count; index++) await cache.invalidate("user:list:*");
    },
  };
  return { cache, contender };
}
