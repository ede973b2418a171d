import type { CacheEntry, CacheStorage, Reading, StorageEvent } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, test } from "vitest";
import { TieredStorage, type Coherence } from "../src/tiered/tiered-storage.ts";
import { valueFormFor } from "../src/value/value-form.ts";
import { RemoteStorage, settled } from "./support/remote-storage.ts";

const values = valueFormFor("copies", false);
const maxStaleness = 1_000;

interface Instance {
  readonly storage: TieredStorage;
  /** Its connection to what all share. */
  readonly remote: RemoteStorage;
  readonly clock: FakeClock;
  readonly events: StorageEvent[];
}

/** What a fleet shares, with a clock of its own. */
class Fleet {
  readonly serverClock = new FakeClock(5_000_000);
  readonly #far: CacheStorage;

  constructor() {
    this.#far = openMemoryStorage(
      {},
      { clock: this.serverClock, random: Math.random, emit: () => undefined },
    );
  }

  /** Another instance, whose clock is an hour ahead of the server's. */
  join(coherence: Coherence = { kind: "bounded", maxStaleness }): Instance {
    const clock = new FakeClock(this.serverClock.now() + 3_600_000);
    const events: StorageEvent[] = [];
    const emit = (event: StorageEvent): void => void events.push(event);
    const near = openMemoryStorage({}, { clock, random: Math.random, emit });
    const remote = new RemoteStorage(this.#far);
    const storage = new TieredStorage({
      near: { storage: near, values },
      far: { storage: remote, values },
      coherence,
      clock,
      emit,
    });
    return { storage, remote, clock, events };
  }

  /** Loads and stores, as the cache does. */
  async fill(
    { storage }: Instance,
    id: string,
    value: unknown,
    tags: readonly string[] = [id],
  ): Promise<void> {
    const stamp = await storage.stamp();
    const { payload, size } = values.pack(value);
    const expiresAt = stamp.time + 60_000;
    await storage.write({ id, tags, stamp, expiresAt, staleUntil: expiresAt, payload, size: size + 200 });
  }
}

/** Reads, and says what was found where. */
async function read({ storage, remote }: Instance, id: string): Promise<readonly [unknown, "near" | "far"]> {
  remote.calls.length = 0;
  const reading = await storage.read(id);
  const place = remote.calls.includes("read") ? "far" : "near";
  return [reading.state === "hit" ? valueOf(reading) : reading.state, place];
}

function valueOf(reading: Reading & { readonly state: "hit" }): unknown {
  return values.unpack(reading.entry.payload)?.value;
}

/** Lets the instance begin to follow, and look once. */
async function follow(instance: Instance): Promise<void> {
  await instance.storage.read("nothing");
  await settled();
}

/** A fleet of which one follows, and has `a` near. */
async function fleetWithA(): Promise<{ readonly fleet: Fleet; readonly one: Instance }> {
  const fleet = new Fleet();
  const one = fleet.join();
  await follow(one);
  await fleet.fill(one, "a", 1);
  return { fleet, one };
}

const tag = (...tags: readonly string[]): { tags: readonly string[]; patterns: [] } => ({
  tags,
  patterns: [],
});

describe("a hit in the near tier", () => {
  test("asks nobody", async () => {
    const fleet = new Fleet();
    const one = fleet.join();
    await follow(one);
    await fleet.fill(one, "a", { n: 1 });
    one.remote.calls.length = 0;
    const reading = one.storage.read("a") as Reading;
    expect(reading).toMatchObject({ state: "hit", entry: { id: "a", tags: ["a"] } });
    expect(one.remote.calls).toEqual([]);
  });

  test("is what was found in the far tier, from the second time on", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await fleet.fill(one, "a", { n: 1 });
    await follow(other);
    expect(await read(other, "a")).toEqual([{ n: 1 }, "far"]);
    expect(await read(other, "a")).toEqual([{ n: 1 }, "near"]);
  });

  test("keeps its stamp and the rest of its time, whatever this process's clock says", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await fleet.fill(one, "a", 1);
    await fleet.serverClock.advance(59_000);
    await other.clock.advance(59_000);
    await follow(other);
    const far = (await other.storage.read("a")) as Reading & { state: "hit" };
    const near = (await other.storage.read("a")) as Reading & { state: "hit" };
    expect(near.entry.stamp).toEqual(far.entry.stamp);
    expect(near.entry.expiresAt).toBe(far.entry.expiresAt);
    await other.clock.advance(999);
    expect(await read(other, "a")).toEqual([1, "near"]);
    await other.clock.advance(1);
    expect((await read(other, "a"))[1]).toBe("far");
  });

  test("gives a stamp that is never later than the far ledger is", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await follow(one);
    await fleet.fill(one, "a", 1);
    const { at } = (await one.storage.read("a")) as Reading;
    await other.storage.invalidate(tag("b"));
    await fleet.serverClock.advance(100);
    const again = ((await one.storage.read("a")) as Reading).at;
    expect(again).toEqual(at);
    expect(again.position).toBeLessThan((await other.storage.stamp()).position);
  });

  test("of many, and only what is missing is asked for", async () => {
    const { fleet, one } = await fleetWithA();
    const other = fleet.join();
    await fleet.fill(other, "b", 2);
    const readings = await one.storage.readMany(["b", "c", "a"]);
    expect(readings.map((reading) => (reading.state === "hit" ? valueOf(reading) : reading.state))).toEqual([
      2,
      "miss",
      1,
    ]);
    one.remote.calls.length = 0;
    await one.storage.readMany(["b", "a"]);
    expect(one.remote.calls).toEqual([]);
  });
});

