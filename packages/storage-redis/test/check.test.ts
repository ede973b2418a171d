import type { CheckProblem, CheckReport, Clock } from "@awsideman/cache-core";
import { expect, onTestFinished, test } from "vitest";
import { examineSettings } from "../src/examine-settings.ts";
import type { RedisStorage } from "../src/redis-storage.ts";
import { commandsOf } from "./support/commands-of.ts";
import { Harness, invalidation, stateOf } from "./support/harness.ts";
import { RedisServer } from "./support/redis-server.ts";
import { sharedServer } from "./support/shared-server.ts";

// One that evicts nothing, as a server without a limit does.
const { server, redis } = await sharedServer();

interface Setting {
  readonly harness: Harness;
  readonly storage: RedisStorage;
}

/** A cache with three entries, and some invalidations behind it. */
async function setUp(): Promise<Setting> {
  const harness = new Harness({ url: server.url });
  const storage = await harness.open();
  for (const tag of ["x", "y"]) await storage.invalidate(invalidation({ tags: [tag, "both"] }));
  await storage.invalidate(invalidation({ patterns: ["z:*:w"], open: { operation: "write", lease: 1_000 } }));
  await storage.invalidate(invalidation({ tags: ["last"] }));
  for (const id of ["a", "b", "c"]) await harness.fill(storage, id, { tags: [id] });
  return { harness, storage };
}

/** What was found: the names of what servers of all versions have. */
function found({ problems }: CheckReport, kind?: CheckProblem["kind"]): readonly string[] {
  return problems
    .filter((problem) => (kind === undefined ? problem.subject !== "redis_version" : problem.kind === kind))
    .map(({ subject, message }) => `${subject}: ${message}`);
}

test("a cache with which nothing is wrong has no problems, and is what it was afterwards", async () => {
  const { harness, storage } = await setUp();
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
  const { harness, storage } = await setUp();
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

  const repaired = (await storage.check({ repair: true })).problems.filter(({ kind }) => kind === "ledger");
  expect(new Set(repaired.map((problem) => problem.repaired))).toEqual(new Set([true]));
  // As after every loss: nothing older is served, and nothing is stored while it may be unsettled, for newcomers too.
  const other = await harness.open();
  expect(await stateOf(other, "a")).toBe("miss");
  expect(await harness.fill(other, "a")).toMatchObject({ outcome: "fenced", reason: "unsettled" });
  expect(await stateOf(storage, "b")).toBe("miss");
  expect(found(await storage.check(), "ledger")).toEqual([]);
});

test("entries that are rubbish are found, and on request removed, and the others are left alone", async () => {
  const { harness, storage } = await setUp();
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
  const { harness, storage } = await setUp();
  await redis.hset(harness.key("ledger"), "position", "2", "patterned", "2");
  await redis.hdel(harness.key("ledger"), "patterns");
  await redis.del(harness.key("feed"));
  expect(found(await storage.check())).toEqual(
    expect.arrayContaining(["a: it is ahead of the ledger, which was turned back"]),
  );
});

