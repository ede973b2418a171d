import type { Answer, Load, LoadOptions } from "../cache.ts";
import { track, type CacheParts } from "../cache-parts.ts";
import { tagsOfKey } from "../key/tags.ts";
import type { CacheEntry, MaybePromise, Reading, Stamp } from "../storage/cache-storage.ts";
import { isPromise } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import { mayUse, type JoinedReader } from "./acceptance.ts";
import { fill } from "./fill.ts";
import { Flight, type Landing } from "./flight.ts";
import { currentLoad, LoadScope, type Part } from "./load-scope.ts";
import { tagsOf, ttlOf } from "./load-options.ts";

export interface LoadRequest<Value> {
  readonly id: string;
  readonly key: string;
  /** The namespace's prefix of tags. */
  readonly prefix: string;
  readonly load: Load<Value>;
  readonly options: LoadOptions<Value>;
}

/** `part` is what it brings into the load around it, unless that has been told already. */
type Served<Value> = Answer<Value> & { readonly part?: Part };

/** After so many flights that were of no use to it, a reader loads for itself. */
const maxRounds = 5;

/**
 * Get or load: look, join a load under way, or lead one. It holds no rule: whether an entry may be served, stored or
 * shared is decided by the storage, the ledger and `mayUse`.
 */
export class ReadThrough {
  readonly #parts: CacheParts;
  readonly #flights = new Map<string, Flight>();
  #begins = 0;

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  /** The flights under way: for the tests that count them. */
  get size(): number {
    return this.#flights.size;
  }

