import type { Clock } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import { found, openChecked } from "./support/checked-cache.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

test("a cache with which nothing is wrong has no problems, and is what it was afterwards", async () => {
  const { harness, storage } = await openChecked(server.url);
  const state = async (): Promise<unknown> => {
    const keys = await redis.keys(`{${harness.namespace}}:*`);
    return [keys.toSorted(), await storage.stamp()];
  };
  const before = await state();
  const report = await storage.check();
  expect(report.entries).toBe(3);
  expect(found(report)).toEqual([]);
  expect(found(await storage.check({ repair: true }))).toEqual([]);
  expect(await state()).toEqual(before);
  for (const id of ["a", "b", "c"]) expect(await stateOf(storage, id)).toBe("hit");
  expect(harness.events).toEqual([]);
});

test("where nothing is kept yet nothing is wrong, and nothing is begun", async () => {
  const harness = new Harness({ url: server.url });
  const storage = await harness.open();
  const report = await storage.check({ repair: true });
  expect([report.entries, found(report)]).toEqual([0, []]);
  expect(await redis.keys(`{${harness.namespace}}:*`)).toEqual([]);
});

test("a cache that has forgotten the oldest, and one that was begun anew, is not damaged", async () => {
  const harness = new Harness({ url: server.url });
  const storage = await harness.open({ ledgerTags: 20, ledgerPatterns: 2 });
  for (let index = 0; index < 60; index++)
    await storage.invalidate(invalidation({ tags: [`tag:${index}`], patterns: [`p:*:${index}`] }));
  await storage.invalidate(invalidation({ everything: true }));
  expect(found(await storage.check())).toEqual([]);
  await redis.del(harness.key("feed"));
  expect(found(await storage.check())).toEqual([]);
  await storage.invalidate(invalidation({ tags: ["after"] }));
  expect(found(await storage.check())).toEqual([]);
  await redis.del(harness.key("ledger"));
  await storage.stamp();
  expect(found(await storage.check())).toEqual([]);
});

const damages: Readonly<
  Record<string, readonly [(key: (name: string) => string) => Promise<unknown>, RegExp]>
> = {
  "is of another type": [
    async (key) => {
      await redis.del(key("ledger"));
      await redis.set(key("ledger"), "rubbish");
    },
    /it is something else/,
  ],
  "has no life": [(key) => redis.hdel(key("ledger"), "life"), /does not say whose it is/],
  "has lost its position": [(key) => redis.hdel(key("ledger"), "position"), /numbers are damaged/],
  "has a number that is none": [(key) => redis.hset(key("ledger"), "floor", "many"), /numbers are damaged/],
  "has a floor above its position": [
    (key) => redis.hset(key("ledger"), "floor", "9"),
    /numbers are ahead of its position/,
  ],
  "was turned back": [(key) => redis.hset(key("ledger"), "position", "3"), /its feed is ahead/],
  "keeps everything out for a year": [
    (key) => redis.hset(key("ledger"), "quiet", `${Date.now() + 400 * 86_400_000}`),
    /nothing is to be stored for more than a day/,
  ],
  "has patterns that cannot be read": [
    (key) => redis.hset(key("ledger"), "patterns", "?"),
    /the patterns cannot be read/,
  ],
  "has marks that cannot be read": [
    (key) => redis.hset(key("ledger"), "wide", "?"),
    /what is under way cannot be read/,
  ],
  "has lost a tag": [(key) => redis.hdel(key("ledger"), "t:x"), /invalidated is not recorded: x$/],
  "has an older invalidation of a tag": [
    (key) => redis.hset(key("ledger"), "t:both", "1"),
    /invalidated is not recorded: both$/,
  ],
  "has a tag that is ahead": [(key) => redis.hset(key("ledger"), "t:y", "7"), /ahead of its position: y$/],
  "has a tag that is rubbish": [(key) => redis.hset(key("ledger"), "t:y", "?"), /not recorded: y$/],
  "has a feed of another type": [
    async (key) => {
      await redis.del(key("feed"));
      await redis.set(key("feed"), "rubbish");
    },
    /its feed is something else/,
  ],
  "has a feed that cannot be read": [
    async (key) => {
      await redis.del(key("feed"));
      await redis.xadd(key("feed"), "2-0", "tags", "[");
    },
    /its feed cannot be read at 2/,
  ],
};

