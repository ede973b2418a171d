import type { MaybePromise, Stamp } from "./storage/cache-storage.ts";
import type { Rate, RateLimiter } from "./limit/rate-limiter.ts";
import type { ExplainKeyOptions, KeyExplanation } from "./explain/key-explanation.ts";
import type { Scope } from "./key/scope.ts";

/** What a load is told. */
export interface LoadContext<Value> {
  /** Aborted when nobody waits for the result any more; a refresh in the background, when the cache is closed. */
  readonly signal: AbortSignal;
  /**
   * The expired value that this load replaces, if there is one that was not invalidated. What is made of it depends on what it
   * depends on.
   */
  readonly previous: Value | undefined;
  /** Whether there is one. Whoever only asks this makes nothing of it. */
  readonly hasPrevious: boolean;
}

export type Load<Value> = (context: LoadContext<Value>) => MaybePromise<Value>;

export interface StoreOptions<Value> {
  /**
   * Milliseconds to live, counted from when the load began; Infinity for as long as nothing invalidates it; 0 to not
   * store. Or a function of the value. Default: the cache's default TTL.
   */
  readonly ttl?: number | ((value: Value) => number);
  /** What the value depends on besides its key. A function is given the value. */
  readonly tags?: readonly string[] | ((value: Value) => readonly string[]);
}

export interface LoadOptions<Value> extends StoreOptions<Value> {
  /** For how many milliseconds after it expired a value may still be served when the load fails. Default 0. */
  readonly staleIfError?: number;
  /** Whether it is such an error that {@link staleIfError} is for. Default: all are. */
  readonly isOutage?: (error: unknown) => boolean;
  /** A hit with less than this many milliseconds to live is loaded again in the background. Default 0. */
  readonly refreshAhead?: number;
  /**
   * Serves only what was loaded less than so many milliseconds ago, by a load of its own or of somebody else's; 0: nothing
   * that was loaded before this call, so the source is asked. What is loaded is stored as ever. It holds for what is read
   * by `getOrLoad` inside the load, too, and for what is served because the load failed. Nobody knows how old the parts
   * are of a value made of others: that is made anew. Default Infinity.
   */
  readonly maxAge?: number;
  /** Aborts this caller's wait, and the load once no caller is left. */
  readonly signal?: AbortSignal;
}

export interface SetOptions<Value> extends StoreOptions<Value> {
  /**
   * From {@link Cache.begin}, taken before the value was read. Left out: see {@link Cache.set}. Undefined, as `begin`
   * gives when the storage does not answer: nobody knows of when the value is, and it is not stored.
   */
  readonly stamp?: Stamp | undefined;
}

/** A value together with where it came from. */
export interface Answer<Value> {
  readonly value: Value;
  /**
   * `cache`: a hit. `stale`: expired, served because the load failed. `load`: from the source, for this caller.
   * `flight`: from the source, by a load that another caller had begun, here or in another process.
   */
  readonly source: "cache" | "stale" | "load" | "flight";
  /** Milliseconds since the load that made the value began; 0 for `load`. */
  readonly age: number;
  /** Until when it may be served, by the ledger's clock; undefined when it was not stored. */
  readonly expiresAt: number | undefined;
}

/**
 * A write to the source that is under way. What it touches is invalidated and unsettled from before it is sent until it
 * is closed, and the settle period after that. See `Cache.beginWrite`.
 */
export interface WriteWindow {
  /** Gives the mark a full lease again: before a retry, or when the write takes long. */
  renew(): Promise<void>;
  /**
   * The write has been answered, or has failed: invalidates again, and lets it settle.
   * @param settle milliseconds in which the source may still give the old answer
   * @param targets what turned out to be touched besides, known from the answer
   */
  close(settle: number, targets?: readonly string[]): Promise<void>;
  /**
   * The write was accepted and goes on asynchronously: the mark stays, for `lease` milliseconds, under a name that any
   * process can close with {@link Cache.settle}.
   */
  handOver(operation: string, lease: number, targets?: readonly string[]): Promise<void>;
}

export interface CauseOptions {
  /**
   * What it is done for, for whoever asks later: `DeleteUser`. At most 100 characters, and no names: it is stored.
   */
  readonly cause?: string;
}

/** What an invalidation would drop. */
export interface Explanation {
  readonly targets: readonly string[];
  readonly entries: readonly ConcernedEntry[];
}

/** An entry, and which of the targets concern it. */
export interface ConcernedEntry extends EntryDescription {
  readonly because: readonly string[];
}

/** An entry with its value, see {@link Cache.peek}. */
export interface PeekedEntry<Value> extends EntryDescription {
  readonly value: Value;
  /** Milliseconds since the load that made it began. */
  readonly age: number;
  /** Two looks at the same stamp have seen the same entry. */
  readonly stamp: Stamp;
}

/** An entry without its value. */
export interface EntryDescription extends Scope {
  readonly key: string;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly size: number;
}

/**
 * A cache, or one namespace and caller of it. Nothing here throws or rejects because the cache is in trouble: the
 * caller gets the source's own answer, and an event says what happened. What the caller does wrong is a TypeError or a
 * RangeError. Any method may be called at any time from anywhere.
 */
