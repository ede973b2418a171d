import assert from "node:assert/strict";
import type { CacheStorage, LoadOptions } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { describe, expect, onTestFinished, test } from "vitest";
import { LeaseTable, LeasingStorage } from "./support/leasing-storage.ts";
import { ControlledLoad, makeCache, type TestCache } from "./support/make-cache.ts";
import { settled } from "./support/remote-storage.ts";

const key = "user:describe:u-1";
const lost = new Error("lost");

interface Instance extends TestCache {
  readonly storage: LeasingStorage;
  readonly loads: ControlledLoad;
  get(options?: LoadOptions<unknown>): Promise<unknown>;
}

/** Instances on one storage, and one clock for all. */
class Fleet {
  readonly clock: FakeClock = new FakeClock();
  readonly table: LeaseTable = new LeaseTable(this.clock);
  readonly storage: CacheStorage = openMemoryStorage({}, { clock: this.clock, random: () => 0.5, emit() {} });

  instance(): Instance {
    const storage = new LeasingStorage(this.storage, this.table);
    const made = makeCache({ clock: this.clock, open: () => storage });
    onTestFinished(() => made.cache.close());
    const loads = new ControlledLoad();
    const get = (options: LoadOptions<unknown> = {}): Promise<unknown> =>
      made.cache.getOrLoad(key, loads.load, options);
    return { ...made, storage, loads, get };
  }

  /** The first one loads, and the others wait for him. */
  async waiting(others = 2, options: LoadOptions<unknown> = {}): Promise<Waiting> {
    const owner = this.instance();
    const answers = [outcome(owner.get(options))];
    await settled();
    const rest = Array.from({ length: others }, () => this.instance());
    answers.push(...rest.map((one) => outcome(one.get(options))));
    await settled();
    assert.deepEqual([owner.loads.count, this.table.waiting(key)], [1, others]);
    return { owner, others: rest, answers };
  }
}

interface Waiting {
  readonly owner: Instance;
  readonly others: Instance[];
  readonly answers: Promise<unknown>[];
}

/** What came of it; an error as it is. */
async function outcome(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => error);
}

function total(instances: readonly Instance[]): number {
  return instances.reduce((sum, { loads }) => sum + loads.count, 0);
}

