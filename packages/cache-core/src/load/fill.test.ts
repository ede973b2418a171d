import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { makeCache } from "../../test/support/make-cache.ts";
import type { CacheEventType } from "../events.ts";
import type { CacheParts } from "../cache-parts.ts";
import { systemClock } from "../clock.ts";
import { FillHistory } from "../explain/fill-history.ts";
import type { Stamp, Verdict } from "../storage/cache-storage.ts";
import { bound } from "../../test/support/late-storage.ts";
import { fill } from "./fill.ts";

const key = "user:list:all";
const at: Stamp = { epoch: "e", position: 0, time: 0 };

test.each<[Verdict, CacheEventType, object, object]>([
  [{ outcome: "stored", at }, "stored", {}, { sets: 1, fenced: 0 }],
  [
    { outcome: "fenced", reason: "floor", lastInvalidation: 1, unsettled: false, at },
    "fenced",
    { reason: "floor" },
    { sets: 0, fenced: 1 },
  ],
  [{ outcome: "too-large", at }, "not-kept", { reason: "too-large" }, { sets: 0, fenced: 0 }],
  [{ outcome: "dropped", reason: "busy" }, "not-kept", { reason: "busy" }, { sets: 0, fenced: 0 }],
])("what the storage says of a fill is told: %o", async (verdict, type, details, counts) => {
  const { cache, events } = makeCache({
    open: (context) => ({ ...bound(openMemoryStorage({}, context)), write: () => verdict }),
  });
  await cache.getOrLoad(key, () => 1);
  const told = events.filter((event) => event.type !== "miss");
  expect(told).toEqual([expect.objectContaining({ type, id: expect.stringContaining(key), ...details })]);
  expect(await cache.getStats()).toMatchObject(counts);
});

test("what is good for no time is not sent, and nothing is said of it", async () => {
  const { cache, told } = makeCache();
  await cache.getOrLoad(key, () => 1, { ttl: 0 });
  expect(told()).toEqual(["miss"]);
});

test("a storage of references gets the value itself", async () => {
  const { cache } = makeCache({ config: { copy: false } });
  const value = { name: "a" };
  await cache.getOrLoad(key, () => value);
  expect(await cache.get(key)).toBe(value);
});

test("without a storage everybody gets a copy of his own, to do with as he likes", () => {
  const value = { names: ["a"] };
  const request = { id: key, value, tags: [], stamp: at, expiresAt: 1, staleFor: 0 };
  const parts = { fills: new FillHistory(), clock: systemClock } as Partial<CacheParts>;
  const { verdict, share } = fill(parts as CacheParts, undefined, request);
  expect(verdict).toBeUndefined();
  const copies = [share?.(), share?.()] as (typeof value)[];
  expect(copies).toEqual([value, value]);
  expect(new Set([value, ...copies]).size).toBe(3);
  copies[0]?.names.push("b");
  expect(value.names).toEqual(["a"]);
});
