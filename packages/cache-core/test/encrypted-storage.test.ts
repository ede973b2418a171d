import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { entryOf, fill, keyOf, look, SharedStore } from "./support/encrypted.ts";
import { bound } from "./support/late-storage.ts";

interface Kept {
  tags: string[];
  payload: Uint8Array;
  expiresAt: number;
  staleUntil: number;
  time: number;
}

/** The one entry that is no register. */
function keptIn({ map }: SharedStore, index = 0): Kept {
  return [...map].filter(([id]) => !id.startsWith("~"))[index]?.[1] as Kept;
}

const names = ["org-1", "caller", "user", "describe", "u-1", "u-7", "secret"];

describe("an encrypted storage", () => {
  test("tells why something is not served, and changes nothing by it, however often", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    const entry = entryOf("user:describe:u-1", "secret", await storage.stamp());
    await storage.write(entry);
    const { tags, id } = entry;
    await storage.invalidate({ tags, patterns: [], cause: "DeleteUser" });
    for (let count = 0; count < 2; count++) {
      const seen = await storage.examine?.(id, tags);
      expect(seen).toMatchObject({ entry: { id }, steps: [{ cause: "DeleteUser" }] });
    }
  });

  test("gives back what was put into it, tags included", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    const entry = entryOf("user:describe:u-1", "secret", await storage.stamp());
    expect((await storage.write(entry)).outcome).toBe("stored");
    expect(await storage.read(entry.id)).toMatchObject({ state: "hit", entry });
    expect(await storage.readMany([entry.id, "b"])).toMatchObject([
      { state: "hit", entry },
      { state: "miss" },
    ]);
    expect(await Array.fromAsync(storage.entries())).toMatchObject([{ id: entry.id, tags: entry.tags }]);
    expect(await storage.usage()).toMatchObject({ entries: 1 });
    expect(store.events).toEqual([]);
  });

  test("lets the storage see no name, and no value", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    await fill(storage, "user:describe:u-1", "secret");
    const seen = [...store.map].map(([id, record]) => {
      const { payload, ...rest } = record as Kept;
      return `${id} ${JSON.stringify(rest)} ${Buffer.from(payload).toString("latin1")}`;
    });
    expect(seen).toHaveLength(2);
    expect(names.filter((name) => seen.join(" ").includes(name))).toEqual([]);
  });

  test.each([
    ["a tag", { tags: ["org-1|user:u-7"], patterns: [] }, ["group:list"]],
    ["a prefix", { tags: ["org-1|user"], patterns: [] }, ["group:list"]],
    [
      "an exact tag",
      { tags: ["=org-1|user:describe:u-1"], patterns: [] },
      ["group:list", "user:describe:u-2"],
    ],
    ["the root", { tags: ["org-1|*"], patterns: [] }, []],
    ["another namespace's root", { tags: ["org-2|*"], patterns: [] }, ["all"]],
    ["a pattern", { tags: [], patterns: ["org-1|user:*:u-1"] }, ["group:list", "user:describe:u-2"]],
    [
      "a part of a segment",
      { tags: [], patterns: ["org-1|user:desc*:u-1"] },
      ["group:list", "user:describe:u-2"],
    ],
    ["another namespace's pattern", { tags: [], patterns: ["org-2|user:*:u-1"] }, ["all"]],
    ["everything", { tags: [], patterns: [], everything: true }, []],
  ])("%s concerns what it should", async (_, invalidation, left: readonly string[]) => {
    const keys = ["group:list", "user:describe:u-1", "user:describe:u-2"];
    const store = new SharedStore();
    const storage = await store.open("a");
    for (const key of keys) {
      const entry = entryOf(key, key, await storage.stamp());
      // What a user is part of depends on him.
      const tags = key === "user:describe:u-2" || key === "group:list" ? entry.tags.slice(0, -1) : entry.tags;
      await storage.write({ ...entry, tags });
    }
    await storage.invalidate(invalidation);
    const found = await Promise.all(keys.map((key) => look(storage, key)));
    const isLeft = (key: string): boolean => left.includes(key) || left.includes("all");
    const others = invalidation.tags[0] === "org-1|user:u-7" ? ["user:describe:u-2"] : [];
    expect(found.filter((key) => key !== undefined)).toEqual(
      keys.filter((key) => isLeft(key) || others.includes(key)),
    );
  });

  test("B23: whatever is changed about an entry, it is a miss, and an event", async () => {
    const damages: readonly ((kept: Kept, other: Kept) => void)[] = [
      ...[0, 8, 20, 22, 30, 41].map((at) => (kept: Kept) => {
        kept.payload = kept.payload.with(at, (kept.payload[at] as number) ^ 1);
      }),
      (kept, other) => (kept.payload = other.payload),
      (kept, other) => Object.assign(kept, other),
      (kept) => (kept.payload = kept.payload.slice(0, -1)),
      (kept) => (kept.payload = kept.payload.slice(0, 20)),
      (kept) => (kept.payload = new Uint8Array(0)),
      (kept) => (kept.expiresAt = 9e14),
      (kept) => (kept.staleUntil = 9e14),
      (kept) => (kept.time -= 1),
      (kept) => (kept.tags = kept.tags.toSpliced(1, 1)),
      (kept) => (kept.tags = kept.tags.slice(0, -1)),
    ];
    for (const [index, damage] of damages.entries()) {
      const store = new SharedStore();
      const storage = await store.open("a");
      await fill(storage, "user:describe:u-1", "secret");
      await fill(storage, "user:describe:u-2", "other secret");
      damage(keptIn(store), keptIn(store, 1));
      expect(await look(storage, "user:describe:u-1"), `damage ${index}`).toBeUndefined();
      expect(store.events, `damage ${index}`).toHaveLength(1);
      await Array.fromAsync(storage.entries());
      // The next fill takes its place.
      await fill(storage, "user:describe:u-1", "again");
      expect(await look(storage, "user:describe:u-1"), `damage ${index}`).toBe("again");
    }
  });

  test("the same key of another namespace, or caller, is another entry", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    await fill(storage, "user:describe:u-1", "secret");
    const kept = keptIn(store);
    const [id] = [...store.map.keys()].filter((key) => !key.startsWith("~"));
    const elsewhere = entryOf("user:describe:u-1", "elsewhere", await storage.stamp());
    await storage.write({ ...elsewhere, id: "org-2|caller|user:describe:u-1" });
    const other = [...store.map.keys()].find((key) => !key.startsWith("~") && key !== id) as string;
    store.map.set(other, kept);
    expect((await storage.read("org-2|caller|user:describe:u-1")).state).toBe("miss");
    expect(store.events).toMatchObject([
      { type: "storage-recovered", cause: { code: "CACHE_ENTRY_NOT_AUTHENTIC" } },
    ]);
  });

  test("no two writes of the same value look the same", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    await fill(storage, "user:describe:u-1", "secret");
    const first = Buffer.from(keptIn(store).payload).toString("hex");
    await fill(storage, "user:describe:u-1", "secret");
    expect(Buffer.from(keptIn(store).payload).toString("hex")).not.toBe(first);
  });

  test("shows no key to who prints it", async () => {
    const key = keyOf("a");
    const storage = await new SharedStore().open("a");
    const shown = inspect([key, storage], { depth: null, showHidden: true }) + JSON.stringify([key, storage]);
    for (const form of ["hex", "base64", "latin1"] as const)
      expect(shown).not.toContain(Buffer.alloc(8, "a").toString(form).slice(0, 8));
  });
});

