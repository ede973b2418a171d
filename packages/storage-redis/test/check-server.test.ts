import { expect, onTestFinished, test } from "vitest";
import { examineSettings } from "../src/examine-settings.ts";
import type { RedisStorage } from "../src/redis-storage.ts";
import { found, openChecked } from "./support/checked-cache.ts";
import { commandsOf } from "./support/commands-of.ts";
import { Harness } from "./support/harness.ts";
import { RedisServer } from "./support/redis-server.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

test("a server that evicts whatever it likes is told of, as are others that are set up badly", async () => {
  const { storage } = await openChecked(server.url);
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
  const { harness } = await openChecked(server.url);
  const storage = await openAs(harness, allRights);
  expect(found(await storage.check())).toEqual([]);
});

test.for(without)("a user who may not %s is told so", async (right) => {
  const { harness } = await openChecked(server.url);
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
  const { harness } = await openChecked(server.url);
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
  const { storage } = await openChecked(server.url);
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