test("so many entries are looked at, and for so long, as there is room for", async () => {
  const { harness, storage } = await setUp();
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

test("a server that evicts whatever it likes is told of, as are others that are set up badly", async () => {
  const { storage } = await setUp();
  const policy = "maxmemory-policy";
  onTestFinished(async () => void (await redis.config("SET", policy, "noeviction")));
  for (const [value, expected] of [
    ["allkeys-lru", [expect.stringMatching(/^maxmemory_policy: allkeys-lru may evict the ledger/) as string]],
    ["allkeys-random", [expect.stringMatching(/^maxmemory_policy: allkeys-random may/) as string]],
    ["volatile-lru", []],
    ["noeviction", []],
  ] as const) {
    await redis.config("SET", policy, value);
    expect(found(await storage.check({ repair: true }))).toEqual(expected);
  }
});

test.for([
  ["redis_version:6.0.16", ["redis_version"]],
  ["redis_version:6.2.0", []],
  ["redis_version:7.2.4\r\nvalkey_version:8.0.1", []],
  ["redis_version:5.9.9", ["redis_version"]],
  ["maxmemory:100\r\nmaxmemory_policy:noeviction\r\nused_memory:100", ["used_memory"]],
  ["maxmemory:100\r\nmaxmemory_policy:noeviction\r\nused_memory:99", []],
  ["maxmemory:0\r\nmaxmemory_policy:noeviction\r\nused_memory:99", []],
  ["maxmemory:100\r\nmaxmemory_policy:volatile-lru\r\nused_memory:101", []],
  ["rdb_last_bgsave_status:err\r\naof_last_write_status:ok", ["rdb_last_bgsave_status"]],
  ["rdb_last_bgsave_status:ok\r\naof_last_write_status:err", ["aof_last_write_status"]],
  ["connected_slaves:1", ["min_slaves_good_slaves"]],
  ["connected_slaves:1\r\nmin_slaves_good_slaves:1", []],
  ["connected_slaves:0", []],
] as const)("of a server whose INFO says %j it is told: %j", ([info, subjects]) => {
  const problems = examineSettings(`# Server\r\n${info}\r\n`);
  expect(problems.map(({ subject }) => subject)).toEqual(subjects);
});

const all = ["info", "evalsha", "eval", "xread", "scan", "hincrbyfloat", "hgetall", "wait", "time", "hget"];
const rights = [...all, "hmget", "hset", "hdel", "hincrby", "hlen", "get", "set", "getrange", "strlen"];
const allRights = [...rights, "unlink", "exists", "pexpire", "xadd", "xrange", "xdel"];
/** Without these nothing can be looked at at all, or what an older server needs. */
const without = allRights.filter((right) => !["info", "eval", "evalsha", "time"].includes(right));

test("a user who has all rights that are needed, and no more, is told nothing", async () => {
  const { harness } = await setUp();
  const storage = await openAs(harness, allRights);
  expect(found(await storage.check())).toEqual([]);
});

test.for(without)("a user who may not %s is told so", async (right) => {
  const { harness } = await setUp();
  const storage = await openAs(
    harness,
    allRights.filter((one) => one !== right),
  );
  const report = await storage.check({ repair: true });
  expect(found(report, "permissions")).toEqual([
    expect.stringMatching(new RegExp(`^${right}: its user may not`)),
  ]);
  expect(found(report, "ledger")).toEqual([]);
});

test("a user who may not use scripts is told so", async () => {
  const { harness } = await setUp();
  const storage = await openAs(
    harness,
    allRights.filter((right) => right !== "evalsha"),
  );
  const report = await storage.check();
  expect(found(report, "permissions")).toEqual([expect.stringMatching(/^evalsha: its user may not/)]);
  expect(report.entries).toBe(0);
});

async function openAs(harness: Harness, granted: readonly string[]): Promise<RedisStorage> {
  const user = crypto.randomUUID();
  const commands = granted.map((right) => `+${right}`);
  await redis.call(
    "ACL",
    "SETUSER",
    user,
    "reset",
    "on",
    ">secret",
    `~{${harness.namespace}}:*`,
    ...commands,
  );
  const options = { username: user, password: "secret" };
  return harness.open({}, { options, replicasToAck: 1, ackTimeout: 1 });
}

test("where there is no server the check says so, and does not hang", async () => {
  const own = await RedisServer.start();
  onTestFinished(() => own.stop());
  const storage = await new Harness({ url: own.url }).open();
  await own.kill();
  await expect
    .poll(() => storage.check().catch((error: unknown) => error))
    .toMatchObject({
      code: "CACHE_BACKEND_UNAVAILABLE",
    });
});

test("a check begins nothing anew, and no script of it looks at all keys", async () => {
  const { storage } = await setUp();
  const names = new Set(await commandsOf(redis, () => storage.check()));
  names.delete("hdel");
  names.delete("eval");
  expect([...names].toSorted()).toEqual([
    "evalsha",
    "get",
    "hgetall",
    "hincrbyfloat",
    "info",
    "scan",
    "unlink",
    "xread",
  ]);
});
