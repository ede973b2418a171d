import { CacheManager, type KeyExplanation, type MissReason } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Places, type Kind } from "./storages.ts";

const places = new Places();
beforeAll(() => places.begin(), 200_000);
afterAll(() => places.end());

const key = "user:describe:u-1";
const tags = ["user:u-1"];

/** Any number of caches on one store, as processes have them, and one clock. */
class Caches {
  readonly clock = new FakeClock();
  readonly store = crypto.randomUUID();
  readonly #kind: Kind;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  async open(enabled = true): Promise<CacheManager> {
    const cache = new CacheManager({ clock: this.clock, namespace: "n", caller: "me", enabled });
    cache.registerBackend("mine", (_, context) =>
      this.#kind.open(this.store, { ...context, clock: this.clock }),
    );
    await cache.configureStorage({ backend: "mine", config: {} });
    onTestFinished(() => cache.close());
    return cache;
  }
}

async function fill(cache: CacheManager, ttl = 60_000): Promise<void> {
  await cache.getOrLoad(key, () => "Ada", { ttl, tags });
  // Nobody waits for a fill.
  while (!(await cache.has(key))) await new Promise((resolve) => setImmediate(resolve));
}

function kinds({ reasons }: KeyExplanation): readonly string[] {
  return reasons.map(({ kind }) => kind);
}

function reason<Kind extends MissReason["kind"]>(
  explanation: KeyExplanation,
  kind: Kind,
): Extract<MissReason, { kind: Kind }> {
  const found = explanation.reasons.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`It is not ${kind}: ${JSON.stringify(explanation)}`);
  return found as Extract<MissReason, { kind: Kind }>;
}

describe.each(places.kinds)("why a key is answered or not: $name", (kind) => {
  test("an entry that is served is told with its tags, its age and its time", async () => {
    const caches = new Caches(kind);
    const cache = await caches.open();
    const before = caches.clock.now();
    await fill(cache);
    await caches.clock.advance(2_000);
    const explanation = await cache.explainKey(key);
    expect(explanation).toMatchObject({ key, namespace: "n", caller: "me", served: true, reasons: [] });
    expect(explanation.at).toBe(before + 2_000);
    expect(explanation.entry).toMatchObject({ createdAt: before, expiresAt: before + 60_000 });
    expect(explanation.entry?.tags).toContain("n|user:u-1");
    expect(explanation.entry?.size).toBeGreaterThan(0);
    const { hits, misses } = await cache.getStats();
    await cache.explainKey(key);
    await cache.peek(key);
    expect(await cache.getStats()).toMatchObject({ hits, misses });
  });

  test("what was never stored is told as that where it can be known, and else as nothing that is there", async () => {
    const cache = await new Caches(kind).open();
    expect(kinds(await cache.explainKey(key))).toEqual([kind.shared ? "not-there" : "never-stored"]);
  });

  test("what has expired is told with when, in the process that stored it", async () => {
    const caches = new Caches(kind);
    const cache = await caches.open();
    await fill(cache, 1_000);
    const stored = caches.clock.now();
    await caches.clock.advance(5_000);
    await cache.get(key);
    expect(reason(await cache.explainKey(key), "expired").at).toBe(stored + 1_000);
  });

  test("what a write has invalidated is told with the write and when it was", async () => {
    const caches = new Caches(kind);
    const cache = await caches.open();
    await fill(cache);
    await caches.clock.advance(1_000);
    const window = await cache.beginWrite(tags, 60_000, { cause: "UpdateUser" });
    const at = caches.clock.now();
    const open = await cache.explainKey(key);
    expect(reason(open, "invalidated").by).toMatchObject({ time: at, cause: "UpdateUser" });
    expect(reason(open, "unsettled").by).toMatchObject({
      kind: "operation",
      until: at + 60_000,
      cause: "UpdateUser",
    });
    await caches.clock.advance(500);
    await window.close(5_000);
    await cache.get(key);
    const closed = await cache.explainKey(key);
    expect(reason(closed, "invalidated").by).toMatchObject({ time: at + 500, cause: "UpdateUser" });
    expect(reason(closed, "unsettled").by).toEqual({
      kind: "settling",
      until: at + 5_500,
      cause: "UpdateUser",
    });
    // A load now is refused, and that is told as well.
    await cache.getOrLoad(key, () => "Ada", { tags });
    await caches.clock.advance(0);
    await cache.getOrLoad(key, () => "Ada", { tags });
    expect(kinds(await cache.explainKey(key))).toContain("fenced");
    await caches.clock.advance(5_001);
    await fill(cache);
    expect(await cache.explainKey(key)).toMatchObject({ served: true });
  });

  test("a rule, a delete and a clear are told by what they are", async () => {
    const cache = await new Caches(kind).open();
    await fill(cache);
    await cache.invalidateForOperation("delete", "user", "u-1");
    expect(reason(await cache.explainKey(key), "invalidated").by?.cause).toBe("delete user");
    await fill(cache);
    await cache.delete(key);
    expect(reason(await cache.explainKey(key), "invalidated").by?.cause).toBe("delete");
    await fill(cache);
    await cache.clear();
    expect(reason(await cache.explainKey(key), "invalidated").by?.cause).toBe("clear");
    await fill(cache);
    await cache.clearAll();
    expect(["invalidated", "older-than-ledger", "other-ledger"]).toContain(
      kinds(await cache.explainKey(key))[0],
    );
  });

  test("what another caller has is told", async () => {
    const cache = await new Caches(kind).open();
    await fill(cache);
    const other = cache.withScope({ caller: "you" });
    expect(reason(await other.explainKey(key), "other-scope").scopes).toEqual([
      { namespace: "n", caller: "me" },
    ]);
    expect(kinds(await cache.explainKey(key))).toEqual([]);
  });

  test("a value that lives for no time, and one that cannot be stored, are told", async () => {
    const cache = await new Caches(kind).open();
    await cache.getOrLoad(key, () => 1, { ttl: 0 });
    expect(reason(await cache.explainKey(key), "not-kept").reason).toBe("no-time-to-live");
    await cache.getOrLoad(key, () => () => 1);
    expect(reason(await cache.explainKey(key), "not-kept").reason).toBe("not-storable");
  });

  test("a cache that is switched off says so, and one that is closed", async () => {
    const caches = new Caches(kind);
    const cache = await caches.open(false);
    expect(kinds(await cache.explainKey(key))[0]).toBe("disabled");
    expect((await cache.explainKey(key)).served).toBe(false);
    await cache.close();
    expect(reason(await cache.explainKey(key), "unavailable").why).toBe("it is closed");
  });
});

