import type {
  Answer,
  Cache,
  CauseOptions,
  EntryDescription,
  Explanation,
  Load,
  LoadOptions,
  OperationContext,
  PeekedEntry,
  SetOptions,
  WriteWindow,
} from "./cache.ts";
import type { CacheParts } from "./cache-parts.ts";
import { listEntries } from "./entry-listing.ts";
import { explainTargets } from "./explain/explain-targets.ts";
import { explainKey } from "./explain/explain-key.ts";
import type { ExplainKeyOptions, KeyExplanation } from "./explain/key-explanation.ts";
import { peekEntry } from "./explain/peek-entry.ts";
import { causeOf } from "./invalidation/cause.ts";
import { clearStorage, Invalidator } from "./invalidation/invalidator.ts";
import { assertCacheKey, describe } from "./key/cache-key.ts";
import { assertScope, idPrefix, namespacePrefix, type Scope } from "./key/scope.ts";
import { exactTag, rootTag, tagsOfKey } from "./key/tags.ts";
import type { Rate, RateLimiter } from "./limit/rate-limiter.ts";
import { assertLoadOptions, assertSetOptions } from "./load/load-options.ts";
import { currentLoad, partOf } from "./load/load-scope.ts";
import { setValue } from "./load/set-value.ts";
import type { LoadRequest } from "./load/load-request.ts";
import { isRecent, maxAgeOf } from "./load/max-age.ts";
import type { ReadThrough } from "./load/read-through.ts";
import type { MaybePromise, Reading, Stamp } from "./storage/cache-storage.ts";
import type { OpenStorage } from "./storage/open-storage.ts";

const noOptions: Readonly<Record<never, never>> = Object.freeze({});

/** One namespace and caller of a cache. */
export class ScopedCache implements Cache {
  readonly scope: Scope;
  protected readonly parts: CacheParts;
  protected readonly readThrough: ReadThrough;
  readonly #idPrefix: string;
  readonly #tagPrefix: string;
  readonly #invalidator: Invalidator;

  constructor(parts: CacheParts, readThrough: ReadThrough, scope: Scope) {
    this.parts = parts;
    this.scope = Object.freeze({ ...scope });
    this.readThrough = readThrough;
    this.#idPrefix = idPrefix(scope);
    this.#tagPrefix = namespacePrefix(scope.namespace);
    this.#invalidator = new Invalidator(parts, this.#tagPrefix);
  }

  withScope({ namespace = this.scope.namespace, caller = this.scope.caller }: Partial<Scope>): Cache {
    assertScope({ namespace, caller });
    return new ScopedCache(this.parts, this.readThrough, { namespace, caller });
  }