export interface Cache {
  readonly scope: Scope;

  /** The same cache for another namespace or caller: same storage, same ledger, same statistics. */
  withScope(scope: Partial<Scope>): Cache;

  /**
   * Resolves with the value stored under `key`, or undefined. A stored undefined looks the same: see {@link has}.
   */
  get<Value = unknown>(key: string): Promise<Value | undefined>;

  /** Resolves with the values that are there, by key. */
  getMany<Value = unknown>(keys: readonly string[]): Promise<Map<string, Value>>;

  /** Resolves with whether there is a value, null and undefined included. Counts as no hit and no miss. */
  has(key: string): Promise<boolean>;

  /**
   * Resolves with the entry of `key` if it could be served now, asked of whoever holds the ledger. Counts as no hit and no
   * miss. Undefined also when the storage does not answer.
   */
  peek<Value = unknown>(key: string): Promise<PeekedEntry<Value> | undefined>;

  /**
   * Resolves with what there is under `key`, whether it would be served now, and if not, why not, as far as anybody knows
   * still. Changes nothing, counts as nothing, and takes its time: it looks for the key in other namespaces and callers, too.
   */
  explainKey(key: string, options?: ExplainKeyOptions): Promise<KeyExplanation>;

  /**
   * Stores a value that was read elsewhere, and invalidates what was stored or is being loaded under the key.
   * It carries the stamp of when it was read: take one with {@link begin} before reading. Without, it is as old as the
   * storage's answer to this call: what is invalidated between reading and calling goes unnoticed, and so does what other
   * processes invalidate before a storage elsewhere has answered.
   * Not stored, with an event, when something it depends on was invalidated since the stamp or is unsettled; what was
   * there before is gone all the same.
   */
  set<Value>(key: string, value: Value, options?: SetOptions<Value>): Promise<void>;

  /** The present moment of the ledger, for a later {@link set}; undefined when the storage does not answer. */
  begin(): Promise<Stamp | undefined>;

  /**
   * Resolves with the value stored under `key`; otherwise loads it, stores it, and resolves with it. Callers that ask at
   * the same time share a load, unless an invalidation came between them. Rejects with what `load` throws, and with the
   * signal's reason; an error is never stored.
   * A value that depends on other keys, read through this cache inside `load`, takes over their tags and their expiry.
   */
  getOrLoad<Value>(key: string, load: Load<Value>, options?: LoadOptions<Value>): Promise<Value>;

  /** The same, and tells where the value came from. */
  getOrLoadWithDetails<Value>(
    key: string,
    load: Load<Value>,
    options?: LoadOptions<Value>,
  ): Promise<Answer<Value>>;

  /**
   * Says that the value which is being loaded is made of something that the cache knows nothing of: it is handed out, and
   * not stored. For reads that go past the cache inside a `load`. Outside of loads it does nothing.
   */
  preventStoring(): void;

  /**
   * Runs an action, and returns what it returns. What it reads through the cache, also later, is no part of the value that is
   * being loaded: for what is only remembered on the way. It must not wait for that value. Outside of loads it only runs it.
   */
  untracked<Result>(action: () => Result): Result;

  /** Invalidates exactly this key. */
  delete(key: string): Promise<void>;

  /**
   * Invalidates everything that depends on these keys, tags or patterns: `user:list:*`, `user:u-1`, `group:*:g-7`, `*`.
   * Costs the same whatever the number of entries. Once it resolves, no read gets anything from before.
   */
  invalidate(targets: string | readonly string[], options?: CauseOptions): Promise<void>;

  /**
   * Invalidates what an operation on a resource makes stale, by the rules in `invalidationRules`.
   * @returns the patterns that were invalidated; none for an operation without a rule, and then an event says so
   */
  invalidateForOperation(
    operation: string,
    resource: string,
    id?: string,
    context?: OperationContext,
  ): Promise<readonly string[]>;

  /** What {@link invalidate} would drop, without doing it. */
  explain(targets: string | readonly string[]): Promise<Explanation>;

  /** Opens a write window: invalidates, and marks as unsettled for at most `lease` milliseconds. */
  beginWrite(targets: readonly string[], lease: number, options?: CauseOptions): Promise<WriteWindow>;

  /** Ends an operation that was handed over, here or in another process; unknown ones are no error. */
  settle(operation: string, settle: number, options?: CauseOptions): Promise<void>;

  /**
   * Returns the limiter of this name and rate in this namespace. All who use the storage share it, in other processes
   * where the storage reaches them: of the built-in ones, disk and Redis do.
   * @throws RangeError unless the rate is positive
   */
  rateLimiter(name: string, rate: Rate): RateLimiter;

  /** Invalidates like {@link invalidate}, frees the space, and resolves with how many entries could still have been served. */
  clear(pattern?: string): Promise<number>;

  /** The entries of this namespace that could be served now, every caller's. */
  entries(pattern?: string): AsyncIterable<EntryDescription>;
}

/** What a rule may need to know besides the resource's own id. */
export interface OperationContext {
  readonly affectedUserIds?: readonly string[];
  readonly accountId?: string;
  readonly principalId?: string;
  readonly principalType?: "USER" | "GROUP";
}
