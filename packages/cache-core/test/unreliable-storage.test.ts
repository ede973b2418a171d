/*
 * A storage of which nearly a third of the calls fail, under many callers at once and a clock that stands still until it
 * is moved, so that the same seed gives the same history. Processes end without a word and others take their place.
 *
 *     AWSIDEMAN_UNRELIABLE_OPERATIONS=100000 pnpm vitest run packages/cache-core/test/unreliable-storage.test.ts
 */
import { CacheManager, type CacheStorage, type Clock } from "@awsideman/cache-core";
import { checkHistory, FakeClock, HistoryRecorder, type HistoryReport } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { seededRandom } from "../../../tests/laws/random.ts";
import { bound } from "./support/late-storage.ts";
import { MemorySpools } from "./support/memory-spool.ts";
import { unreliable } from "./support/unreliable-storage.ts";

const operations = Number(process.env["AWSIDEMAN_UNRELIABLE_OPERATIONS"] ?? 10_000);
const callers = 12;
const users = Array.from({ length: 8 }, (_, index) => `u-${index}`);

interface Value {
  readonly version: number;
  readonly loadBegan: number;
}

interface Life {
  readonly cache: CacheManager;
  readonly clock: Clock;
  /** How many still call. */
  callers: number;
  readonly end: () => void;
}

interface Result extends HistoryReport {
  readonly errors: readonly unknown[];
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds of the slowest call, less what its loads took. */
  readonly longest: Readonly<Record<string, number>>;
  readonly fingerprint: string;
}

async function run(seed: number, size: number): Promise<Result> {
  const random = seededRandom(seed);
  const clock = new FakeClock();
  let order = 0;
  const recorder = new HistoryRecorder({ process: "test", now: () => ++order });
  const spools = new MemorySpools();
  const shared = openMemoryStorage({}, { clock, random, emit: () => undefined });
  const versions = new Map<string, number>();
  const counts: Record<string, number> = {};
  const longest: Record<string, number> = {};
  const errors: unknown[] = [];
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);

  /** One life of the process. Once it is over, nothing it has begun goes on. */
  const begin = (): Life => {
    let isOver = false;
    const own: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (milliseconds, action) => clock.after(milliseconds, () => (isOver ? undefined : action())),
    };
    const cache = new CacheManager({
      clock: own,
      random,
      storage: { backend: "unreliable" },
      openSpool: spools.open,
      defaultTtl: 60_000,
    });
    cache.registerBackend("unreliable", (_, { identify }): CacheStorage => {
      identify?.("shared");
      const faults = { before: 0.1, after: 0.1, hang: 0.1, slow: 0.1 };
      const storage = bound(shared);
      const remote: CacheStorage = {
        ...storage,
        capabilities: { ...storage.capabilities, reach: "fleet" },
        close: () => undefined,
      };
      return unreliable(remote, faults, { clock: own, random, count });
    });
    // Otherwise it would be left alone for most of the time.
    cache.configureCircuitBreaker({ recoveryTimeout: 500 });
    for (const type of ["invalidation-deferred", "invalidations-replayed", "breaker", "stored"] as const)
      cache.on(type, () => count(type));
    return { cache, clock: own, callers: 0, end: () => (isOver = true) };
  };

  const load = (user: string): Value => ({ version: versions.get(user) ?? 0, loadBegan: ++order });
  const read = async (life: Life, user: string): Promise<void> => {
    const { cache } = life;
    const key = `user:describe:${user}`;
    const time = Math.floor(random() * 200);
    await recorder.read(user, () =>
      cache.getOrLoad<Value>(key, async () => {
        const value = load(user);
        if (random() < 0.5) await new Promise<void>((resolve) => life.clock.after(time, resolve));
        return value;
      }),
    );
  };
  const list = async ({ cache }: Life): Promise<void> => {
    // Made of the others, read through the cache.
    const values = cache.getOrLoad<Record<string, Value>>("user:list:all", async () => {
      const parts = await Promise.all(
        users.map(async (user) => {
          const key = `user:describe:${user}`;
          return [user, await cache.getOrLoad<Value>(key, async () => load(user))] as const;
        }),
      );
      return Object.fromEntries(parts);
    });
    await Promise.all(users.map((user) => recorder.read(user, async () => (await values)[user] as Value)));
  };
  const change = async ({ cache }: Life, user: string): Promise<void> => {
    await recorder.invalidation([user], async () => {
      const window = random() < 0.5 ? await cache.beginWrite([`user:*:${user}`], 30_000) : undefined;
      versions.set(user, (versions.get(user) ?? 0) + 1);
      if (window) await window.close(0);
      else await cache.invalidate([`user:*:${user}`, "user:list"]);
    });
    recorder.settled(user, versions.get(user) ?? 0);
  };

  let begun = 0;
  const call = async (life: Life): Promise<void> => {
    life.callers++;
    while (begun < size) {
      begun++;
      const user = users[Math.floor(random() * users.length)] as string;
      const kind = random();
      const name = kind < 0.75 ? "read" : kind < 0.85 ? "list" : "change";
      const started = clock.now();
      try {
        if (name === "read") await read(life, user);
        else if (name === "list") await list(life);
        else await change(life, user);
      } catch (error) {
        errors.push(error);
      }
      longest[name] = Math.max(longest[name] ?? 0, clock.now() - started);
      count(name);
      await new Promise<void>((resolve) => life.clock.after(Math.floor(random() * 300), resolve));
    }
    life.callers--;
  };

  while (begun < size) {
    const life = begin();
    const endAt = begun + 300 + Math.floor(random() * 600);
    for (let caller = 0; caller < callers; caller++) void call(life);
    while (begun < endAt && life.callers > 0) await clock.advance(25);
    // Whoever is being served is never answered, as if killed.
    life.end();
    count("ended");
  }
  const report = checkHistory(recorder.events);
  const fingerprint = JSON.stringify(recorder.events);
  return { ...report, errors, counts, longest, fingerprint };
}

test(
  `${operations} operations on a storage of which three calls in ten fail: nothing stale, no error, nobody kept long`,
  { timeout: 600_000 },
  async () => {
    const { violations, errors, counts, longest, reads, cached } = await run(1, operations);
    if (operations > 10_000) console.log({ counts, longest, reads, cached });
    expect(violations).toEqual([]);
    expect(errors).toEqual([]);
    // The longest load takes 200 ms, and a list is made of what may be loading.
    expect(longest["read"]).toBeLessThan(750);
    expect(longest["change"]).toBeLessThan(400);
    // There was something to get wrong.
    expect(cached).toBeGreaterThan(reads / 10);
    for (const name of ["before", "after", "hang", "slow", "stored", "breaker", "ended"])
      expect(counts[name]).toBeGreaterThan(operations / 1_000);
    expect(counts["invalidations-replayed"]).toBeGreaterThan(operations / 100);
  },
);

test("the same seed gives the same history", async () => {
  const [first, second, other] = [await run(7, 500), await run(7, 500), await run(8, 500)];
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(second.counts).toEqual(first.counts);
  expect(other.fingerprint).not.toBe(first.fingerprint);
});