  /** @param look the reader's own first look, made at the moment of this call */
  async resolve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    look: MaybePromise<Reading | undefined>,
  ): Promise<Answer<Value>> {
    const { part, ...answer } = await this.#resolve(request, open, look);
    if (part) currentLoad.getStore()?.add(part);
    return answer;
  }

  async #resolve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    look: MaybePromise<Reading | undefined>,
  ): Promise<Served<Value>> {
    const { calls, stats, events } = this.#parts;
    const { id } = request;
    const reader = { began: ++this.#begins, calls: calls.stamp(0) };

    for (let round = 0; round < maxRounds; round++) {
      const reading = isPromise(look) ? await look : look;
      const hit = open && reading?.state === "hit" ? this.#serve(request, open, reading) : undefined;
      if (hit) return hit;
      if (round === 0) {
        stats.count("misses", id);
        if (events.hears("miss")) events.emit({ type: "miss", id });
      }
      const flight = this.#flights.get(id);
      if (flight === undefined || !flight.open || currentLoad.getStore()?.isInside(id)) {
        return this.#lead(request, open, reading, true);
      }
      const joined = await this.#join<Value>(request, open, flight, { ...reader, arrival: reading?.at });
      if (joined === "alone") break;
      if (joined) return joined;
      look = open?.storage.read(id);
    }
    return this.#lead(request, open, undefined, false);
  }

  /** The value of a hit; undefined when the payload cannot be read, which makes it a miss. */
  take(
    id: string,
    open: OpenStorage,
    { entry, at }: Reading & { state: "hit" },
  ): { readonly value: unknown } | undefined {
    const { stats, events } = this.#parts;
    const unpacked = this.#unpack(open, entry.payload, id);
    if (unpacked === undefined) return undefined;
    stats.count("hits", id);
    if (events.hears("hit")) events.emit({ type: "hit", id });
    currentLoad.getStore()?.add(partOf(open, entry, at, true));
    return unpacked;
  }

  /** Loads a hit again in the background when its time is about to run out, unless that is being done. */
  refreshAhead<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage,
    reading: Reading & { state: "hit" },
  ): void {
    const { refreshAhead = 0 } = request.options;
    if (reading.entry.expiresAt - reading.at.time >= refreshAhead || this.#flights.has(request.id)) return;
    const flight = this.#takeOff(request.id, reading.at, true);
    const refreshed = this.#load(request, open, reading, flight).catch((error: unknown) => {
      this.#parts.events.emit({
        type: "warning",
        message: `Refreshing ${request.id} failed: ${String(error)}`,
      });
    });
    track(this.#parts, refreshed);
  }

  #serve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage,
    reading: Reading & { state: "hit" },
  ): Served<Value> | undefined {
    const taken = this.take(request.id, open, reading);
    if (taken === undefined) return undefined;
    this.refreshAhead(request, open, reading);
    const { entry, at } = reading;
    return {
      value: taken.value as Value,
      source: "cache",
      age: at.time - entry.stamp.time,
      expiresAt: entry.expiresAt,
    };
  }

  async #join<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    flight: Flight,
    reader: JoinedReader,
  ): Promise<Served<Value> | "alone" | undefined> {
    const { stats, calls, clock } = this.#parts;
    const landing = await flight.wait(flight.landed, request.options.signal);
    if (landing.kind === "failed") return this.#staleOr(landing.error, request, open);
    if (!mayUse(flight, landing, reader, calls)) return undefined;
    if (landing.share === undefined) return "alone";
    stats.count("coalesced", request.id);
    const { tags, expiresAt, storable } = landing;
    const age = flight.stamp ? Math.max(0, clock.now() - flight.stamp.time) : 0;
    const part = {
      ledger: open ?? this,
      tags,
      verifiedAt: undefined,
      expiresAt: expiresAt ?? Infinity,
      storable,
    };
    return { value: landing.share() as Value, source: "flight", age, expiresAt, part };
  }

  async #lead<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    reading: Reading | undefined,
    registered: boolean,
  ): Promise<Served<Value>> {
    const flight = this.#takeOff(request.id, reading?.at, registered);
    const loaded = this.#load(request, open, reading, flight);
    try {
      return await flight.wait(loaded, request.options.signal);
    } catch (error) {
      if (request.options.signal?.aborted) throw error;
      return this.#staleOr(error, request, open);
    }
  }

  #takeOff(id: string, stamp: Stamp | undefined, registered: boolean): Flight {
    const flight = new Flight({ began: ++this.#begins, calls: this.#parts.calls.stamp(0), stamp });
    if (registered) this.#flights.set(id, flight);
    return flight;
  }

  async #load<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    reading: Reading | undefined,
    flight: Flight,
  ): Promise<Served<Value>> {
    const { id, key, prefix, options } = request;
    const scope = new LoadScope(id, open ?? this, flight.stamp, currentLoad.getStore());
    const previous =
      open && reading?.state === "stale" ? this.#unpack(open, reading.entry.payload, id) : undefined;
    let value: Value;
    let ttl: number;
    let tags: readonly string[];
    try {
      value = await currentLoad.run(scope, async () =>
        request.load({ signal: flight.signal, previous: previous?.value as Value }),
      );
      ttl = ttlOf(options, value, this.#parts.settings.defaultTtl);
      const named = tagsOf(options, value).map((tag) => prefix + tag);
      tags = [...new Set([...tagsOfKey(key, prefix), ...named, ...scope.tags])];
    } catch (error) {
      this.#release(id, flight);
      flight.land({ kind: "failed", error });
      throw error;
    }
    flight.shut();
    const { stamp } = scope;
    const expiresAt = stamp ? Math.min(stamp.time + ttl, scope.expiresAt) : undefined;
    const { verdict, share } = fill(this.#parts, open, {
      id,
      value,
      tags,
      stamp,
      expiresAt: expiresAt ?? 0,
      staleFor: options.staleIfError ?? 0,
    });
    const land = (answer: (Landing & { kind: "loaded" })["verdict"]): void => {
      this.#release(id, flight);
      flight.land({
        kind: "loaded",
        value,
        tags,
        expiresAt,
        verdict: answer,
        share,
        storable: scope.storable,
      });
    };
    // The leader does not wait for the storage: what it has loaded is its own.
    if (isPromise(verdict)) track(this.#parts, verdict.then(land));
    else land(verdict);
    const part = {
      ledger: open ?? this,
      tags,
      verifiedAt: undefined,
      expiresAt: expiresAt ?? scope.expiresAt,
      storable: scope.storable,
    };
    return { value, source: "load", age: 0, expiresAt, part };
  }

  #release(id: string, flight: Flight): void {
    if (this.#flights.get(id) === flight) this.#flights.delete(id);
  }

  /** The load has failed: an expired entry that is still good by the rule, checked now, or the error. */
  async #staleOr<Value>(
    error: unknown,
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
  ): Promise<Served<Value>> {
    const { stats, events } = this.#parts;
    const { id, options } = request;
    const reading = open && options.staleIfError ? await open.storage.read(id) : undefined;
    if (open === undefined || reading === undefined || reading.state === "miss") throw error;
    const { entry, at } = reading;
    const value = this.#unpack(open, entry.payload, id);
    if (value === undefined || at.time >= entry.expiresAt + (options.staleIfError ?? 0)) throw error;
    stats.count("staleServed", id);
    events.emit({ type: "stale-served", id, error });
    const part = partOf(open, entry, at, false);
    return {
      value: value.value as Value,
      source: "stale",
      age: at.time - entry.stamp.time,
      expiresAt: entry.expiresAt,
      part,
    };
  }

  #unpack(open: OpenStorage, payload: unknown, id: string): { readonly value: unknown } | undefined {
    try {
      return open.values.unpack(payload);
    } catch (error) {
      this.#parts.events.emit({ type: "storage-failed", operation: `decode ${id}`, error });
      return undefined;
    }
  }
}

function partOf(ledger: OpenStorage, entry: CacheEntry, verifiedAt: Stamp, storable: boolean): Part {
  return { ledger, tags: entry.tags, verifiedAt, expiresAt: entry.expiresAt, storable };
}