describe("without a key", () => {
  test("nothing is read or stored, and what is invalidated is everything", async () => {
    const store = new SharedStore();
    const [owner, none] = [await store.open("a"), await store.open("")];
    await fill(owner, "user:describe:u-1", "secret");
    expect(await look(none, "user:describe:u-1")).toBeUndefined();
    expect(await fill(none, "user:describe:u-2", "x")).toBe("dropped");
    expect(await Array.fromAsync(none.entries())).toEqual([]);
    expect(await none.condition()).toEqual({ state: "locked", reason: "there is no usable key for it" });
    expect(await look(owner, "user:describe:u-1")).toBe("secret");
    await none.invalidate({ tags: ["org-1|group"], patterns: [] });
    expect(await look(owner, "user:describe:u-1")).toBeUndefined();
    expect(await fill(owner, "user:describe:u-1", "secret")).toBe("stored");
  });
});

describe("with another's key", () => {
  test("nothing is read or stored, one event says so, and the owner hears of what is invalidated", async () => {
    const store = new SharedStore();
    const owner = await store.open("a");
    await fill(owner, "user:describe:u-1", "secret");
    const other = await store.open("b");
    for (let time = 0; time < 3; time++) {
      expect(await look(other, "user:describe:u-1")).toBeUndefined();
      expect(await fill(other, "user:describe:u-1", "x")).toBe("dropped");
    }
    expect(store.events).toMatchObject([{ type: "storage-locked", cause: { code: "CACHE_KEY_WRONG" } }]);
    expect(inspect(store.events)).toContain("with another key");
    expect(await other.condition()).toEqual({
      state: "locked",
      reason: "it is encrypted with another key",
    });
    expect(await owner.condition()).toEqual({ state: "good" });
    expect(await look(owner, "user:describe:u-1")).toBe("secret");
    await other.invalidate({ tags: ["org-1|user:u-7"], patterns: [] });
    expect(await look(owner, "user:describe:u-1")).toBeUndefined();
    expect(await fill(owner, "user:describe:u-1", "secret")).toBe("stored");
  });

  test("a write that he begins keeps out what is loaded meanwhile, until he ends it", async () => {
    const store = new SharedStore();
    const [owner, other] = [await store.open("a"), await store.open("b")];
    await other.invalidate({ tags: ["org-1|user"], patterns: [], open: { operation: "o", lease: 60_000 } });
    expect(await fill(owner, "user:describe:u-1", "x")).toBe("fenced");
    await other.invalidate({ tags: ["org-1|user"], patterns: [], close: "o" });
    expect(await fill(owner, "user:describe:u-1", "x")).toBe("stored");
  });

  test("he may clear all of it, and then it is his, when all that was marked has ended", async () => {
    const store = new SharedStore();
    const owner = await store.open("a");
    await fill(owner, "user:describe:u-1", "secret");
    const other = await store.open("b");
    await other.clear({ tags: [], patterns: [], everything: true });
    expect(await look(owner, "user:describe:u-1")).toBeUndefined();
    expect(await fill(other, "user:describe:u-1", "x")).toBe("fenced");
    store.clock.jump(store.clock.now() + 15 * 60_000);
    expect(await fill(other, "user:describe:u-1", "x")).toBe("stored");
    // And the one before is locked out, whatever he knew.
    expect(await fill(owner, "user:describe:u-1", "y")).toBe("dropped");
    expect(await look(owner, "user:describe:u-1")).toBeUndefined();
    await owner.invalidate({ tags: ["org-1|user"], patterns: [] });
    expect(await look(other, "user:describe:u-1")).toBeUndefined();
  });
});

