import type { Answer, Load, LoadOptions } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { CacheError } from "../errors/cache-error.ts";
import type { MaybePromise, Reading } from "../storage/cache-storage.ts";
import { isPromise } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Unpacked } from "../value/value-form.ts";
import { mayFailWith, mayUse, type JoinedReader } from "./acceptance.ts";
import type { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import { keepLease } from "./keep-lease.ts";
import { LeaseWait } from "./lease-wait.ts";
import type { LoadRequest, Served } from "./load-request.ts";
import { currentLoad, partOf } from "./load-scope.ts";
import { isRecent, isRecentFlight, maxAgeOf } from "./max-age.ts";
import { RefreshAhead } from "./refresh-ahead.ts";
import { runLoad } from "./run-load.ts";
import { unpack } from "./unpack.ts";

/**
 * Get or load: look, join a load under way, or lead one. It holds no rule: whether an entry may be served, stored or
 * shared is decided by the storage, the ledger, `mayUse` and `mayFailWith`.
 */
export class ReadThrough {
  readonly refreshAhead: RefreshAhead;
  readonly #parts: CacheParts;
  readonly #flights: Flights;

  constructor(parts: CacheParts) {
    this.#parts = parts;
    this.#flights = new Flights(parts.calls);
    this.refreshAhead = new RefreshAhead(parts, this.#flights);
  }

  /** The flights under way: for the tests that count them. */
  get size(): number {
    return this.#flights.size;
  }

  /** Gives up the loads that nobody waits for. */
  close(): void {
    this.#flights.giveUp(new CacheError("CACHE_CLOSED", "The cache is closed"));
  }

  /** @param look the reader's own first look, made at the moment of this call */
  async resolve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    look: MaybePromise<Reading | undefined>,
  ): Promise<Answer<Value>> {
    const outer = currentLoad.scope;
    try {
      const { part, ...answer } = await this.#resolve(request, open, look);
      if (part) outer?.add(part);
      return answer;
    } catch (error) {
      // An error is not stored, nor is what is made of one: nobody knows what it depends on.
      outer?.spoil();
      throw error;
    }
  }

  /** Loads past the cache, which is switched off. */
  async bypass<Value>(load: Load<Value>, { signal }: LoadOptions<Value>): Promise<Answer<Value>> {
    const flight = this.#flights.takeOff(undefined, { stamp: undefined, ledger: undefined });
    const loaded = (async () => load({ signal: flight.signal, previous: undefined, hasPrevious: false }))();
    const value = await flight.wait(loaded, signal, undefined);
    return { value, source: "load", age: 0, expiresAt: undefined };
  }

  async #resolve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    look: MaybePromise<Reading | undefined>,
  ): Promise<Served<Value>> {
    const { calls, stats, events } = this.#parts;
    const { id } = request;
    const maxAge = maxAgeOf(request.options);
    const reader = { began: this.#flights.begin(), calls: calls.stamp(0), ledger: open, maxAge };
    const inside = currentLoad.scope;
    let wait: LeaseWait | undefined;

    // A load that began after the reader is always good, so he joins two at most.
    for (let isFirst = true; ; isFirst = false) {
      const reading = isPromise(look) ? await look : look;
      const hit =
        open && reading?.state === "hit" && isRecent(reading.entry, reading.at, maxAge)
          ? this.#serve(request, open, reading, wait !== undefined)
          : undefined;
      if (hit) return hit;
      if (isFirst) {
        stats.count("misses", id);
        if (events.hears("miss")) events.emit({ type: "miss", id });
      }
      const lease = reading?.lease;
      const flight = this.#flights.get(id);
      if (
        flight === undefined ||
        !flight.open ||
        inside?.isNeededBy(flight) ||
        !isRecentFlight(flight, reader.began, reading?.at, maxAge)
      ) {
        // Who is in a load waits for nobody elsewhere: two that read each other's keys would wait for each other.
        const mayWait = lease?.state === "others" && inside === undefined && maxAge > 0;
        if (
          !mayWait ||
          !(await (wait ??= new LeaseWait(this.#parts)).turn(id, lease, request.options.signal))
        )
          return this.#lead(request, open, reading, maxAge, true);
        look = open?.storage.read(id, 0);
        continue;
      }
      keepLease(this.#parts, lease, flight);
      const joined = await this.#join<Value>(request, open, flight, { ...reader, arrival: reading?.at });
      if (joined === "alone") return this.#lead(request, open, undefined, maxAge, false);
      if (joined) return joined;
      look = open?.storage.read(id, 0);
    }
  }

  /** The value of a hit; undefined when the payload cannot be read, which makes it a miss. */
  take(id: string, open: OpenStorage, { entry, at }: Reading & { state: "hit" }): Unpacked | undefined {
    const { stats, events } = this.#parts;
    const unpacked = unpack(this.#parts, open, entry);
    if (unpacked === undefined) return undefined;
    (unpacked.counts ??= stats.countsOf(id)).hits++;
    if (events.hears("hit")) events.emit({ type: "hit", id });
    currentLoad.scope?.add(partOf(open, entry, at, true));
    return unpacked;
  }

  #serve<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage,
    reading: Reading & { state: "hit" },
    hasWaited: boolean,
  ): Served<Value> | undefined {
    const { id } = request;
    const taken = hasWaited ? unpack(this.#parts, open, reading.entry) : this.take(id, open, reading);
    if (taken === undefined) return undefined;
    if (hasWaited) this.#parts.stats.count("coalesced", id);
    else this.refreshAhead.consider(request, open, reading);
    const { entry, at } = reading;
    return {
      value: taken.value as Value,
      source: hasWaited ? "flight" : "cache",
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
    const inside = currentLoad.scope?.flight;
    const landing = await flight.wait(flight.landed, request.options.signal, inside);
    if (landing.kind === "failed")
      return mayFailWith(flight, reader) ? this.#staleOr(landing.error, flight, request, open) : undefined;
    if (!mayUse(flight, landing, reader, calls)) return undefined;
    if (landing.share === undefined) return "alone";
    stats.count("coalesced", request.id);
    const { tags, expiresAt, storable, verdict } = landing;
    const verifiedAt = verdict?.outcome === "stored" ? verdict.at : flight.stamp;
    const age = flight.stamp ? Math.max(0, clock.now() - flight.stamp.time) : 0;
    const ledger = open ?? this;
    const part = { ledger, tags, verifiedAt, expiresAt: expiresAt ?? Infinity, storable };
    return { value: landing.share() as Value, source: "flight", age, expiresAt, part };
  }

  async #lead<Value>(
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
    reading: Reading | undefined,
    maxAge: number,
    registered: boolean,
  ): Promise<Served<Value>> {
    const { id } = request;
    const flight = this.#flights.takeOff(registered ? id : undefined, {
      stamp: reading?.at,
      ledger: open,
      maxAge,
    });
    keepLease(this.#parts, reading?.lease, flight);
    const inside = currentLoad.scope?.flight;
    const release = (): void => this.#flights.release(id, flight);
    const loaded = runLoad(this.#parts, { request, open, ledger: open ?? this, reading, flight, release });
    try {
      return await flight.wait(loaded, request.options.signal, inside);
    } catch (error) {
      if (request.options.signal?.aborted) throw error;
      return this.#staleOr(error, flight, request, open);
    }
  }

  /** The load has failed: an expired entry that is still good by the rule, checked now, or the error. */
  async #staleOr<Value>(
    error: unknown,
    flight: Flight,
    request: LoadRequest<Value>,
    open: OpenStorage | undefined,
  ): Promise<Served<Value>> {
    // A load around this may fail for it, and is then as old.
    currentLoad.scope?.flight.reachBackTo(flight.stamp);
    const { stats, events } = this.#parts;
    const { id, options } = request;
    const { staleIfError = 0, isOutage = () => true } = options;
    const reading = open && staleIfError > 0 && isOutage(error) ? await open.storage.read(id) : undefined;
    if (open === undefined || reading === undefined || reading.state === "miss") throw error;
    const { entry, at } = reading;
    if (!isRecent(entry, at, maxAgeOf(options))) throw error;
    const value = at.time < entry.expiresAt + staleIfError ? unpack(this.#parts, open, entry) : undefined;
    if (value === undefined) throw error;
    stats.count("staleServed", id);
    events.emit({ type: "stale-served", id, error });
    return {
      value: value.value as Value,
      source: "stale",
      age: at.time - entry.stamp.time,
      expiresAt: entry.expiresAt,
      part: partOf(open, entry, at, false),
    };
  }
}
