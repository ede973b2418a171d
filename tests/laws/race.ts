import { CacheManager } from "@awsideman/cache-core";
import { HistoryRecorder, sharedNow } from "@awsideman/cache-core/testing";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { createStorage as createRedisStorage } from "@awsideman/storage-redis";
import { faultyStorage } from "./faulty-storage.ts";
import { diskTroubles } from "./disk-trouble.ts";
import { pause } from "./pause.ts";
import { readers } from "./race-readers.ts";
import { writers } from "./race-writers.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { SourceOfTruth } from "./source-of-truth.ts";
import { startTogether } from "./start-together.ts";

/** Milliseconds that an invalidation may take, on a machine that has more to do than it can. */
const invalidationPatience = 20_000;

/** Runs one process of a race, and saves what it saw. */
export async function race(scenario: Scenario): Promise<void> {
  const random = seededRandom(scenario.seed);
  const recorder = new HistoryRecorder({ process: scenario.process });
  const source = new SourceOfTruth(scenario.truth, scenario.lag, sharedNow, random);
  const cache = new CacheManager({ random, storage: scenario.backend, defaultTtl: scenario.timeToLive });
  const factories = { memory: createMemoryStorage, disk: createDiskStorage, redis: createRedisStorage };
  for (const [name, factory] of Object.entries(factories)) {
    cache.registerBackend(name, async (config, context) => {
      const storage = await factory(config, context);
      // What waits because the machine is busy is not known to the others: the law counts from when it is recorded.
      const capabilities = { ...storage.capabilities, patience: invalidationPatience };
      Object.defineProperty(storage, "capabilities", { value: capabilities });
      const { faults, delays } = scenario;
      return faults > 0 || delays > 0 ? faultyStorage(storage, scenario, random) : storage;
    });
  }
  await cache.configureStorage(scenario.backend);
  cache.configureCircuitBreaker({ recoveryTimeout: 50 });

  await startTogether();
  const end = sharedNow() + scenario.milliseconds;
  const hasSeen = progressOf(recorder);
  const isOver = (): boolean => sharedNow() >= end && hasSeen(scenario);
  const actors = [
    ...times(scenario.readers, () => readers[scenario.reading]),
    ...times(scenario.writers, () => writers[scenario.writing]),
  ];
  await Promise.all([
    ...actors.map(async (act, actor) => {
      const scoped = cache.withScope({ caller: `caller-${actor % scenario.callers}` });
      while (!isOver()) await act({ cache: scoped, recorder, source, random, scenario, actor });
    }),
    makeTrouble(scenario, random, isOver),
  ]);
  await cache.close();
  recorder.save(scenario.history);
}

/** One process is enough to make it. */
async function makeTrouble(scenario: Scenario, random: () => number, isOver: () => boolean): Promise<void> {
  const { trouble, troubleEvery, index, backend } = scenario;
  if (trouble === "none" || index > 0) return;
  while (!isOver()) {
    await pause(troubleEvery * (0.5 + random()));
    await diskTroubles[trouble](backend.config["cacheDir"] as string);
  }
}

/** Says whether so much has been recorded. */
function progressOf(
  recorder: HistoryRecorder,
): (least: Pick<Scenario, "cached" | "invalidations">) => boolean {
  let [next, cached, invalidations] = [0, 0, 0];
  return (least) => {
    for (; next < recorder.events.length; next++) {
      const event = recorder.events[next];
      if (event?.kind === "invalidation") invalidations++;
      if (event?.kind === "read" && event.loadBegan < event.begin) cached++;
    }
    return cached >= least.cached && invalidations >= least.invalidations;
  };
}

function times<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}