describe("a rotation", () => {
  test("leaves what was stored readable, until the old key is dropped", async () => {
    const store = new SharedStore();
    await fill(await store.open("a"), "user:describe:u-1", "old");
    const both = await store.open("ba");
    expect(await look(both, "user:describe:u-1")).toBe("old");
    expect(await fill(both, "user:describe:u-2", "new")).toBe("stored");
    // What is new cannot be read with the old key.
    const old = await store.open("a");
    for (let time = 0; time < 3; time++) expect(await look(old, "user:describe:u-2")).toBeUndefined();
    expect(store.events).toMatchObject([{ type: "storage-trouble" }]);
    expect(inspect(store.events)).toContain(keyOf("b").id);
    // Those who know both go on, whoever drops the old key first.
    const after = await store.open("b");
    store.clock.jump(store.clock.now() + 15 * 60_000);
    expect(await fill(after, "user:describe:u-1", "newest")).toBe("stored");
    expect(await fill(both, "user:describe:u-2", "newest")).toBe("stored");
    expect(await look(after, "user:describe:u-2")).toBe("newest");
    expect(await look(both, "user:describe:u-1")).toBe("newest");
    // Who has the old one only has come too late.
    expect(await fill(old, "user:describe:u-1", "old")).toBe("dropped");
  });

  test.each([
    ["the old key and both", "a", "ba"],
    ["both, in either order", "ab", "ba"],
    ["both and the new key", "ba", "b"],
    ["the old and the new key", "a", "b"],
    ["a key and none", "a", ""],
  ])("%s: neither misses what the other invalidates", async (_, one, other) => {
    const store = new SharedStore();
    const storages = [await store.open(one), await store.open("ba"), await store.open(other)];
    store.clock.jump(store.clock.now() + 15 * 60_000);
    for (const reader of storages) {
      for (const writer of storages) {
        for (const key of ["user:describe:u-1", "user:describe:u-2"]) await fill(reader, key, "before");
        await writer.invalidate({ tags: ["=org-1|user:describe:u-1"], patterns: [] });
        expect(await look(reader, "user:describe:u-1")).toBeUndefined();
      }
    }
  });

  test("what the storage has lost of its register, those who know it put back, and lose nothing", async () => {
    const store = new SharedStore();
    const storage = await store.open("a");
    await fill(storage, "user:describe:u-1", "secret");
    store.map.delete("~keys");
    expect(await fill(storage, "user:describe:u-2", "secret")).toBe("stored");
    expect(await look(storage, "user:describe:u-1")).toBe("secret");
    expect(store.map.has("~keys")).toBe(true);
  });
});

