import {
  CacheError,
  type Answer,
  type Cache,
  type Clock,
  type LoadContext,
  type LoadOptions,
} from "@awsideman/cache-core";
import { abortError } from "./abort.ts";
import { absenceOf, errorOf, isAbsence, type Absence } from "./absence.ts";
import type { Call, Output } from "./call.ts";
import type { Fields } from "./catalog/row.ts";
import { copyData } from "./copy.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { metadataOf } from "./metadata.ts";
import { isOutage } from "./outage.ts";

/** What is stored, without what belongs to one request. */
export type StoredAnswer = StoredOutput | StoredAbsence;

export interface StoredOutput {
  readonly output: Fields;
  /** Names the list that this is the first page of; undefined for what is no list or is all of it. */
  readonly chain?: string;
}

interface StoredAbsence {
  readonly absence: Absence;
}

/** What to do with an answer that AWS has just given. */
export interface Keeping {
  /** Milliseconds to live; 0: not stored. */
  readonly ttl: number;
  readonly tags: readonly string[];
  readonly chain?: string;
  /** False: once it has expired it is not given, whatever becomes of AWS. Default: as `staleIfError` has it. */
  readonly mayBeStale?: boolean;
}

export const notKept: Keeping = { ttl: 0, tags: [] };

export interface Loading {
  readonly context: ExecutionContext;
  /** Asks AWS. */
  load(context: LoadContext<StoredAnswer>): Promise<{ readonly output: Output; readonly keeping: Keeping }>;
  /** What to do with the answer that there is no such thing. Default: it is an error like any other. */
  keepAbsence?(): Keeping;
  /** Called with what was loaded for this caller, once it has been stored or not. */
  loaded?(output: Output): Promise<void>;
}

/**
 * Answers from the cache, or loads. The output is the caller's own: nobody else has it or will get it.
 * Rejects with what AWS or the SDK rejects with, and with the SDK's own kind of error when the caller aborts. Who gives
 * a request so much time waits so long for another's, and then makes one of his own.
 */
export async function loadThrough(cache: Cache, key: string, call: Call, loading: Loading): Promise<Output> {
  const patience = new Patience(call, loading.context.options.clock);
  try {
    for (;;) {
      const own = new OwnLoad(cache, call, loading, patience);
      try {
        const answer = await cache.getOrLoadWithDetails<StoredAnswer>(key, own.load, own.options);
        if (own.absence !== undefined) throw own.absence;
        if (own.output !== undefined) await loading.loaded?.(own.output);
        return present(answer, own.output);
      } catch (error) {
        if (error === strayed && own.output !== undefined) {
          await loading.loaded?.(own.output);
          return own.output;
        }
        if (isAbort(error, call.signal)) throw abortError(call.signal);
        if (patience.isOver(error)) return await call.pass();
        if (!own.began && leadersOwn.has(error as object)) continue;
        // The cache gave up the load, because it closes, or is closed: no reason to fail for who asks through it.
        if (CacheError.isInstance(error) || (error instanceof Error && error.name === "AbortError"))
          return await call.pass();
        throw error;
      }
    }
  } finally {
    patience.end();
  }
}

/** How long a caller waits for a request that another has made, as long as he has made none himself. */
class Patience {
  /** The caller's own signal, and the end of his patience. */
  readonly signal: AbortSignal | undefined;
  /** It was not in vain, or there is no need of it any more. */
  readonly end: () => void;
  readonly #over: AbortSignal | undefined;

  constructor({ signal, requestTimeout }: Call, clock: Clock) {
    this.signal = signal;
    this.end = () => undefined;
    // Without a number there is no end, as with the SDK.
    if (typeof requestTimeout !== "number" || !(requestTimeout > 0)) return;
    const controller = new AbortController();
    this.#over = controller.signal;
    this.signal = signal === undefined ? this.#over : AbortSignal.any([signal, this.#over]);
    this.end = clock.after(requestTimeout, () => controller.abort());
  }

