import { describe, expect, test } from "vitest";
import { findCached, findMany, type Collection } from "./collection.ts";

interface Thing {
  readonly id: string;
}

interface World {
  readonly collection: Collection<Thing>;
  readonly calls: { pages: number; describes: number };
}

const idsOf = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `t-${from + index}`);

/** So many things, ten of them on a page. */
function world({
  things = 0,
  cachedPages = 0,
  known = [] as readonly string[],
  unlisted = [] as readonly string[],
}): World {
  const calls = { pages: 0, describes: 0 };
  const all = idsOf(things);
  const collection: Collection<Thing> = {
    async *pages() {
      for (let page = 0; page * 10 < things; page++) {
        const isCached = page < cachedPages;
        if (!isCached) calls.pages++;
        yield { items: all.slice(page * 10, page * 10 + 10).map((id) => ({ id })), isCached };
      }
    },
    isListed: async () => cachedPages > 0,
    isKnown: async (id) => known.includes(id),
    async describe(id) {
      if (!known.includes(id)) calls.describes++;
      return all.includes(id) || unlisted.includes(id) ? { id } : undefined;
    },
    idOf: ({ id }) => id,
  };
  return { collection, calls };
}

describe("many are found", () => {
  test.each([
    ["one by one, where they are few", { things: 1000 }, idsOf(10), { pages: 0, describes: 10 }],
    ["in the list, where they are many", { things: 1000 }, idsOf(50), { pages: 5, describes: 0 }],
    [
      "for nothing, where the list is cached",
      { things: 1000, cachedPages: 100 },
      idsOf(1, 999),
      { pages: 0, describes: 0 },
    ],
    [
      "for nothing, where each is cached",
      { things: 1000, known: idsOf(50) },
      idsOf(50),
      { pages: 0, describes: 0 },
    ],
    [
      "in the list, and those who are in none by themselves",
      { things: 100, cachedPages: 10, unlisted: ["new"] },
      ["t-5", "new", "gone"],
      { pages: 0, describes: 2 },
    ],
    ["by no more pages than there are left", { things: 1000 }, idsOf(20, 980), { pages: 20, describes: 20 }],
    ["once each", { things: 1000 }, [...idsOf(5), ...idsOf(5), ...idsOf(5)], { pages: 0, describes: 5 }],
    ["without a call, where there are none", { things: 1000 }, [], { pages: 0, describes: 0 }],
  ])("%s", async (_, options, ids, expected) => {
    const { collection, calls } = world(options);
    const found = await findMany(ids, collection);
    expect([...found.keys()].toSorted()).toEqual([...new Set(ids)].filter((id) => id !== "gone").toSorted());
    for (const [id, item] of found) expect(item.id).toBe(id);
    expect(calls).toEqual(expected);
  });
});

describe("one is found in the list", () => {
  const isLast = ({ id }: Thing): boolean => id === "t-49";

  test.each([
    ["where that is cached", { things: 50, cachedPages: 5 }, true, 0],
    ["where its last page is not", { things: 50, cachedPages: 4 }, true, 1],
    ["not where more than one page is missing", { things: 50, cachedPages: 3 }, false, 1],
    ["not where nothing is cached", { things: 50 }, false, 0],
    ["not where it is not", { things: 40, cachedPages: 4 }, false, 0],
  ])("%s", async (_, options, isFound, pages) => {
    const { collection, calls } = world(options);
    expect((await findCached(collection, isLast)) !== undefined).toBe(isFound);
    expect(calls.pages).toBe(pages);
  });
});
