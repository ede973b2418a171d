import { CacheManager } from "@awsideman/cache-core";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { contest, type Contender, type Row } from "./contest.ts";
import { calling } from "./memory-caches.ts";
import { sampleUser } from "./sample-user.ts";

/** Gets a user with these tags, loading it where it is not there. */
type GetOrLoad = (key: string, tags: readonly string[]) => Promise<unknown>;

type Load = (key: string) => object;

const counts: readonly number[] = [0, 1, 5, 50];

/** A hit by get-or-load of what has so many tags, in memory and by reference: how long looking at the tags takes. */
export async function tagHits(): Promise<Row[]> {
  const contenders: Contender[] = [];
  let loads = 0;
  const load: Load = (key) => {
    loads++;
    return sampleUser(key);
  };
  for (const count of counts) {
    const tags = tagsFor(count);
    const [quiet, busy, bento] = [ours(load), ours(load), bentocache(load)];
    const caches = [
      [`awsideman, ${count} tags`, quiet.getOrLoad],
      // Until then a stamp is the ledger's position, and no tag has to be looked at.
      [`awsideman, ${count} tags, other things invalidated since`, busy.getOrLoad],
      [`bentocache, ${count} tags`, bento],
    ] as const;
    for (const [name, getOrLoad] of caches) {
      const contender = calling(name, "user", (key) => getOrLoad(key, tags));
      await contender.run(10_000);
      contenders.push(contender);
    }
    await busy.cache.invalidate("group:g-1");
  }
  const rows = await contest(contenders, 10_000);
  if (loads !== contenders.length * 10_000) throw new Error(`What should hit was loaded ${loads} times`);
  return rows;
}

/** The same for what is not there yet: loaded and stored. */
export async function tagLoads(): Promise<Row[]> {
  const contenders = counts.flatMap((count) => {
    const tags = tagsFor(count);
    return [
      loading(`awsideman, ${count} tags`, tags, ours(sampleUser).getOrLoad),
      loading(`bentocache, ${count} tags`, tags, bentocache(sampleUser)),
    ];
  });
  return contest(contenders, 2_000);
}

/** A new key every time. */
function loading(name: string, tags: readonly string[], getOrLoad: GetOrLoad): Contender {
  let next = 0;
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index++) await getOrLoad(`user:describe:new-${next++}`, tags);
    },
  };
}

function ours(load: Load): { readonly cache: CacheManager; readonly getOrLoad: GetOrLoad } {
  const cache = new CacheManager({ storage: { backend: "memory", config: { copy: false } } });
  return { cache, getOrLoad: (key, tags) => cache.getOrLoad(key, () => load(key), { tags }) };
}

function bentocache(load: Load): GetOrLoad {
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: 100_000, serialize: false }));
  const cache = new BentoCache({ default: "memory", stores: { memory: store }, ttl: 600_000 });
  return (key, tags) => cache.getOrSet({ key, tags: [...tags], factory: () => load(key) });
}

function tagsFor(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `group-members:g-${index}`);
}
