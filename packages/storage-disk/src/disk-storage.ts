import {
  CacheError,
  type Advance,
  type Advanced,
  type CacheEntry,
  type CacheStorage,
  type Changes,
  type CheckOptions,
  type CheckReport,
  type Counters,
  type EntryMetadata,
  type Examination,
  type Invalidation,
  type MaybePromise,
  type Reading,
  type Stamp,
  type StorageCapabilities,
  type StorageCondition,
  type StorageContext,
  type Swept,
  type Verdict,
} from "@awsideman/cache-core";
import { Checker } from "./checker.ts";
import { Clearer } from "./clearer.ts";
import { EntryReader } from "./entry-reader.ts";
import { FillWriter } from "./fill-writer.ts";
import { stampOf, type Generation } from "./generation.ts";
import type { GenerationKeeper } from "./generation-keeper.ts";
import { InvalidationRecorder } from "./invalidation-recorder.ts";
import type { DiskLimits } from "./limits.ts";
import { Maintenance } from "./maintenance.ts";
import { retryWhileBusy, type Patience } from "./retry.ts";
import { classifySqliteError } from "./sqlite-error.ts";

/** The disk backend. Each method is put together here from the parts that know how. */
export class DiskStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities = {
    payload: "bytes",
    reach: "machine",
    persistent: true,
    bounded: true,
    // An invalidation waits up to 5 s for the lock, and then takes effect without it.
    patience: 10_000,
  };
  readonly #keeper: GenerationKeeper;
  readonly #limits: DiskLimits;
  readonly #context: StorageContext;
  readonly #writer: FillWriter;
  readonly #recorder: InvalidationRecorder;
  readonly #maintenance: Maintenance;
  readonly #reader: EntryReader;
  readonly #clearer: Clearer;
  readonly #patience: Patience<never>;

  constructor(keeper: GenerationKeeper, limits: DiskLimits, context: StorageContext) {
    this.#keeper = keeper;
    this.#limits = limits;
    this.#context = context;
    this.#writer = new FillWriter(keeper, limits, context);
    this.#recorder = new InvalidationRecorder(keeper, limits, context);
    this.#maintenance = new Maintenance(keeper, limits, context);
    this.#reader = new EntryReader(this.#maintenance, context);
    this.#clearer = new Clearer(this.#recorder, this.#maintenance);
    this.#patience = {
      clock: context.clock,
      random: context.random,
      patience: limits.fillPatience,
      giveUp: (error) => {
        throw new CacheError("CACHE_BACKEND_UNAVAILABLE", "The cache on disk is locked", { cause: error });
      },
    };
  }

  /** @inheritdoc */
  read(id: string): MaybePromise<Reading> {
    return this.#patiently((generation, now) => this.#reader.read(generation, id, now));
  }

  /** @inheritdoc */
  readMany(ids: readonly string[]): MaybePromise<readonly Reading[]> {
    return this.#patiently((generation, now) => ids.map((id) => this.#reader.read(generation, id, now)));
  }

  /** @inheritdoc */
  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict> {
    const verdict = this.#writer.write(entry, supersedes);
    this.#maintenance.wake();
    return verdict;
  }

  /** @inheritdoc */
  stamp(): MaybePromise<Stamp> {
    return this.#patiently((generation, now) => {
      const { position, seen } = generation.ledger.positionAndTime();
      this.#reader.noticeClock(generation, seen, now);
      return stampOf(generation, position, now);
    });
  }

  /** @inheritdoc */
  invalidate(invalidation: Invalidation): MaybePromise<Stamp> {
    const stamp = this.#recorder.record(invalidation);
    this.#maintenance.wake();
    return stamp;
  }

  /** @inheritdoc */
  since(stamp: Stamp): MaybePromise<Changes> {
    return this.#patiently((generation, now): Changes => {
      if (stamp.epoch !== generation.epoch) {
        return { state: "gap", at: stampOf(generation, generation.ledger.position(), now) };
      }
      const { position, names } = generation.ledger.since(stamp.position);
      const at = stampOf(generation, position, now);
      return names === undefined ? { state: "gap", at } : { state: "changes", ...names, at };
    });
  }

  /** @inheritdoc */
  async clear(invalidation: Invalidation): Promise<number> {
    const entries = await this.#clearer.invalidateAndCount(invalidation);
    if (invalidation.everything === true) this.#keeper.directory.damaged.clear();
    await this.#maintenance.reclaim();
    return entries;
  }

  /** @inheritdoc */
  async *entries(): AsyncGenerator<EntryMetadata> {
    let epoch: string | undefined;
    let row: number | undefined = Number.MIN_SAFE_INTEGER;
    while (row !== undefined) {
      const from: number = row;
      const page = await this.#patiently((generation, now) => {
        // A new generation has none of the rest.
        epoch ??= generation.epoch;
        return generation.epoch === epoch
          ? generation.entries.list(from, now)
          : { entries: [], next: undefined };
      });
      yield* page.entries;
      row = page.next;
    }
  }

  /** @inheritdoc */
  examine(id: string, tags: readonly string[]): MaybePromise<Examination> {
    return this.#patiently((generation, now) =>
      generation.snapshot(() => {
        const entry = generation.entries.describe(id);
        const { position, ...seen } = generation.view.examine(entry?.tags ?? tags, now);
        return { at: stampOf(generation, position, now), entry, ...seen };
      }),
    );
  }

  /** @inheritdoc */
  usage(): MaybePromise<{ readonly entries: number; readonly bytes: number }> {
    return this.#patiently((generation) => ({
      entries: generation.entries.count(),
      bytes: generation.evictor.bytes(),
    }));
  }

  /** @inheritdoc */
  addCounters(added: Counters): MaybePromise<void> {
    const { clock, random } = this.#context;
    return retryWhileBusy(() => this.#keeper.use((generation) => generation.counters.add(added)), {
      clock,
      random,
      patience: this.#limits.fillPatience,
      giveUp: () => {},
    });
  }

  /** @inheritdoc */
  counters(): MaybePromise<Counters> {
    return this.#patiently((generation) => generation.counters.all());
  }

  /** @inheritdoc */
  advance(name: string, step: Advance): MaybePromise<Advanced | undefined> {
    const { clock, random } = this.#context;
    const move = (generation: Generation): Advanced =>
      generation.transaction("relaxed", () => generation.moments.advance(name, clock.now(), step));
    return retryWhileBusy(
      () => {
        try {
          return this.#keeper.use(move);
        } catch (error) {
          // Nothing to end a generation for: whoever asks goes by a moment of his own.
          if (classifySqliteError(error) === "full") return undefined;
          throw error;
        }
      },
      { clock, random, patience: this.#limits.fillPatience, giveUp: () => undefined },
    );
  }

  /** @inheritdoc */
  condition(): MaybePromise<StorageCondition> {
    return this.#patiently((generation, now): StorageCondition => {
      const until = generation.ledger.quietUntil();
      return until > now ? { state: "recovering", until } : { state: "good" };
    });
  }

  /** @inheritdoc */
  async sweep(): Promise<Swept> {
    // Nothing is opened before it is first used.
    await this.#patiently(() => undefined);
    return this.#maintenance.reclaim();
  }

  /** @inheritdoc */
  check(options: CheckOptions = {}): Promise<CheckReport> {
    return new Checker(this.#keeper, this.#context).check(options);
  }

  /** @inheritdoc */
  close(): void {
    this.#maintenance.close();
    this.#keeper.close();
  }

  /** Does what needs no lock but for opening a generation: that alone may have to wait. */
  #patiently<Result>(action: (generation: Generation, now: number) => Result): MaybePromise<Result> {
    const use = (generation: Generation): Result => action(generation, this.#context.clock.now());
    return retryWhileBusy(() => this.#keeper.use(use), this.#patience);
  }
}
