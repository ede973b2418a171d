import { mapBounded } from "./map-bounded.ts";

/** What AWS tells of by lists, and one by one. */
export interface Collection<Item> {
  /** The whole list. Every page that is not in the cache is a call. */
  pages(): AsyncIterable<{ readonly items: readonly Item[]; readonly isCached: boolean }>;
  /** Whether the list is in the cache, or its beginning at least. */
  isListed(): Promise<boolean>;
  /** Whether the answer about this one is in the cache. */
  isKnown(id: string): Promise<boolean>;
  /** Resolves with undefined for what is not there, or not any more. */
  describe(id: string): Promise<Item | undefined>;
  idOf(item: Item): string | undefined;
}

/** So few are asked for one by one, unless the list is in the cache. */
const few = 10;

/**
 * Finds things by their identifiers in few calls: from the list, as long as that is no dearer than to ask for each that is
 * missing. It never takes more than twice the calls of the cheaper way, which nobody can know before, since nobody knows how
 * long the list is.
 * @returns those that are there, by identifier
 */
export async function findMany<Item>(
  ids: Iterable<string>,
  collection: Collection<Item>,
): Promise<ReadonlyMap<string, Item>> {
  const wanted = new Set(ids);
  const missing = new Set<string>();
  await mapBounded([...wanted], async (id) => {
    if (!(await collection.isKnown(id))) missing.add(id);
  });
  const found = new Map<string, Item>();
  if (missing.size > few || (missing.size > 0 && (await collection.isListed()))) {
    let calls = 0;
    for await (const { items, isCached } of collection.pages()) {
      if (!isCached) calls++;
      for (const item of items) {
        const id = collection.idOf(item);
        if (id === undefined || !wanted.has(id)) continue;
        found.set(id, item);
        missing.delete(id);
      }
      if (calls >= missing.size) break;
    }
  }
  // Also those that were in no list: one that was made just now is in none that was kept before.
  await mapBounded(
    [...wanted].filter((id) => !found.has(id)),
    async (id) => {
      const item = await collection.describe(id);
      if (item !== undefined) found.set(id, item);
    },
  );
  return found;
}

/** Looks for something in the list, as far as that is in the cache, in one call at most; undefined when it is not there. */
export async function findCached<Item>(
  collection: Pick<Collection<Item>, "pages" | "isListed">,
  isWanted: (item: Item) => boolean,
): Promise<Item | undefined> {
  if (!(await collection.isListed())) return undefined;
  for await (const { items, isCached } of collection.pages()) {
    const found = items.find(isWanted);
    if (found !== undefined || !isCached) return found;
  }
  return undefined;
}