describe("one load for the whole fleet", () => {
  test("of 8 instances with 50 readers each, one asks the source, and all have its answer", async () => {
    const fleet = new Fleet();
    const instances = Array.from({ length: 8 }, () => fleet.instance());
    const answers = instances.flatMap((one) => Array.from({ length: 50 }, () => one.get()));
    await settled();
    const owner = instances.find(({ loads }) => loads.count > 0) as Instance;
    await owner.loads.end(0, "answer");
    expect(await Promise.all(answers)).toEqual(Array<string>(400).fill("answer"));
    expect(total(instances)).toBe(1);
    for (const one of instances) {
      const { misses, hits, coalesced } = await one.cache.getStats();
      expect({ misses, hits, coalesced }).toEqual({
        misses: 50,
        hits: 0,
        coalesced: one === owner ? 49 : 50,
      });
    }
  });

  test("what another one has loaded says so, and how old it is", async () => {
    const fleet = new Fleet();
    const { owner, answers } = await fleet.waiting(1);
    const other = fleet.instance();
    const details = other.cache.getOrLoadWithDetails(key, other.loads.load);
    await fleet.clock.advance(300);
    await owner.loads.end(0, "answer");
    expect(await details).toMatchObject({ value: "answer", source: "flight", age: 300 });
    await Promise.all(answers);
  });

  test("who wants it asked for now waits for nobody", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(1);
    const impatient = fleet.instance();
    const own = impatient.get({ maxAge: 0 });
    await settled();
    await impatient.loads.end(0, "asked now");
    expect(await own).toBe("asked now");
    await owner.loads.end(0, "answer");
    await Promise.all(answers);
    expect(total(others)).toBe(0);
  });

  test("who wants it recent waits, and loads for himself what was begun too long ago", async () => {
    const fleet = new Fleet();
    const { owner, answers } = await fleet.waiting(1);
    await fleet.clock.advance(100);
    const [content, particular] = [fleet.instance(), fleet.instance()];
    const shared = content.get({ maxAge: 500 });
    const own = particular.get({ maxAge: 200 });
    await fleet.clock.advance(200);
    await owner.loads.end(0, "answer");
    await particular.loads.end(0, "asked later");
    expect([await shared, await own]).toEqual(["answer", "asked later"]);
    expect([content.loads.count, particular.loads.count]).toEqual([0, 1]);
    await Promise.all(answers);
  });

  test("when its owner dies, one of those who wait takes over, and the others wait for him", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(7);
    owner.storage.isDead = true;
    await fleet.clock.advance(LeaseTable.lease);
    expect(total(others)).toBe(1);
    await others.find(({ loads }) => loads.count === 1)?.loads.end(0, "of the next one");
    expect(await Promise.all(answers.slice(1))).toEqual(Array<string>(7).fill("of the next one"));
    expect(total(others)).toBe(1);
    await owner.loads.end(0, "of a ghost");
  });

  test("a load that takes longer than a lease stays the only one", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(2);
    await fleet.clock.advance(5 * LeaseTable.lease);
    await owner.loads.end(0, "answer");
    expect(await Promise.all(answers)).toEqual(["answer", "answer", "answer"]);
    expect(total(others)).toBe(0);
  });

  test("who comes while the fill is on its way waits for it, in the owner's process, too", async () => {
    const fleet = new Fleet();
    const owner = fleet.instance();
    const first = owner.get();
    await settled();
    const stored = Promise.withResolvers<void>();
    owner.storage.beforeWrite = () => stored.promise;
    await owner.loads.end(0, "answer");
    const late = [owner.get(), fleet.instance().get()];
    await settled();
    stored.resolve();
    expect(await Promise.all([first, ...late])).toEqual(["answer", "answer", "answer"]);
    expect(owner.loads.count).toBe(1);
  });

  test("a refresh ahead of time is one for the fleet", async () => {
    const fleet = new Fleet();
    const instances = Array.from({ length: 3 }, () => fleet.instance());
    const options = { ttl: 1_000, refreshAhead: 400 };
    const [owner] = instances as [Instance];
    const first = owner.get(options);
    await settled();
    await owner.loads.end(0, "old");
    await first;
    await fleet.clock.advance(700);
    for (let turn = 0; turn < 3; turn++) {
      expect(await Promise.all(instances.map((one) => one.get(options)))).toEqual(["old", "old", "old"]);
      await settled();
    }
    expect(total(instances)).toBe(2);
    const refresher = instances.find((one) => one.loads.count === (one === owner ? 2 : 1)) as Instance;
    await refresher.loads.end(refresher.loads.count - 1, "new");
    expect(await Promise.all(instances.map((one) => one.get(options)))).toEqual(["new", "new", "new"]);
    await settled();
    expect(total(instances)).toBe(2);
  });

  /** An entry that is about to be refreshed, and what is done while it is asked who does it. */
  async function aboutToRefresh(
    meanwhile: (owner: Instance, other: Instance) => Promise<unknown>,
  ): Promise<{ readonly owner: Instance; readonly other: Instance }> {
    const fleet = new Fleet();
    const [owner, other] = [fleet.instance(), fleet.instance()];
    const options = { ttl: 1_000, refreshAhead: 400 };
    const first = owner.get(options);
    await settled();
    await owner.loads.end(0, "old");
    await first;
    await fleet.clock.advance(700);
    const read = owner.storage.read.bind(owner.storage);
    owner.storage.read = async (id, loadBelow) => {
      if (loadBelow !== options.refreshAhead) return read(id, loadBelow);
      await other.cache.invalidate(key);
      const reading = await read(id, loadBelow);
      await meanwhile(owner, other);
      return reading;
    };
    expect(await owner.get(options)).toBe("old");
    await settled();
    return { owner, other };
  }

  test("a refresh that finds the entry gone loads it all the same: others wait for it", async () => {
    const { owner, other } = await aboutToRefresh(async () => undefined);
    const answer = other.get();
    await settled();
    expect([owner.loads.count, other.loads.count]).toEqual([2, 0]);
    await owner.loads.end(1, "new");
    expect(await answer).toBe("new");
    expect(other.loads.count).toBe(0);
  });

  test("a refresh that finds a load of its own process under way leaves it to that, and others hear how it ends", async () => {
    const { owner, other } = await aboutToRefresh(async (one) => {
      void outcome(one.get({ maxAge: 0 }));
      await settled();
    });
    const answer = other.get();
    await settled();
    expect([owner.loads.count, other.loads.count]).toEqual([2, 0]);
    await owner.loads.fail(1, lost);
    await settled();
    expect(other.loads.count).toBe(1);
    await other.loads.end(0, "own");
    expect(await answer).toBe("own");
  });
});

