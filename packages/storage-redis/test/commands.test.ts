import { execFile } from "node:child_process";
import path from "node:path";
import { inspect, promisify } from "node:util";
import { systemClock, type Reading } from "@awsideman/cache-core";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWith } from "../src/open-redis-storage.ts";
import { headBytes, ownerBytes } from "../src/scripts/lease-functions.ts";
import { commandsOf } from "./support/commands-of.ts";
import { Harness, invalidation, stateOf, tagsOf } from "./support/harness.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

/** Without what stands in front of a script where the server is older: see older-servers.test.ts. */
async function scriptsOf(action: () => Promise<unknown>): Promise<readonly string[]> {
  return (await commandsOf(redis, action)).filter((name) => name !== "hdel");
}

describe("looks of one turn", () => {
  test("go in two commands, however many they are and whoever loads, and each has its own answer", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ keysAtOnce: 40 });
    const ids = Array.from({ length: 30 }, (_, index) => `turn:${index}`);
    for (const id of ids) if (!id.endsWith("7")) await harness.fill(storage, id);
    await storage.read("turn:0", 0);
    await storage.readMany(["turn:0", "turn:1"]);
    for (const loadBelow of [undefined, 0]) {
      const look = async (): Promise<void> => {
        const readings = await Promise.all(ids.map((id) => storage.read(id, loadBelow)));
        for (const [index, reading] of readings.entries()) {
          const id = ids[index] as string;
          expect(reading.state === "hit" ? reading.entry.id : reading.state).toBe(
            id.endsWith("7") ? "miss" : id,
          );
          const isLed = loadBelow !== undefined && reading.state === "miss";
          expect(reading.lease?.state).toBe(isLed ? "yours" : undefined);
        }
      };
      expect(await scriptsOf(look)).toEqual(["evalsha", "evalsha"]);
    }
    const mixed = [
      storage.read("turn:1"),
      storage.read("turn:2", 0),
      storage.read("turn:3"),
      storage.read("turn:4", 0),
    ];
    const found = (await Promise.all(mixed)).map((reading) => reading.state === "hit" && reading.entry.id);
    expect(found).toEqual(["turn:1", "turn:2", "turn:3", "turn:4"]);
  });

  test("go in several answers where they find much, and each has its own all the same", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ bytesAtOnce: 1_000 });
    const ids = Array.from({ length: 11 }, (_, index) => `large:${index}`);
    for (const id of ids)
      if (id !== "large:4") await harness.fill(storage, id, { payload: Buffer.alloc(600, id) });
    const states = (readings: readonly Reading[]): readonly unknown[] =>
      readings.map((reading) =>
        reading.state === "hit" ? String(reading.entry.payload).slice(0, 8) : "miss",
      );
    const expected = ids.map((id) => (id === "large:4" ? "miss" : `${id}large:`.slice(0, 8)));
    for (const loadBelow of [undefined, 0]) {
      const once = (): Promise<unknown> => Promise.all(ids.map((id) => storage.read(id, loadBelow)));
      const readings = await Promise.all(ids.map((id) => storage.read(id, loadBelow)));
      expect(states(readings)).toEqual(expected);
      const leases = readings.map(({ lease }) => lease?.state);
      expect(leases).toEqual(ids.map((id) => (id === "large:4" && loadBelow === 0 ? "yours" : undefined)));
      // The first, and the ten others by twos, one of which is none.
      expect(await scriptsOf(once)).toEqual(Array<string>(6).fill("evalsha"));
    }
    expect(states(await storage.readMany(ids))).toEqual(expected);
  });

  test("fail alone where one cannot be judged", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    const ids = ["judged:1", "judged:2", "judged:3"];
    for (const id of ids) await harness.fill(storage, id);
    await storage.invalidate(invalidation({ tags: ["elsewhere"] }));
    await redis.hset(harness.key("ledger"), "t:=judged:2", "?");
    for (const loadBelow of [undefined, 0]) {
      const [, ...looks] = ["first", ...ids].map((id) => storage.read(id, loadBelow));
      const outcomes = (await Promise.allSettled(looks)).map((look) =>
        look.status === "fulfilled" ? look.value.state : (look.reason as Error).message,
      );
      expect(outcomes).toEqual(["hit", expect.stringContaining("could not be judged"), "hit"]);
    }
    await expect(storage.readMany(ids)).rejects.toThrow("could not be judged");
  });
});