describe("when the storage becomes somebody else's", () => {
  const tags = ["org-1|user"];
  const key = "user:describe:u-1";
  const later = ({ clock }: SharedStore): void => clock.jump(clock.now() + 15 * 60_000);

  test("he hears of what is invalidated by who has not noticed", async () => {
    const store = new SharedStore();
    const old = await store.open("a");
    await store.open("ba");
    const after = await store.open("b");
    later(store);
    expect(await fill(after, key, "x")).toBe("stored");
    await old.invalidate({ tags: ["org-1|something else"], patterns: [] });
    expect(await look(after, key)).toBeUndefined();
  });

  test("what was marked by the names of before is nothing that he stores", async () => {
    const store = new SharedStore();
    const both = await store.open("ba");
    await store.bare.invalidate({ tags: ["a beginning"], patterns: [] });
    await both.invalidate({ tags, patterns: [], open: { operation: "o", lease: 60_000 } });
    const after = await store.open("b");
    expect(await fill(after, key, "x")).toBe("fenced");
    later(store);
    expect(await fill(after, key, "x")).toBe("stored");
  });

  test("an operation of before that ends late invalidates what it was on, whatever its name", async () => {
    const store = new SharedStore();
    const both = await store.open("ba");
    await both.invalidate({ tags, patterns: [], open: { operation: "o", lease: 20 * 60_000 } });
    const after = await store.open("b");
    later(store);
    expect(await fill(after, key, "x")).toBe("stored");
    await after.invalidate({ tags: [], patterns: [], close: "o" });
    expect(await look(after, key)).toBeUndefined();
  });

  test("what is on its way by the names of before is fenced, however long it takes to become his", async () => {
    const store = new SharedStore();
    const both = await store.open("ba");
    await both.invalidate({ tags: ["org-1|anything"], patterns: [] });
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const slow = await store.open("ba", {
      ...bound(store.bare),
      async write(entry, supersedes) {
        arrived.resolve();
        await released.promise;
        return store.bare.write(entry, supersedes);
      },
    });
    let filled: string | undefined;
    await store.open("b", {
      ...bound(store.bare),
      async write(entry, supersedes) {
        // What it has just recorded keeps nothing out any more.
        store.clock.jump(store.clock.now() + 16 * 60_000);
        const filling = fill(slow, key, "x");
        await arrived.promise;
        const verdict = await store.bare.write(entry, supersedes);
        released.resolve();
        filled = await filling;
        return verdict;
      },
    });
    expect(filled).toBe("fenced");
  });

  test("and the register is lost, the one before does not take it for his own", async () => {
    const store = new SharedStore();
    const first = await store.open("a");
    await fill(first, key, "x");
    store.map.delete("~keys");
    const second = await store.open("c");
    later(store);
    expect(await fill(second, key, "y")).toBe("stored");
    store.map.delete("~keys");
    await fill(first, key, "z");
    await first.invalidate({ tags, patterns: [] });
    expect(await look(second, key)).toBeUndefined();
  });
});