describe("who waits in vain", () => {
  /** Ways for a load to end without an entry. */
  const endings: Readonly<Record<string, (waiting: Waiting) => Promise<unknown>>> = {
    "has failed": ({ owner }) => owner.loads.fail(0, lost),
    "gave what cannot be stored": ({ owner }) => owner.loads.end(0, () => "a function"),
    "was overtaken by an invalidation": async ({ owner, others }) => {
      await others[0]?.cache.invalidate("*");
      await owner.loads.end(0, "of before");
    },
  };

  test.for(Object.keys(endings))("loads for himself at once when the load %s", async (name) => {
    const fleet = new Fleet();
    const waiting = await fleet.waiting(3);
    const began = fleet.clock.now();
    await endings[name]?.(waiting);
    // All at the same time: a load that gave no entry says nothing about the next one, and a queue would only grow.
    expect(waiting.others.map(({ loads }) => loads.count)).toEqual([1, 1, 1]);
    for (const [index, { loads }] of waiting.others.entries()) await loads.end(0, `own ${index}`);
    expect((await Promise.all(waiting.answers)).slice(1)).toEqual(["own 0", "own 1", "own 2"]);
    expect(fleet.clock.now()).toBe(began);
  });

  test("nobody gets the failure of another instance", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(1);
    await owner.loads.fail(0, lost);
    await others[0]?.loads.end(0, "well");
    expect(await Promise.all(answers)).toEqual([lost, "well"]);
  });

  test("many readers of an instance then share one load", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(1);
    const other = others[0] as Instance;
    const more = Array.from({ length: 20 }, () => other.get());
    await settled();
    await owner.loads.fail(0, lost);
    await other.loads.end(0, "well");
    expect(new Set(await Promise.all([answers[1], ...more]))).toEqual(new Set(["well"]));
    expect(other.loads.count).toBe(1);
  });

  test("waits no longer than his patience, however long the load takes", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(1);
    await fleet.clock.advance(LeaseTable.patience - 1);
    expect(total(others)).toBe(0);
    await fleet.clock.advance(1);
    await others[0]?.loads.end(0, "own");
    expect(await answers[1]).toBe("own");
    await owner.loads.end(0, "late");
  });

  test("goes when his own signal says so, and the load goes on", async () => {
    const fleet = new Fleet();
    const { owner, answers } = await fleet.waiting(1);
    const impatient = fleet.instance();
    const controller = new AbortController();
    const answer = outcome(impatient.get({ signal: controller.signal }));
    await settled();
    controller.abort(lost);
    expect(await answer).toBe(lost);
    expect(fleet.table.waiting(key)).toBe(1);
    await owner.loads.end(0, "answer");
    expect(await Promise.all(answers)).toEqual(["answer", "answer"]);
    expect(impatient.loads.count).toBe(0);
  });

  test("leaves nothing behind, no timer and nobody who waits", async () => {
    const fleet = new Fleet();
    const { owner, answers } = await fleet.waiting(3);
    await owner.loads.end(0, "answer");
    await Promise.all(answers);
    await settled();
    expect(fleet.clock.waiting).toBe(0);
    expect(fleet.table.waiting(key)).toBe(0);
  });
});

