import type { StorageConfiguration } from "@awsideman/cache-core";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { headBytes, ownerBytes } from "../src/scripts/lease-functions.ts";
import { Member, type Got, type SourceCall } from "./support/fleet-members.ts";
import { RedisServer } from "./support/redis-server.ts";

const processes = 8;
const readers = 50;
const key = "user:describe:u-1";
/** Milliseconds, by the clocks of the members. */
const lease = 5_000;

let server: RedisServer;
let admin: Redis;
const members: Member[] = [];
/** The calls of the source since the test began, answered by it or not. */
const calls: SourceCall[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
  admin = server.client();
  const starting = Array.from({ length: processes }, () => Member.start((call) => void calls.push(call)));
  members.push(...(await Promise.all(starting)));
}, 200_000);
afterAll(async () => {
  await Promise.all(members.map((member) => member.kill()));
  admin.disconnect();
  await server.stop();
});
beforeEach(() => void calls.splice(0));

interface Fleet {
  /** The members, each with what its readers have got. */
  readonly got: ReadonlyMap<Member, Promise<Got>>;
  readonly first: SourceCall;
}

/** Everybody asks, one loads, and all know that he does. */
async function everybodyWaits(
  storage: (config: object) => StorageConfiguration,
  each = readers,
): Promise<Fleet> {
  const namespace = `test-${crypto.randomUUID()}`;
  const configuration = storage({ url: server.url, namespace });
  await Promise.all(members.map((member) => member.open(configuration, lease)));
  const waiting = members.map((member) => member.waiting());
  const got = new Map(members.map((member) => [member, member.get(key, each)]));
  await Promise.all(waiting);
  const [name] = await admin.keys(`{${namespace}}:l:*`);
  // The other readers of the process that loads are among them: they have been told the same.
  const told = ((await admin.strlen(String(name))) - headBytes) / ownerBytes;
  expect(told).toBe(members.length - (each > 1 ? 0 : 1));
  // He who loads may be still on his way to the source.
  await expect.poll(() => calls.length).toBe(1);
  return { got, first: calls[0] as SourceCall };
}

/** What all the readers of these have got. */
async function valuesOf(fleet: Fleet, some: readonly Member[]): Promise<readonly unknown[]> {
  const all = await Promise.all(some.map((member) => fleet.got.get(member) as Promise<Got>));
  return all.flatMap(({ values }) => values);
}

/** The same for all readers of so many processes. */
function same(value: unknown, count: number): readonly unknown[] {
  return Array<unknown>(count * readers).fill(value);
}

const redis = (config: object): StorageConfiguration => ({ backend: "redis", config: { ...config } });

/** What Redis may stand behind. */
const storages: Readonly<Record<string, (config: object) => StorageConfiguration>> = {
  Redis: redis,
  "memory in front of Redis": (config) => ({ backend: "tiered", config: { far: redis(config) } }),
  "encrypted Redis": (config) => ({ ...redis(config), encryption: { key: "0123456789abcdef".repeat(4) } }),
  "memory in front of encrypted Redis": (config) => ({
    backend: "tiered",
    config: { far: redis(config) },
    encryption: { key: "0123456789abcdef".repeat(4) },
  }),
};

describe("8 processes with one reader each", () => {
  test("load for themselves when the load of one fails, and only that one hears of it", async () => {
    const { got, first } = await everybodyWaits(redis, 1);
    first.fail("lost");
    await expect.poll(() => calls.length).toBe(processes);
    expect(new Set(calls.map(({ member }) => member)).size).toBe(processes);
    for (const call of calls.slice(1)) call.answer("own");
    for (const [member, answers] of got)
      expect((await answers).values).toEqual([member === first.member ? "Error: lost" : "own"]);
    expect(calls).toHaveLength(processes);
  });
});

describe("8 processes with 50 readers each", () => {
  test.for(Object.keys(storages))("call the source once, on %s", async (name) => {
    const fleet = await everybodyWaits(storages[name] as typeof redis);
    fleet.first.answer("answer");
    expect(await valuesOf(fleet, members)).toEqual(same("answer", processes));
    expect(calls).toHaveLength(1);
    const coalesced = (await Promise.all(fleet.got.values())).map((one) => one.coalesced);
    expect(coalesced.reduce((sum, one) => sum + one)).toBe(processes * readers - 1);
  });

  test("call it once more when the process that loads is frozen, and it harms nobody afterwards", async () => {
    const fleet = await everybodyWaits(redis);
    const { member } = fleet.first;
    member.freeze();
    const others = members.filter((one) => one !== member);
    for (const one of others) one.later(lease);
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer("second");
    expect(await valuesOf(fleet, others)).toEqual(same("second", processes - 1));
    fleet.first.answer("first");
    member.thaw();
    // Nothing came between: what it has loaded is as good.
    const late = await valuesOf(fleet, [member]);
    expect(late).toEqual(same("first", 1));
    member.later(lease);
    expect((await (others[0] as Member).get(key, 1)).values).toEqual(["second"]);
    expect(calls).toHaveLength(2);
  });

  test("call it once more when the process that loads is killed", async () => {
    const fleet = await everybodyWaits(redis);
    const { member } = fleet.first;
    await member.kill();
    members.splice(members.indexOf(member), 1);
    for (const one of members) one.later(lease);
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer("second");
    expect(await valuesOf(fleet, members)).toEqual(same("second", processes - 1));
    expect(calls).toHaveLength(2);
  });
});