test.for(Object.keys(damages))("a ledger that %s is found, and on request begun anew", async (name) => {
  const { harness, storage } = await openChecked(server.url);
  const [damage, message] = damages[name] as (typeof damages)[string];
  await damage((key) => harness.key(key));
  const ledger = { kind: "ledger", subject: harness.key("ledger") };
  const report = await storage.check();
  expect(report.entries).toBe(3);
  expect(report.problems).toContainEqual({
    ...ledger,
    message: expect.stringMatching(message) as string,
    repaired: false,
  });
  expect(found(report, "entry")).toEqual([]);
  // Who only looks changes nothing.
  expect(await storage.check()).toEqual(report);

  const repaired = (await storage.check({ repair: true })).problems.filter(({ kind }) => kind === "ledger");
  expect(new Set(repaired.map((problem) => problem.repaired))).toEqual(new Set([true]));
  // As after every loss: nothing older is served, and nothing is stored while it may be unsettled, for newcomers too.
  const other = await harness.open();
  expect(await stateOf(other, "a")).toBe("miss");
  expect(await harness.fill(other, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  expect(await stateOf(storage, "b")).toBe("miss");
  expect(found(await storage.check(), "ledger")).toEqual([]);
});

test("a ledger of another type is left alone, and whoever calls is told what to do", async () => {
  const { harness, storage } = await openChecked(server.url);
  await redis.del(harness.key("ledger"));
  await redis.set(harness.key("ledger"), "somebody else's");
  for (const call of [() => storage.read("a"), () => storage.invalidate(invalidation({ tags: ["a"] }))])
    await expect(call()).rejects.toMatchObject({
      code: "CACHE_BACKEND_UNAVAILABLE",
      message: `Redis: ${harness.key("ledger")} is not a ledger of the cache, which does nothing without: \`check\` with \`repair\` removes it`,
    });
  expect(await redis.get(harness.key("ledger"))).toBe("somebody else's");
});

test("what has the name of an entry or a moment, and is something else, is in nobody's way", async () => {
  const { harness, storage } = await openChecked(server.url);
  const before = await storage.usage();
  await redis.hset(harness.key("e:x"), "somebody", "else's");
  await redis.hset(harness.key("m:calls"), "somebody", "else's");
  expect(await storage.usage()).toEqual(before);
  expect(await storage.advance("calls", { by: 1, behind: 0, ahead: 0 })).toEqual({ moved: true, ahead: 0 });
  expect(await storage.advance("calls", { by: 1, behind: 0, ahead: 0 })).toEqual({ moved: false, ahead: 1 });
  expect(await storage.clear(invalidation({ everything: true }))).toBe(3);
});

test("entries that are rubbish are found, and on request removed, and the others are left alone", async () => {
  const { harness, storage } = await openChecked(server.url);
  const whole = (await redis.getBuffer(harness.key("e:a"))) as Buffer;
  const rubbish: Readonly<Record<string, Buffer>> = {
    empty: Buffer.alloc(0),
    short: whole.subarray(0, 30),
    flipped: Buffer.from(whole).fill(0xff, whole.length - 1),
    renamed: whole,
  };
  for (const [id, form] of Object.entries(rubbish)) await redis.set(harness.key(`e:${id}`), form);
  await redis.lpush(harness.key("e:list"), "no string at all");
  // Of a version that is not known here.
  await redis.set(harness.key("e:later"), Buffer.from(whole).fill(2, 0, 1));
  const ids = [...Object.keys(rubbish), "list"].toSorted();

  const report = await storage.check();
  expect(report.entries).toBe(9);
  const wrong = report.problems.filter(({ kind }) => kind === "entry");
  expect(wrong.map(({ subject }) => subject).toSorted()).toEqual(ids);
  expect(wrong.every(({ repaired }) => !repaired)).toBe(true);
  const repaired = (await storage.check({ repair: true })).problems.filter(({ kind }) => kind === "entry");
  expect(repaired.map(({ subject }) => subject).toSorted()).toEqual(ids);
  expect(repaired.every((problem) => problem.repaired)).toBe(true);
  const after = await storage.check();
  expect([after.entries, found(after)]).toEqual([4, []]);
  expect(await stateOf(storage, "a")).toBe("hit");
});

test("an entry that is ahead of its ledger is found", async () => {
  const { harness, storage } = await openChecked(server.url);
  await redis.hset(harness.key("ledger"), "position", "2", "patterned", "2");
  await redis.hdel(harness.key("ledger"), "patterns");
  await redis.del(harness.key("feed"));
  expect(found(await storage.check())).toEqual(
    expect.arrayContaining(["a: it is ahead of the ledger, which was turned back"]),
  );
});

test("so many entries are looked at, and for so long, as there is room for", async () => {
  const { harness, storage } = await openChecked(server.url);
  for (let index = 0; index < 60; index++) await harness.fill(storage, `many:${index}`);
  expect((await (await harness.open({ entriesToCheck: 20 })).check()).entries).toBe(20);
  let hours = 0;
  const clock: Clock = {
    now: () => harness.clock.now(),
    monotonic: () => ++hours * 3_600_000,
    after: (milliseconds, action) => harness.clock.after(milliseconds, action),
  };
  const report = await (await harness.open({}, {}, { clock })).check();
  expect(report.entries).toBeLessThan(20);
  expect(report.entries).toBeGreaterThan(0);
});