describe("one round trip each", () => {
  test("for a hit, a miss, a stale entry, a fill, a stamp, an invalidation, and what followed", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    const stamp = await storage.stamp();
    await storage.invalidate(invalidation({ tags: ["x"], patterns: ["y:*:z"] }));
    await storage.read("a");
    await storage.read("a", 0);
    await storage.since(stamp);
    const once: Readonly<Record<string, () => Promise<unknown>>> = {
      hit: () => storage.read("a"),
      miss: () => storage.read("b"),
      "hit of who would load": () => storage.read("a", 0),
      "miss of who loads": () => storage.read("loaded", 0),
      "miss of who waits": () => storage.read("loaded", 0),
      many: () => storage.readMany(["a", "b", "c"]),
      fill: () => storage.write(harness.entry("d", stamp)),
      set: () => storage.write(harness.entry("e", stamp), "=e"),
      stamp: () => storage.stamp(),
      invalidation: () =>
        storage.invalidate(
          invalidation({
            tags: ["a", "b"],
            patterns: ["c:*:d"],
            open: { operation: "o", lease: 1_000 },
            settle: 5,
          }),
        ),
      since: () => storage.since(stamp),
    };
    for (const [name, action] of Object.entries(once))
      expect([name, await scriptsOf(action)]).toEqual([name, ["evalsha"]]);
  });

  test("for a script that the server does not know, a second one", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    await storage.stamp();
    await redis.script("FLUSH");
    expect(await scriptsOf(() => storage.stamp())).toEqual(["evalsha", "eval"]);
    expect(await scriptsOf(() => storage.stamp())).toEqual(["evalsha"]);
  });
});

describe("what takes long", () => {
  test("clears a few entries at a time", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ keysAtOnce: 4 });
    for (let index = 0; index < 10; index++) await harness.fill(storage, `some:${index}`);
    await storage.clear(invalidation({ tags: ["warm"] }));
    const sent = await scriptsOf(async () => {
      expect(await storage.clear(invalidation({ everything: true }))).toBe(10);
    });
    // Redis says how many keys it shows at a time: on an idle server all, and in the end it is recorded.
    const scripts = sent.filter((name) => name === "evalsha").length;
    expect(scripts).toBeGreaterThanOrEqual(Math.ceil(10 / 4) + 1);
    expect(new Set(sent)).toEqual(new Set(["scan", "evalsha"]));
    expect(await redis.keys(harness.key("e:*"))).toEqual([]);
  });

  test("who waits for a load of others asks for nothing until he is woken", async () => {
    const harness = new Harness({ url: server.url });
    const [one, other] = [await harness.open(), await harness.open()];
    await harness.fill(one, "warm");
    expect((await one.read("awaited", 0)).lease?.state).toBe("yours");
    const { lease } = await other.read("awaited", 0);
    const sent = await scriptsOf(async () => {
      const woken = lease?.state === "others" ? lease.wait(new AbortController().signal) : Promise.reject();
      await harness.clock.advance(900);
      await harness.fill(one, "awaited");
      await woken;
    });
    // A stamp, the fill, and the wake.
    expect(sent.filter((name) => name === "evalsha")).toHaveLength(3);
    expect(await stateOf(other, "awaited")).toBe("hit");
  });
});

describe("a user of Redis", () => {
  test("who may not ask for INFO is told so, and nothing of the password", async () => {
    const harness = new Harness({ url: server.url });
    await redis.call("ACL", "SETUSER", "blind", "reset", "on", ">secret", "~*", "+@all", "-info");
    const url = `redis://blind:secret@127.0.0.1:${server.port}`;
    const storage = await harness.open({}, { url });
    await expect(storage.stamp()).rejects.toMatchObject({ code: "CACHE_BACKEND_UNAVAILABLE" });
    expect(harness.troubles.join()).toMatch(/does not answer INFO/);
    expect(JSON.stringify(harness.events)).not.toContain("secret");
  });

  test("with a wrong password is told so, and nothing of it", async () => {
    const harness = new Harness({ url: `redis://cache:hidden@127.0.0.1:${server.port}` });
    const storage = await harness.open();
    await expect(storage.stamp()).rejects.toMatchObject({ code: "CACHE_BACKEND_UNAVAILABLE" });
    expect(harness.events).toContainEqual({
      type: "storage-trouble",
      message: "The connection to Redis failed",
      cause: expect.objectContaining({ message: expect.stringContaining("WRONGPASS") as string }) as Error,
    });
    expect(inspect(harness.events, { depth: 10, showHidden: true })).not.toContain("hidden");
  });
});