describe("in the process that invalidates", () => {
  test("nothing older is served from the moment of the call on", async () => {
    const { one } = await fleetWithA();
    const release = one.remote.hold("invalidate", "request");
    const invalidated = one.storage.invalidate(tag("a"));
    // Not known to be recorded: the far tier is asked, which may still have it.
    expect((await read(one, "a"))[1]).toBe("far");
    await release();
    await invalidated;
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test("what it does not concern stays near", async () => {
    const { one } = await fleetWithA();
    await one.storage.invalidate(tag("b"));
    expect(await read(one, "a")).toEqual([1, "near"]);
  });

  test("an answer of before that comes late is not kept", async () => {
    const fleet = new Fleet();
    const one = fleet.join();
    await follow(one);
    const other = fleet.join();
    await fleet.fill(other, "a", 1);
    const release = one.remote.hold("read", "answer");
    const late = one.storage.read("a");
    await settled();
    await one.storage.invalidate(tag("a"));
    await release();
    expect(await late).toMatchObject({ state: "hit" });
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test("a fill of before, whose answer comes late, is not kept", async () => {
    const fleet = new Fleet();
    const one = fleet.join();
    await follow(one);
    const release = one.remote.hold("write", "answer");
    const filled = fleet.fill(one, "a", 1);
    await settled();
    await one.storage.invalidate(tag("a"));
    await release();
    await filled;
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test.each([
    ["what closes an operation", { ...tag(), close: "w" }, [1, "near"]],
    ["what concerns everything", { ...tag(), everything: true }, ["miss", "far"]],
  ])("%s is looked up before anything near is served again", async (_, invalidation, found) => {
    const fleet = new Fleet();
    const one = fleet.join();
    await follow(one);
    await one.storage.invalidate({ ...tag("other"), open: { operation: "w", lease: 10_000 } });
    await fleet.fill(one, "a", 1);
    const early = one.remote.hold("since", "answer");
    await one.clock.advance(maxStaleness / 4);
    await one.storage.invalidate(invalidation);
    expect((await read(one, "a"))[1]).toBe("far");
    // An answer to what was asked before it does not count.
    await early();
    expect((await read(one, "a"))[1]).toBe("far");
    await one.clock.advance(maxStaleness / 4);
    await read(one, "a");
    expect(await read(one, "a")).toEqual(found);
  });

  test("nor is anything served near after a failed invalidation, until the far ledger was asked", async () => {
    const { one } = await fleetWithA();
    one.remote.invalidate = () => Promise.reject(new Error("lost"));
    await expect(one.storage.invalidate(tag("a"))).rejects.toThrow("lost");
    expect((await read(one, "a"))[1]).toBe("far");
  });

  test("a far tier that answers nothing to a value that is set has failed, and the near one goes on", async () => {
    const { one } = await fleetWithA();
    const write = one.remote.write.bind(one.remote);
    one.remote.write = () => Promise.resolve(undefined as never);
    const { entry } = (await one.storage.read("a")) as Reading & { state: "hit" };
    await expect((async () => one.storage.write(entry, "=a"))()).rejects.toThrow(TypeError);
    one.remote.write = write;
    await one.clock.advance(maxStaleness / 4);
    expect(await read(one, "a")).toEqual([1, "near"]);
  });

  test("a value that is set takes the place of the near one", async () => {
    const fleet = new Fleet();
    const one = fleet.join();
    await follow(one);
    await fleet.fill(one, "a", 1, ["=a"]);
    const stamp = await one.storage.stamp();
    const entry: CacheEntry = {
      id: "a",
      tags: ["=a"],
      stamp,
      expiresAt: Infinity,
      staleUntil: Infinity,
      payload: values.pack(2).payload,
      size: 200,
    };
    await one.storage.write(entry, "=a");
    expect(await read(one, "a")).toEqual([2, "far"]);
    expect(await read(one, "a")).toEqual([2, "near"]);
  });

  test("clearing counts in the far tier, and empties the near one", async () => {
    const { one } = await fleetWithA();
    expect(await one.storage.clear({ ...tag(), everything: true })).toBe(1);
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });
});

describe("in another process", () => {
  test("an invalidation is followed", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await follow(one);
    await fleet.fill(one, "a", 1);
    await fleet.fill(one, "b", 2);
    await other.storage.invalidate(tag("a"));
    await one.clock.advance(maxStaleness / 4);
    expect(await read(one, "a")).toEqual(["miss", "far"]);
    expect(await read(one, "b")).toEqual([2, "near"]);
  });

  test("nothing is served near for longer than the bound after the far tier was heard of last", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await follow(one);
    await fleet.fill(one, "a", 1);
    one.remote.cut();
    await one.clock.advance(maxStaleness / 4);
    await other.storage.invalidate(tag("a"));
    await one.clock.advance(maxStaleness * 0.75);
    expect(await read(one, "a")).toEqual([1, "near"]);
    await one.clock.advance(1);
    one.remote.cut(false);
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test("the bound counts from when was asked, not from when the answer came", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await follow(one);
    await fleet.fill(one, "a", 1);
    const release = one.remote.hold("since", "answer");
    await one.clock.advance(maxStaleness / 4);
    // Asked at 250, and answered from before this; the answer is on its way until 900.
    await other.storage.invalidate(tag("a"));
    await one.clock.advance(maxStaleness * 0.65);
    one.remote.cut();
    await release();
    await one.clock.advance(maxStaleness * 0.36);
    one.remote.cut(false);
    expect((await read(one, "a"))[1]).toBe("far");
  });

  test.each([
    ["the wall clock is set back by an hour", -3_600_000],
    ["the machine has slept, which only the wall clock knows", 3_600_000],
  ])("the bound holds when %s", async (_, jump) => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join(), fleet.join()];
    await follow(one);
    await fleet.fill(one, "a", 1);
    one.remote.hold("since", "answer");
    await one.clock.advance(maxStaleness / 4);
    await other.storage.invalidate(tag("a"));
    if (jump < 0) await one.clock.advance(maxStaleness + 1);
    one.clock.jump(one.clock.now() + jump);
    expect((await read(one, "a"))[1]).toBe("far");
  });

  test("one look that is never answered does not switch it off", async () => {
    const { one } = await fleetWithA();
    one.remote.hold("since", "answer");
    for (let quarter = 0; quarter < 12; quarter++) {
      await one.clock.advance(maxStaleness / 4);
      expect(await read(one, "a")).toEqual([1, "near"]);
    }
  });

  test("a silent feed is told once, and comes back by itself", async () => {
    const { one } = await fleetWithA();
    one.remote.cut();
    await one.clock.advance(10 * maxStaleness);
    expect(one.events.map(({ type }) => type)).toEqual(["storage-trouble"]);
    one.remote.cut(false);
    await one.clock.advance(2 * maxStaleness);
    await read(one, "a");
    expect(await read(one, "a")).toEqual([1, "near"]);
  });

  test("a lost ledger leaves nothing near", async () => {
    const { one } = await fleetWithA();
    const since = one.remote.since.bind(one.remote);
    one.remote.since = async (stamp) => {
      const { at } = await since(stamp);
      return { state: "gap", at: { ...at, epoch: "another", position: 0 } };
    };
    await one.clock.advance(maxStaleness / 4);
    expect((await read(one, "a"))[1]).toBe("far");
  });
});

test("an answer of another ledger, whatever was asked, leaves nothing near", async () => {
  const fleet = new Fleet();
  const one = fleet.join();
  await follow(one);
  await fleet.fill(one, "a", 1);
  const { at } = (await one.storage.read("b")) as Reading;
  one.remote.read = () => Promise.resolve({ state: "miss", at: { ...at, epoch: "another" } });
  await one.storage.read("b");
  expect(await read(one, "a")).toEqual(["miss", "near"]);
  expect(one.remote.calls).toEqual([]);
});

test.each(["strict", "bounded"] as const)(
  "when the far ledger's clock is set back, nothing near of before it is served: %s",
  async (kind) => {
    const fleet = new Fleet();
    const one = fleet.join(kind === "strict" ? { kind } : { kind, maxStaleness });
    await follow(one);
    await fleet.fill(one, "a", 1);
    fleet.serverClock.jump(fleet.serverClock.now() - 3_600_000);
    if (kind === "bounded") await one.clock.advance(maxStaleness / 4);
    expect(await read(one, "a")).toEqual(["miss", "far"]);
    if (kind === "bounded") await one.clock.advance(maxStaleness / 4);
    await read(one, "a");
    await fleet.fill(one, "a", 2);
    const { at } = (await one.storage.read("a")) as Reading;
    expect(at.time).toBe(fleet.serverClock.now());
    expect(await read(one, "a")).toEqual([2, "near"]);
  },
);

test("what a hit gives as its moment is not before the entry's own", async () => {
  const fleet = new Fleet();
  const [one, other] = [fleet.join(), fleet.join()];
  await follow(one);
  await other.storage.invalidate(tag("b"));
  await fleet.serverClock.advance(100);
  await fleet.fill(one, "a", 1);
  const { entry, at } = (await one.storage.read("a")) as Reading & { state: "hit" };
  expect(at).toEqual(entry.stamp);
});

describe("strict coherence", () => {
  test("asks the far ledger at every read, and takes the value from near", async () => {
    const fleet = new Fleet();
    const one = fleet.join({ kind: "strict" });
    await read(one, "nothing");
    await fleet.fill(one, "a", 1);
    expect(await read(one, "a")).toEqual([1, "near"]);
    expect(one.remote.calls).toEqual(["since"]);
  });

  test("sees what another process has just invalidated", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.join({ kind: "strict" }), fleet.join()];
    await read(one, "nothing");
    await fleet.fill(one, "a", 1);
    await other.storage.invalidate(tag("a"));
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test("takes nothing from near while an invalidation of its own is on its way", async () => {
    const fleet = new Fleet();
    const one = fleet.join({ kind: "strict" });
    await read(one, "nothing");
    await fleet.fill(one, "a", 1);
    const release = one.remote.hold("invalidate", "request");
    const invalidated = one.storage.invalidate(tag("a"));
    expect((await read(one, "a"))[1]).toBe("far");
    await release();
    await invalidated;
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  });

  test("fails when the far tier does, and lets the caller go on", async () => {
    const fleet = new Fleet();
    const one = fleet.join({ kind: "strict" });
    one.remote.since = () => Promise.reject(new Error("gone"));
    await read(one, "nothing");
    await expect(async () => one.storage.read("a")).rejects.toThrow("gone");
  });
});

test("following ends when nobody has read for a minute, and begins again with the next read", async () => {
  const fleet = new Fleet();
  const one = fleet.join();
  await follow(one);
  await one.clock.advance(61_000);
  one.remote.calls.length = 0;
  await one.clock.advance(60_000);
  expect(one.remote.calls).toEqual([]);
  await follow(one);
  expect(one.remote.calls).toContain("since");
});

test("a value whose bytes are damaged is a miss, and an event", async () => {
  const fleet = new Fleet();
  const one = fleet.join();
  const stamp = await one.storage.stamp();
  const times = { expiresAt: Infinity, staleUntil: Infinity };
  await one.remote.write({ id: "a", tags: ["a"], stamp, ...times, payload: undefined, size: 1 });
  expect(await read(one, "a")).toEqual(["miss", "far"]);
  expect(one.events).toMatchObject([{ type: "storage-trouble", message: "The value of a cannot be read" }]);
});

test.each(["strict", "bounded"] as const)(
  "answers of before that come late are not kept, even if nothing at all was known before: %s",
  async (kind) => {
    const fleet = new Fleet();
    await fleet.fill(fleet.join(), "a", 1);
    const one = fleet.join(kind === "strict" ? { kind } : { kind, maxStaleness });
    const [look, found] = [one.remote.hold("stamp", "answer"), one.remote.hold("read", "answer")];
    const early = one.storage.read("a");
    await settled();
    await one.storage.invalidate(tag("a"));
    await look();
    await found();
    await early;
    expect(await read(one, "a")).toEqual(["miss", "far"]);
  },
);
