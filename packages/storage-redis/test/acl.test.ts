import { readFileSync } from "node:fs";
import path from "node:path";
import type { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { defaultLimits } from "../src/limits.ts";
import { openWith } from "../src/open-redis-storage.ts";
import type { RedisStorage } from "../src/redis-storage.ts";
import { Harness, invalidation } from "./support/harness.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server, redis } = await sharedServer();

const documents = ["packages/storage-redis/README.md", "docs/running-a-fleet.md"];

/** The rights that a document gives to a user of a single server. */
function rightsIn(document: string): readonly string[] {
  const text = readFileSync(path.join(import.meta.dirname, "../../..", document), "utf8");
  const block = /ACL SETUSER.*\n(?:[ ]+\S.*\n)*/.exec(text)?.[0] ?? "";
  return block.match(/\+\S+/g) ?? [];
}

/** Does all that a storage can do as a user with these rights, and answers with the commands that he was refused. */
async function refused(rights: readonly string[]): Promise<readonly string[]> {
  const harness = new Harness({ url: server.url });
  const user = crypto.randomUUID();
  await redis.call("ACL", "SETUSER", user, "reset", "on", ">secret", `~{${harness.namespace}}:*`, ...rights);
  await redis.call("ACL", "LOG", "RESET");
  const open = async (replicasToAck: number): Promise<RedisStorage> => {
    const options = { username: user, password: "secret" };
    const storage = await openWith(
      { url: server.url, namespace: harness.namespace, options, replicasToAck, ackTimeout: 1 },
      { clock: harness.clock, random: () => 0.5, emit: () => undefined },
      // So few that steps make it forget some.
      { limits: { ledgerTags: 4, ledgerPatterns: 2 } },
    );
    onTestFinished(() => storage.close());
    return storage;
  };
  const storage = await open(0);
  await redis.script("FLUSH");
  const stamp = await storage.stamp().catch(() => ({ epoch: "none", position: 0, time: Date.now() }));
  for (const action of [
    () => storage.write(harness.entry("a:b:c", stamp)),
    () => storage.write(harness.entry("set", stamp), "=set"),
    () => storage.read("a:b:c"),
    () => waitForLoad(storage, user, harness.clock),
    () => storage.addCounters({ hits: 2 }),
    () => storage.counters(),
    () => storage.usage(),
    () => Array.fromAsync(storage.entries()),
    () => storage.since(stamp),
    () => isHeard(storage.waitForChange(stamp, 60_000), user),
    () => storage.invalidate(invalidation({ tags: ["x"], open: { operation: "o", lease: 10 } })),
    () => storage.invalidate(invalidation({ close: "o", settle: 5 })),
    () => storage.invalidate(invalidation({ patterns: ["a:*:c"] })),
    () => storage.invalidate(invalidation({ tags: ["1", "2", "3"] })),
    () => storage.invalidate(invalidation({ tags: ["4", "5", "6"] })),
    // Every thousandth step looks at how large the ledger has become.
    () => redis.hset(harness.key("ledger"), "position", 999),
    () => storage.invalidate(invalidation({ tags: ["x"] })),
    () => storage.clear(invalidation({ everything: true })),
    async () => (await open(1)).invalidate(invalidation({ tags: ["x"] })),
  ]) {
    try {
      await action();
    } catch {
      // What it was refused stands in the server's log.
    }
  }
  const log = (await redis.call("ACL", "LOG")) as readonly (readonly unknown[])[];
  return log.map((entry) => String(entry[entry.indexOf("object") + 1]));
}

/** Resolves when a wait is over, or the server knows that this user waits: where he may not do all, nobody may wake him. */
async function isHeard(waiting: Promise<unknown>, user: string): Promise<void> {
  let isOver = false;
  void waiting.catch(() => undefined).then(() => (isOver = true));
  const waits = new RegExp(`^.* flags=b .* user=${user} `, "m");
  await expect.poll(async () => isOver || waits.test(String(await redis.client("LIST")))).toBe(true);
}

/** Waits for what another one loads, who renews his lease meanwhile. */
async function waitForLoad(storage: RedisStorage, user: string, clock: FakeClock): Promise<void> {
  const [load, waiting] = [await storage.read("loaded", 0), await storage.read("loaded", 0)];
  if (load.lease?.state !== "yours" || waiting.lease?.state !== "others") throw new Error("No lease");
  const end = load.lease.keep();
  await clock.advance(defaultLimits.lease / 2);
  end(false);
  await isHeard(waiting.lease.wait(new AbortController().signal), user);
  // What the end of the load asks for is over when as much has been answered behind it.
  for (let turn = 0; turn < 8; turn++) await storage.stamp().catch(() => undefined);
}

describe("a user of Redis", () => {
  test("has the same rights wherever they are named", () => {
    const [first, ...others] = documents.map(rightsIn);
    expect(first?.length).toBeGreaterThan(20);
    for (const other of others) expect(other).toEqual(first);
  });

  test("needs no more than those", async () => {
    expect(await refused(rightsIn(documents[0] as string))).toEqual([]);
  });

  test.for(rightsIn(documents[0] as string))("needs %s", async (right) => {
    const rest = rightsIn(documents[0] as string).filter((other) => other !== right);
    expect(await refused(rest)).toContain(right.slice(1));
  });

  test("who may not GET is told so: a cache of misses would look like a cold one", async () => {
    const harness = new Harness({ url: server.url });
    const rights = rightsIn(documents[0] as string).filter((right) => right !== "+get");
    await redis.call("ACL", "SETUSER", "blind", "reset", "on", ">secret", "~*", ...rights);
    const storage = await harness.open({}, { options: { username: "blind", password: "secret" } });
    await harness.fill(storage, "a");
    await expect(storage.read("a")).rejects.toThrow(/permission|can't run/i);
  });
});