describe("a client that is there already", () => {
  test("lends its settings, and is left alone", async () => {
    const client = new Redis(server.port, "127.0.0.1", { db: 3, keyPrefix: "elsewhere:" });
    onTestFinished(() => client.disconnect());
    const harness = new Harness({ client });
    const storage = await harness.open();
    await harness.fill(storage, "a");
    expect(await stateOf(storage, "a")).toBe("hit");
    storage.close();
    expect(await client.ping()).toBe("PONG");
    await redis.select(3);
    expect(await redis.exists(harness.key("e:a"))).toBe(1);
    await redis.select(0);
  });
});

describe("a storage that is closed", () => {
  test("answers nothing more, and leaves no connection behind", async () => {
    const harness = new Harness({ url: server.url, options: { connectionName: "to-be-closed" } });
    const storage = await harness.open();
    await storage.stamp();
    storage.close();
    storage.close();
    await expect(storage.read("a")).rejects.toMatchObject({ code: "CACHE_CLOSED" });
    await expect(storage.invalidate(invalidation({ tags: ["a"] }))).rejects.toMatchObject({
      code: "CACHE_CLOSED",
    });
    await expect.poll(async () => String(await redis.client("LIST"))).not.toContain("to-be-closed");
    expect(harness.clock.waiting).toBe(0);
  });
});

describe("a process that closes nothing", () => {
  const run = (url: string, name = "never-closes.ts"): Promise<{ readonly stdout: string }> => {
    const program = path.join(import.meta.dirname, "fixtures", name);
    return promisify(execFile)(process.execPath, ["--conditions=@awsideman/source", program, url], {
      timeout: 100_000,
    });
  };

  test("ends by itself", async () => {
    expect((await run(server.url)).stdout).toBe("loaded\n");
  });

  test("ends by itself while it waits for what others change", async () => {
    expect((await run(server.url, "never-stops-waiting.ts")).stdout).toBe("woken\n");
  });

  test("does not end before it has the answer that another instance loads", async () => {
    const key = "user:list:all";
    const storage = await openWith(
      { url: server.url },
      { clock: systemClock, random: () => 0.5, emit: () => undefined },
    );
    onTestFinished(() => storage.close());
    await storage.invalidate(invalidation({ everything: true }));
    const { lease } = await storage.read(key, 0);
    const end = lease?.state === "yours" ? lease.keep() : undefined;
    const ended = run(server.url);
    const lengthOfOneWaiter = headBytes + ownerBytes;
    await expect.poll(() => redis.strlen(`{awsideman}:l:${key}`)).toBe(lengthOfOneWaiter);
    end?.(false);
    expect((await ended).stdout).toBe("loaded\n");
  });

  test("ends by itself where there is no Redis, too", async () => {
    expect((await run("redis://127.0.0.1:1")).stdout).toBe("loaded\n");
  });
});

describe("too many calls at once", () => {
  test("are turned away instead of piling up", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open({ callsUnderWay: 10 });
    await storage.stamp();
    server.freeze();
    const calls = Array.from({ length: 15 }, () => storage.stamp());
    const settled = Promise.allSettled(calls);
    await expect(calls[14]).rejects.toThrow("more than 10 calls are under way");
    server.thaw();
    const outcomes = (await settled).map(({ status }) => status);
    expect(outcomes).toEqual([...Array<string>(10).fill("fulfilled"), ...Array<string>(5).fill("rejected")]);
  });
});

describe("memory", () => {
  test("an entry takes what it holds, its key, and little more", async () => {
    const harness = new Harness({ url: server.url });
    const storage = await harness.open();
    for (const bytes of [243, 4_000, 20_000]) {
      const id = `user:describe:u-${bytes}`;
      await harness.fill(storage, id, { payload: Buffer.alloc(bytes, "x"), tags: tagsOf(id) });
      const key = harness.key(`e:${id}`);
      const [used, stored] = [await redis.memory("USAGE", key), await redis.strlen(key)];
      expect((used as number) / (stored + key.length)).toBeLessThan(1.3);
    }
  });
});