describe("what a lease must not do", () => {
  test("a reader who begins after an invalidation gets nothing that was loaded before it", async () => {
    const fleet = new Fleet();
    const { owner, others, answers } = await fleet.waiting(1);
    await others[0]?.cache.invalidate(key);
    const reader = fleet.instance();
    const answer = reader.get();
    await settled();
    await owner.loads.end(0, "of before");
    await settled();
    for (const { loads } of [...others, reader]) if (loads.count === 1) await loads.end(0, "of after");
    expect(await answer).toBe("of after");
    await Promise.all(answers);
  });

  test("two loads that read each other's keys in two instances do not wait for each other", async () => {
    const fleet = new Fleet();
    const [one, other] = [fleet.instance(), fleet.instance()];
    const began = Promise.withResolvers<void>();
    let count = 0;
    const crossing = (instance: Instance, mine: string, its: string): Promise<string> =>
      instance.cache.getOrLoad(mine, async () => {
        if (++count === 2) began.resolve();
        await began.promise;
        return `${mine} of ${await instance.cache.getOrLoad(its, () => "itself")}`;
      });
    const answers = [crossing(one, "a:1", "b:1"), crossing(other, "b:1", "a:1")];
    expect(await Promise.all(answers)).toEqual(["a:1 of itself", "b:1 of itself"]);
  });

  test("a storage whose leases fail in any way costs no answer, and an event tells", async () => {
    const fail = (): never => {
      throw lost;
    };
    const leases = [
      { state: "yours", keep: fail },
      { state: "yours", keep: () => fail },
      { state: "others", lapsesAfter: 1_000, patience: 10_000, wait: async () => fail() },
      { state: "others", lapsesAfter: 1_000, patience: 10_000, wait: fail },
    ] as const;
    for (const lease of leases) {
      const fleet = new Fleet();
      const one = fleet.instance();
      const read = one.storage.read.bind(one.storage);
      one.storage.read = async (id) => ({ ...(await read(id)), lease });
      const answer = one.get();
      await settled();
      await one.loads.end(0, "answer");
      expect(await answer).toBe("answer");
      await settled();
      expect(one.events).toContainEqual(expect.objectContaining({ type: "storage-failed", error: lost }));
    }
  });

  test("nobody waits for longer than the lease when nothing is ever heard", async () => {
    const fleet = new Fleet();
    const one = fleet.instance();
    const { storage } = one;
    const read = storage.read.bind(storage);
    const lease = {
      state: "others",
      lapsesAfter: 1_000,
      patience: 1_000,
      wait: () => new Promise<void>(() => {}),
    } as const;
    storage.read = async (id) => ({ ...(await read(id)), lease });
    const answer = one.get();
    await settled();
    await fleet.clock.advance(999);
    expect(one.loads.count).toBe(0);
    await fleet.clock.advance(1);
    await one.loads.end(0, "answer");
    expect(await answer).toBe("answer");
  });

  test("a lease that a reader was given who then joins a load is given back when that has ended", async () => {
    const fleet = new Fleet();
    const one = fleet.instance();
    const { storage } = one;
    const read = storage.read.bind(storage);
    // The first look fails, and so its load has no lease.
    storage.read = () => Promise.reject(lost);
    const first = one.get();
    await settled();
    storage.read = read;
    const second = one.get();
    await settled();
    const other = fleet.instance();
    const third = other.get();
    await settled();
    expect(fleet.table.waiting(key)).toBe(1);
    await one.loads.end(0, "without a stamp");
    await other.loads.end(0, "own");
    expect([await first, await third]).toEqual(["without a stamp", "own"]);
    // What was loaded before is of no use to who came later.
    await one.loads.end(1, "again");
    expect(await second).toBe("again");
  });
});