  isOver(error: unknown): boolean {
    return this.#over?.aborted === true && error === this.#over.reason;
  }
}

/**
 * Errors that came of limits that one caller had set. Who only shared the load asks again: an answer may be late for
 * one and not for another.
 */
const leadersOwn = new WeakSet<object>();

/**
 * What a load ends with whose caller has become another meanwhile: the answer is for who made the load, and for nobody who
 * shares it, or will read it.
 */
const strayed = new Error("Whoever asked has become another caller");
leadersOwn.add(strayed);

/** The load that this caller makes, unless another caller makes it. */
class OwnLoad {
  began = false;
  /** What AWS has answered; undefined when another caller was answered, or there was no need. */
  output: Output | undefined;
  /** The error by which AWS has answered that there is no such thing; undefined as above. */
  absence: Error | undefined;
  readonly #cache: Cache;
  readonly #call: Call;
  readonly #loading: Loading;
  readonly #patience: Patience;
  #keeping: Keeping = notKept;

  constructor(cache: Cache, call: Call, loading: Loading, patience: Patience) {
    this.#cache = cache;
    this.#call = call;
    this.#loading = loading;
    this.#patience = patience;
  }

  get options(): LoadOptions<StoredAnswer> {
    const { signal } = this.#patience;
    const { staleIfError, ...given } = this.#loading.context.options;
    const { maxAge = given.maxAge } = this.#call;
    const keeping = (): Keeping => this.#keeping;
    return {
      ttl: () => keeping().ttl,
      tags: () => keeping().tags,
      // Asked for when the answer is there, too.
      get staleIfError() {
        return keeping().mayBeStale === false ? 0 : staleIfError;
      },
      isOutage,
      ...(maxAge === Infinity ? {} : { maxAge }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  readonly load = async (context: LoadContext<StoredAnswer>): Promise<StoredAnswer> => {
    this.began = true;
    this.#patience.end();
    this.output = undefined;
    this.absence = undefined;
    const { context: client } = this.#loading;
    const { source, options } = client;
    try {
      if (options.staleIfError > 0 && context.hasPrevious) source.assertUp();
      const { output, keeping } = await source.watch(() => this.#loading.load(context));
      this.output = output;
      this.#keeping = keeping;
      // Whose answer it is, is told by who was asking when it came, not only by who was when it was not there.
      if (!(await client.isOwn(this.#cache))) throw strayed;
      const { $metadata: _, ...data } = output;
      return keeping.chain === undefined ? { output: data } : { output: data, chain: keeping.chain };
    } catch (error) {
      if (error === strayed) throw error;
      if (!(await client.isOwn(this.#cache))) {
        if (typeof error === "object" && error !== null) leadersOwn.add(error);
        throw error;
      }
      const keeping = isAbsence(error) ? this.#loading.keepAbsence?.() : undefined;
      if (isAbsence(error) && keeping !== undefined && keeping.ttl > 0) {
        this.absence = error;
        this.#keeping = keeping;
        return { absence: absenceOf(error) };
      }
      if (this.#call.limited && !hasStatus(error)) leadersOwn.add(error as object);
      throw error;
    }
  };
}

function present(answer: Answer<StoredAnswer>, loaded: Output | undefined): Output {
  const { value } = answer;
  const own = metadataOf(answer);
  if ("absence" in value) throw errorOf(copyData(value.absence), own);
  const $metadata = own ?? loaded?.$metadata ?? {};
  // Frozen: the cache keeps this very object. Anything else it has given to nobody else.
  return { ...(Object.isFrozen(value.output) ? copyData(value.output) : value.output), $metadata };
}

function isAbort(error: unknown, signal: AbortSignal | undefined): signal is AbortSignal {
  if (signal === undefined || !signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

function hasStatus(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return true;
  return (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata?.httpStatusCode !== undefined;
}