  async get<Value = unknown>(key: string): Promise<Value | undefined> {
    assertCacheKey(key);
    const open = await this.#reading();
    const reading = await open?.storage.read(this.#id(key));
    return this.#take(key, open, reading)?.value as Value | undefined;
  }

  async getMany<Value = unknown>(keys: readonly string[]): Promise<Map<string, Value>> {
    if (!Array.isArray(keys)) throw new TypeError(`\`keys\` must be an array, received ${describe(keys)}`);
    for (const key of keys) assertCacheKey(key);
    const open = await this.#reading();
    const readings = await open?.storage.readMany(keys.map((key) => this.#id(key)));
    const values = new Map<string, Value>();
    for (const [index, key] of keys.entries()) {
      const taken = this.#take(key, open, readings?.[index]);
      if (taken) values.set(key, taken.value as Value);
    }
    return values;
  }

  async has(key: string): Promise<boolean> {
    assertCacheKey(key);
    const open = await this.#reading();
    const reading = await open?.storage.read(this.#id(key));
    const found = open && reading?.state === "hit";
    if (found) currentLoad.scope?.add(partOf(open, reading.entry, reading.at, true));
    else this.#dependOn(key);
    return found === true;
  }

  async peek<Value = unknown>(key: string): Promise<PeekedEntry<Value> | undefined> {
    assertCacheKey(key);
    const open = await this.#reading();
    const peeked = open && (await peekEntry<Value>(this.parts, open, this.#id(key)));
    if (peeked === undefined) this.#dependOn(key);
    return peeked;
  }

  async explainKey(key: string, options: ExplainKeyOptions = {}): Promise<KeyExplanation> {
    assertCacheKey(key);
    const { tags: besides } = this.#invalidator.target(options.tags ?? []);
    const tags = [...new Set([...tagsOfKey(key, this.#tagPrefix), ...besides])];
    return explainKey(this.parts, this.#id(key), tags);
  }

  async set<Value>(key: string, value: Value, options: SetOptions<Value> = {}): Promise<void> {
    assertCacheKey(key);
    assertSetOptions(options);
    await setValue(this.parts, {
      id: this.#id(key),
      key,
      prefix: this.#tagPrefix,
      value,
      options,
      open: () => this.#reading(),
      invalidate: () => this.delete(key),
    });
  }

  async begin(): Promise<Stamp | undefined> {
    const called = this.parts.calls.stamp(0);
    const open = await this.#open();
    const stamp = await open?.storage.stamp();
    if (stamp === undefined) return undefined;
    // One of the caller's own: storages may hand out the same more than once.
    const given = { ...stamp };
    this.parts.begun.set(given, called);
    return given;
  }

  getOrLoad<Value>(key: string, load: Load<Value>, options: LoadOptions<Value> = noOptions): Promise<Value> {
    const open = this.parts.slot.current;
    // A key with a bar could name another scope's entry; any other wrong key names none.
    if (open === undefined || !this.parts.settings.enabled || typeof key !== "string" || key.includes("|")) {
      return this.getOrLoadWithDetails(key, load, options).then(valueOf);
    }
    const id = this.#idPrefix + key;
    let look: MaybePromise<Reading | undefined>;
    try {
      assertArguments(load, options);
      look = open.storage.read(id, 0);
      if (
        look !== undefined &&
        "state" in look &&
        look.state === "hit" &&
        isRecent(look.entry, look.at, maxAgeOf(options))
      ) {
        const taken = this.readThrough.take(id, open, look);
        if (taken !== undefined) {
          if (options.refreshAhead)
            this.readThrough.refreshAhead.consider(this.#request(key, load, options), open, look);
          return (taken.promise ??= Promise.resolve(taken.value)) as Promise<Value>;
        }
        look = { state: "miss", at: look.at };
      }
      assertCacheKey(key);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.readThrough.resolve(this.#request(key, load, options), open, look).then(valueOf);
  }

  async getOrLoadWithDetails<Value>(
    key: string,
    load: Load<Value>,
    options: LoadOptions<Value> = noOptions,
  ): Promise<Answer<Value>> {
    assertCacheKey(key);
    assertArguments(load, options);
    if (!this.parts.settings.enabled) return this.readThrough.bypass(load, options);
    const open = await this.#open();
    const request = this.#request(key, load, options);
    return this.readThrough.resolve(request, open, open?.storage.read(request.id, 0));
  }

  preventStoring(): void {
    currentLoad.scope?.spoil();
  }

  untracked<Result>(action: () => Result): Result {
    return currentLoad.leave(action);
  }

  async delete(key: string): Promise<void> {
    assertCacheKey(key);
    await this.parts.superseding.run(this.#exactTag(key), async () => {
      await this.#invalidator.invalidate({ tags: [this.#exactTag(key)], patterns: [], cause: "delete" });
    });
  }

  async invalidate(targets: string | readonly string[], options: CauseOptions = {}): Promise<void> {
    const cause = causeOf(options);
    await this.#invalidator.invalidate({ ...this.#invalidator.target(targets), ...cause });
  }

  async invalidateForOperation(
    operation: string,
    resource: string,
    id?: string,
    context: OperationContext = {},
  ): Promise<readonly string[]> {
    return this.#invalidator.forOperation(operation, resource, id, context);
  }

  async explain(targets: string | readonly string[]): Promise<Explanation> {
    const target = this.#invalidator.target(targets);
    return explainTargets(this.parts, target, [targets].flat(), this.#tagPrefix);
  }

  async beginWrite(
    targets: readonly string[],
    lease: number,
    options: CauseOptions = {},
  ): Promise<WriteWindow> {
    return this.#invalidator.beginWrite(targets, lease, causeOf(options));
  }

  async settle(operation: string, settle: number, options: CauseOptions = {}): Promise<void> {
    await this.#invalidator.settle(operation, settle, causeOf(options));
  }

  rateLimiter(name: string, rate: Rate): RateLimiter {
    return this.parts.limiters.get(this.#tagPrefix + name, rate);
  }

  async clear(pattern: string = rootTag): Promise<number> {
    return clearStorage(this.parts, { ...this.#invalidator.target(pattern), cause: "clear" });
  }

  entries(pattern: string = rootTag): AsyncIterable<EntryDescription> {
    return listEntries(this.parts, this.#invalidator.target(pattern));
  }

  #request<Value>(key: string, load: Load<Value>, options: LoadOptions<Value>): LoadRequest<Value> {
    return { id: this.#id(key), key, prefix: this.#tagPrefix, load, options };
  }

  #id(key: string): string {
    return this.#idPrefix + key;
  }

  #exactTag(key: string): string {
    return exactTag + this.#tagPrefix + key;
  }

  #open(): MaybePromise<OpenStorage | undefined> {
    return this.parts.slot.ready();
  }

  /** The storage for reading and filling: none while the cache is switched off. */
  #reading(): MaybePromise<OpenStorage | undefined> {
    return this.parts.settings.enabled ? this.#open() : undefined;
  }

  #take(
    key: string,
    open: OpenStorage | undefined,
    reading: Reading | undefined,
  ): { readonly value: unknown } | undefined {
    const id = this.#id(key);
    const taken = open && reading?.state === "hit" ? this.readThrough.take(id, open, reading) : undefined;
    if (taken === undefined) this.#missed(id, key);
    return taken;
  }

  #missed(id: string, key: string): void {
    const { stats, events } = this.parts;
    stats.count("misses", id);
    if (events.hears("miss")) events.emit({ type: "miss", id });
    this.#dependOn(key);
  }

  /** Nothing is there: a load around this depends on what will be. */
  #dependOn(key: string): void {
    currentLoad.scope?.add({
      ledger: this.parts.slot.current ?? this,
      tags: tagsOfKey(key, this.#tagPrefix),
      verifiedAt: undefined,
      expiresAt: Infinity,
      storable: true,
    });
  }
}

function assertArguments<Value>(load: Load<Value>, options: LoadOptions<Value>): void {
  if (typeof load !== "function")
    throw new TypeError(`\`load\` must be a function, received ${describe(load)}`);
  if (options === noOptions) return;
  assertLoadOptions(options);
  options.signal?.throwIfAborted();
}

function valueOf<Value>(answer: Answer<Value>): Value {
  return answer.value;
}
