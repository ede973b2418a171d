import { CacheManager, type Cache } from "@awsideman/cache-core";
import { HistoryRecorder, sharedNow, type RecordedValue } from "@awsideman/cache-core/testing";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { faultyStorage } from "./faulty-storage.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { SourceOfTruth } from "./source-of-truth.ts";

const lease = 300;
/** How long the source may take, in milliseconds, before and after it is looked at. */
const loadTime = 4;

/** Runs one process of a race, and saves what it saw. */
export async function race(scenario: Scenario): Promise<void> {
  const random = seededRandom(scenario.seed);
  const recorder = new HistoryRecorder({ process: scenario.process });
  const source = new SourceOfTruth(scenario.truth, scenario.lag, sharedNow, random);
  const cache = new CacheManager({ random, storage: scenario.backend, defaultTtl: scenario.timeToLive });
  for (const [name, factory] of Object.entries({ memory: createMemoryStorage, disk: createDiskStorage })) {
    cache.registerBackend(name, async (config, context) => {
      const storage = await factory(config, context);
      return scenario.faults > 0 ? faultyStorage(storage, scenario.faults, random) : storage;
    });
  }
  await cache.configureStorage(scenario.backend);
  cache.configureCircuitBreaker({ recoveryTimeout: 50 });

  const end = sharedNow() + scenario.milliseconds;
  const actors = [
    ...times(scenario.readers, () => readers[scenario.reading]),
    ...times(scenario.writers, () => writers[scenario.writing]),
  ];
  await Promise.all(
    actors.map(async (act, actor) => {
      while (sharedNow() < end) await act({ cache, recorder, source, random, scenario, actor });
    }),
  );
  await cache.close();
  recorder.save(scenario.history);
}

interface Part {
  readonly cache: Cache;
  readonly recorder: HistoryRecorder;
  readonly source: SourceOfTruth;
  readonly random: () => number;
  readonly scenario: Scenario;
  readonly actor: number;
}

type Act = (part: Part) => Promise<void>;

const readers: Record<Scenario["reading"], Act> = {
  async items(part) {
    const item = anyItem(part);
    await part.recorder.read(item, () => getItem(part, item), part.scenario.timeToLive);
    await pause(part.random() * 2);
  },

  /** Two items read through the cache, and kept together: the pair must be as fresh as its parts. */
  async composites(part) {
    const pair = [anyItem(part), anyItem(part)] as const;
    const key = `report:of:${pair.join("-")}`;
    const begin = sharedNow();
    const values = await part.cache.getOrLoad(key, async () => [
      await getItem(part, pair[0]),
      await getItem(part, pair[1]),
    ]);
    for (const [index, item] of pair.entries()) {
      const value = values[index] as RecordedValue;
      part.recorder.events.push({
        kind: "read",
        process: part.scenario.process,
        item,
        version: value.version,
        loadBegan: value.loadBegan ?? Infinity,
        bestBefore: (value.loadBegan ?? Infinity) + part.scenario.timeToLive,
        begin,
        end: sharedNow(),
      });
    }
    await pause(part.random() * 2);
  },
};

const writers: Record<Scenario["writing"], Act> = {
  async invalidate(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const version = part.source.change(item);
    // By turns in each of the ways in which it can be named.
    const targets = [`item-id:${item}`, `item:describe:${item}`, "item:describe:*", `item:*:${item}`];
    const target = targets[Math.floor(part.random() * targets.length)] as string;
    await part.recorder.invalidation([item], () => part.cache.invalidate(target));
    part.recorder.settled(item, version);
  },

  async delete(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const version = part.source.change(item);
    await part.recorder.invalidation([item], () => part.cache.delete(keyOf(item)));
    part.recorder.settled(item, version);
  },

  async set(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    // So that somebody loads the old value while the new one is set.
    await part.cache.delete(keyOf(item));
    const stamp = await part.cache.begin();
    await pause(part.random() * loadTime);
    const version = part.source.change(item);
    const value = { version, loadBegan: sharedNow() };
    await pause(part.random() * loadTime);
    if (stamp === undefined) return;
    await part.cache.set(keyOf(item), value, { stamp, tags: [`item-id:${item}`] });
    part.recorder.settled(item, version);
  },

  async window(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const window = await part.cache.beginWrite([`item-id:${item}`], lease);
    await pause(part.random() * loadTime);
    const version = part.source.change(item);
    await pause(part.random() * loadTime);
    const settle = part.scenario.lag * 1.5;
    await part.recorder.invalidation([item], () => window.close(settle));
    part.recorder.settled(item, version, settle);
  },

  /** A writer that disappears after it has sent: what bounds the damage is the lease. */
  async "abandoned-window"(part) {
    const item = ownItem(part);
    const opened = sharedNow();
    await part.cache.beginWrite([`item-id:${item}`], lease);
    await pause(part.random() * 40);
    const version = part.source.change(item);
    part.recorder.settled(item, version, opened + lease + 50 - sharedNow());
    await pause(2 * lease);
  },
};

function getItem(part: Part, item: string): Promise<RecordedValue> {
  return part.cache.getOrLoad(
    keyOf(item),
    async () => {
      const loadBegan = sharedNow();
      await pause(part.random() * loadTime);
      const version = part.source.read(item);
      await pause(part.random() * loadTime);
      return { version, loadBegan };
    },
    { tags: [`item-id:${item}`] },
  );
}

function keyOf(item: string): string {
  return `item:describe:${item}`;
}

function anyItem({ random, scenario }: Part): string {
  return `i${Math.floor(random() * scenario.items)}`;
}

/** Each process, and each of its writers, writes items of its own. */
function ownItem({ random, scenario, actor }: Part): string {
  const stride = scenario.processes * scenario.writers;
  const first = scenario.index * scenario.writers + (actor - scenario.readers);
  const count = Math.max(1, Math.floor((scenario.items - first + stride - 1) / stride));
  return `i${first + stride * Math.floor(random() * count)}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function times<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}
