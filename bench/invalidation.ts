import path from "node:path";
import { CacheManager } from "@awsideman/cache-core";
import { median, sample, type Row } from "./contest.ts";
import { fillDisk } from "./fill-disk.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const rounds = 9;
const large = 1_000_000;
const small = 1_000;

interface Contender {
  readonly name: string;
  readonly cache: CacheManager;
  readonly covered: number;
}

/** What covers so many keys is there once for each round, so that each round has an invalidation that is the first of them. */
const keyOf = (covered: number, round: number, index: number): string =>
  `member:list-${covered}-${round}:m-${index}`;

/**
 * `invalidate("member:list-7:*")`, in memory: it must not matter how many keys that is, among how many, or whether they
 * were still valid. There are few first times: they show the order of magnitude, the others are what is compared.
 */
export async function invalidationInMemory(): Promise<Row[]> {
  const config = { maxSizeMb: 4_096, maxEntries: 2_000_000 };
  const open = async (size: number, coverage: readonly number[]): Promise<CacheManager> => {
    const cache = new CacheManager({ defaultTtl: Infinity, storage: { backend: "memory", config } });
    for (const key of keysFor(size, coverage)) await cache.getOrLoad(key, () => ({ key }));
    return cache;
  };
  return compare(await open(small, [1]), await open(large, [1, 1_000, 100_000]), 2_000);
}

/** The same on disk, where each is on stable storage before it returns. */
export async function invalidationOnDisk(): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const open = async (size: number, coverage: readonly number[]): Promise<CacheManager> => {
      const config = { cacheDir: path.join(folder, String(size)), maxSizeMb: 4_096 };
      await fillDisk(config, keysFor(size, coverage));
      return new CacheManager({ storage: { backend: "disk", config } });
    };
    return compare(await open(small, [1]), await open(large, [1, 1_000, 100_000]), 100);
  });
}

function* keysFor(size: number, coverage: readonly number[]): Generator<string> {
  let made = 0;
  for (const covered of coverage)
    for (let round = 0; round < rounds; round++)
      for (let index = 0; index < covered; index++, made++) yield keyOf(covered, round, index);
  for (; made < size; made++) yield `user:describe:user-${made}`;
}

async function compare(few: CacheManager, many: CacheManager, warmUp: number): Promise<Row[]> {
  await expectEntries(few, small);
  await expectEntries(many, large);
  const contenders: readonly Contender[] = [
    { name: "1 key among 1,000", cache: few, covered: 1 },
    { name: "1 key among 1,000,000", cache: many, covered: 1 },
    { name: "1,000 keys among 1,000,000", cache: many, covered: 1_000 },
    { name: "100,000 keys among 1,000,000", cache: many, covered: 100_000 },
  ];
  for (let index = 0; index < warmUp; index++)
    for (const { cache } of contenders) await cache.invalidate(`nobody:list-${index % 100}:*`);
  globalThis.gc?.();

  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (let step = 0; step < contenders.length; step++) {
      const turn = (step + round) % contenders.length;
      times[turn]?.push(await once(contenders[turn] as Contender, round));
    }
  const again = await sample(
    contenders.map(({ name, cache, covered }) => ({
      name,
      call: () => cache.invalidate(`member:list-${covered}-0:*`),
    })),
    20,
  );
  await Promise.all([few.close(), many.close()]);
  const usual = again[0]?.median ?? Number.NaN;
  const first = contenders.map(({ name }, index): Row => {
    const time = median(times[index] ?? []);
    return { name: `${name}, for the first time`, median: time, unit: "us", ratio: time / usual };
  });
  return [...again, ...first];
}

/** Microseconds. @throws Error when what is invalidated was not there, or is afterwards */
async function once({ name, cache, covered }: Contender, round: number): Promise<number> {
  const keys = [keyOf(covered, round, 0), keyOf(covered, round, covered - 1)];
  for (const key of keys) if (!(await cache.has(key))) throw new Error(`${name}: ${key} is not there`);
  const begin = performance.now();
  await cache.invalidate(`member:list-${covered}-${round}:*`);
  const microseconds = (performance.now() - begin) * 1_000;
  for (const key of keys) if (await cache.has(key)) throw new Error(`${name}: ${key} is still there`);
  return microseconds;
}

async function expectEntries(cache: CacheManager, size: number): Promise<void> {
  const { totalEntries } = await cache.getStats();
  if (totalEntries !== size) throw new Error(`There are ${totalEntries} entries, not ${size}`);
}