describe.each(places.kinds.filter(({ shared }) => shared))("in another process: $name", (kind) => {
  test("what one has stored and another has invalidated is told to a third", async () => {
    const caches = new Caches(kind);
    const [one, other, third] = [await caches.open(), await caches.open(), await caches.open()];
    await fill(one);
    expect(await third.explainKey(key)).toMatchObject({ served: true });
    await other.invalidate(tags, { cause: "DeleteUser" });
    const explanation = await third.explainKey(key, { tags });
    expect(explanation.served).toBe(false);
    const [first] = explanation.reasons;
    expect(first).toMatchObject(
      first?.kind === "invalidated"
        ? { by: { cause: "DeleteUser" } }
        : { kind: "not-there", last: { cause: "DeleteUser" } },
    );
  });

  test("the tags that are given say what concerns a key of which nothing is there", async () => {
    const caches = new Caches(kind);
    await (await caches.open()).invalidate(tags, { cause: "UpdateUser" });
    const reader = await caches.open();
    const [told] = (await reader.explainKey(key, { tags })).reasons;
    expect(told).toMatchObject({ kind: "not-there", last: { cause: "UpdateUser" } });
    expect((await reader.explainKey(key)).reasons).toEqual([{ kind: "not-there", last: undefined }]);
  });

  test("a look that was peeked at is what the ledger says now, however near it was", async () => {
    const caches = new Caches(kind);
    const [one, other] = [await caches.open(), await caches.open()];
    await fill(one);
    expect(await one.peek(key)).toMatchObject({ key, value: "Ada", namespace: "n", caller: "me" });
    await other.invalidate(tags);
    expect(await one.peek(key)).toBeUndefined();
  });
});

test("what is near, and a moment behind, is not peeked at", async () => {
  const caches = new Caches(places.kinds.find(({ name }) => name === "memory over disk") as Kind);
  const [one, other] = [await caches.open(), await caches.open()];
  await fill(one);
  // Now it follows, and is certain for a while.
  for (let look = 0; look < 5; look++) {
    await one.get(key);
    await caches.clock.advance(10);
  }
  await other.invalidate(tags);
  expect(await one.get(key)).toBe("Ada");
  expect(await one.peek(key)).toBeUndefined();
});

test("what memory had no room for is told as evicted", async () => {
  const caches = new Caches(places.kinds[0] as Kind);
  const cache = await caches.open();
  await fill(cache);
  for (let id = 0; id < 10; id++) await cache.getOrLoad(`group:describe:${id}`, () => id);
  expect((await cache.explainKey(key)).reasons).toEqual([{ kind: "evicted", storedAt: caches.clock.now() }]);
});

test("never stored is not said any more once too much has been stored to remember", async () => {
  const cache = await new Caches(places.kinds[1] as Kind).open();
  for (let id = 0; id <= 1_000; id++) await cache.getOrLoad(`group:describe:${id}`, () => id);
  expect(kinds(await cache.explainKey(key))).toEqual(["not-there"]);
});

test.each<[unknown, typeof TypeError | typeof RangeError]>([
  [1, TypeError],
  ["x".repeat(101), RangeError],
])("a cause must be a short text: %o", async (cause, kind) => {
  const cache = await new Caches(places.kinds[0] as Kind).open();
  await expect(cache.invalidate(tags, { cause: cause as string })).rejects.toThrow(kind);
  await expect(cache.beginWrite(tags, 1_000, { cause: cause as string })).rejects.toThrow(kind);
  await expect(cache.settle("x:1", 1_000, { cause: cause as string })).rejects.toThrow(kind);
});
