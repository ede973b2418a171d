import { CacheManager } from "@awsideman/cache-core";
import { HistoryRecorder, sharedNow, type RecordedValue } from "@awsideman/cache-core/testing";
import { clusterClient } from "../../packages/storage-redis/test/support/cluster-client.ts";
import { openWith } from "../../packages/storage-redis/src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../../packages/storage-redis/src/redis-storage-config.ts";
import { pause } from "../laws/pause.ts";
import { seededRandom } from "../laws/random.ts";
import { SourceOfTruth } from "../laws/source-of-truth.ts";
import { limits } from "./limits.ts";
import { lag, lease, maxStaleness, settle, timeToLive, type Progress, type Scenario } from "./scenario.ts";
import { Writes } from "./writes.ts";

/** One instance of the fleet: readers and a writer, until it is told to stop. */
export class Instance {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #recorder: HistoryRecorder;
  readonly #source: SourceOfTruth;
  readonly #writes = new Writes();
  readonly #cache: CacheManager;
  #written = 0;
  #hits = 0;
  #writesSince = 0;
  #errors: string[] = [];
  #isStopping = false;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = seededRandom(scenario.seed);
    this.#recorder = new HistoryRecorder({ process: scenario.process });
    this.#source = new SourceOfTruth(scenario.truth, lag, sharedNow, this.#random);
    this.#cache = new CacheManager({ random: this.#random, defaultTtl: timeToLive });
    this.#cache.registerBackend("redis", async (config, context) =>
      this.#writes.watch(await openWith(config, context, { limits })),
    );
    this.#cache.configureCircuitBreaker({ recoveryTimeout: 100 });
    this.#cache.on("hit", () => this.#hits++);
  }

  /** Resolves when it has been told to stop, and has. */
  async run(): Promise<void> {
    const { role, outbox, readers, own } = this.#scenario;
    const far = { backend: "redis", config: { ...this.#config() } };
    const near = role === "bounded" ? { coherence: role, maxStaleness } : { coherence: role };
    const storage = role === "far" ? far : { backend: "tiered", config: { far, ...near } };
    await this.#cache.configureStorage({ ...storage, outboxDirectory: outbox });
    await Promise.all([
      ...Array.from({ length: readers }, () => this.#repeat(() => this.#read())),
      ...(own.length > 0 ? [this.#repeat(() => this.#write())] : []),
    ]);
    await this.#cache.close();
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Saves what was recorded. @returns what has happened since the last time */
  save(): Progress {
    this.#recorder.save(this.#scenario.history);
    const progress = { hits: this.#hits, writes: this.#writesSince, errors: this.#errors };
    this.#hits = this.#writesSince = 0;
    this.#errors = [];
    return progress;
  }

  #config(): RedisStorageConfig {
    const { place, namespace } = this.#scenario;
    switch (place.kind) {
      case "url":
        return { url: place.url, namespace };
      case "sentinels":
        return { ...place.config, namespace };
      case "cluster":
        return { client: clusterClient(place.nodes, place.nat), namespace };
    }
  }

  async #repeat(act: () => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      try {
        await act();
      } catch (error) {
        this.#errors.push(String(error));
        await pause(10);
      }
    }
  }

  async #read(): Promise<void> {
    const item = this.#pick(this.#scenario.items);
    await this.#recorder.read(
      item,
      () => this.#cache.getOrLoad(keyOf(item), () => this.#load(item), { tags: [`item-id:${item}`] }),
      timeToLive,
    );
    await pause(this.#random() * 8);
  }

  async #load(item: string): Promise<RecordedValue> {
    const loadBegan = sharedNow();
    await pause(this.#random() * 4);
    const version = this.#source.read(item);
    await pause(this.#random() * 4);
    return { loadBegan, version };
  }

  /** A change of the source inside a write window, or an invalidation alone, by turns in each way to name an item. */
  async #write(): Promise<void> {
    await pause(this.#random() * 120);
    const item = this.#pick(this.#scenario.own);
    const tag = `write:${this.#scenario.process}-${this.#written++}`;
    const names = [`item-id:${item}`, keyOf(item), `item:*:${item}`];
    const targets = [tag, this.#random() < 0.005 ? "item:describe:*" : this.#pick(names)];
    const recorded = this.#writes.begin(tag);
    if (this.#random() < 0.5) await this.#change(item, targets, recorded);
    else {
      const begin = sharedNow();
      await this.#cache.invalidate(targets);
      this.#claim(item, begin, undefined, recorded);
    }
    this.#writesSince++;
  }

  async #change(item: string, targets: readonly string[], recorded: Promise<void>): Promise<void> {
    const window = await this.#cache.beginWrite(targets, lease);
    await pause(this.#random() * 4);
    const version = this.#source.change(item);
    await pause(this.#random() * 4);
    const begin = sharedNow();
    await window.close(settle);
    this.#claim(item, begin, version, recorded);
  }

  /** From now on it counts in this process, and for all from when it is recorded. */
  #claim(item: string, begin: number, version: number | undefined, recorded: Promise<void>): void {
    const { process } = this.#scenario;
    const claim = (to: { readonly within?: string }): void => {
      const end = sharedNow();
      this.#recorder.events.push({ kind: "invalidation", process, items: [item], begin, end, ...to });
      if (version === undefined) return;
      this.#recorder.events.push({ kind: "write", process, item, version, settled: end + settle, ...to });
    };
    claim({ within: process });
    void recorded.then(() => claim({}));
  }

  #pick<Value>(from: readonly Value[]): Value {
    return from[Math.floor(this.#random() * from.length)] as Value;
  }
}

function keyOf(item: string): string {
  return `item:describe:${item}`;
}
