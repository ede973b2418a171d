import { contest, type Row } from "./contest.ts";
import { calling, openMemoryCaches } from "./memory-caches.ts";
import { sampleUser } from "./sample-user.ts";

/** A get of what is not there, in memory. */
export async function memoryMisses(): Promise<Row[]> {
  const caches = await openMemoryCaches();
  return contest(
    caches.map((cache) => calling(cache.name, "user", (key) => cache.get(key))),
    20_000,
  );
}

/** A set of a user of some 250 bytes, in memory. Ours is an invalidation of what the key stood for besides. */
export async function memorySets(): Promise<Row[]> {
  const caches = await openMemoryCaches();
  return contest(
    caches.map((cache) => calling(cache.name, "user", (key) => cache.set(key, sampleUser(key)))),
    10_000,
  );
}
