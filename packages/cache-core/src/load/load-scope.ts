import { AsyncLocalStorage } from "node:async_hooks";
import type { Flight } from "./flight.ts";
import type { CacheEntry, Stamp } from "../storage/cache-storage.ts";

/** What a value that was read inside a load brings into the entry that the load makes. */
export interface Part {
  /** Which ledger its tags and position belong to. */
  readonly ledger: object;
  readonly tags: readonly string[];
  /** As of when it is; undefined for what was looked for in vain, which is as of now. */
  readonly verifiedAt: Stamp | undefined;
  readonly expiresAt: number;
  /** False: it was served although it had expired, and must not go into an entry. */
  readonly storable: boolean;
}

/** What an entry that was found brings in. */
export function partOf(
  ledger: object,
  { tags, expiresAt }: CacheEntry,
  verifiedAt: Stamp,
  storable: boolean,
): Part {
  return { ledger, tags, verifiedAt, expiresAt, storable };
}

/**
 * A load under way, as seen by the reads inside it. A composite, a value made of others that were read through the
 * cache, depends on all that they depend on: it takes over their tags, the smallest of their positions and the earliest
 * of their expiries. That happens by itself, also through other scopes and other caches, because a dependency that
 * somebody forgot to declare is an answer older than the last write.
 */
export class LoadScope {
  readonly ledger: object;
  readonly flight: Flight;
  readonly tags: Set<string> = new Set();
  expiresAt: number = Infinity;
  readonly #outer: LoadScope | undefined;
  #storable = true;

  constructor(ledger: object, flight: Flight, outer: LoadScope | undefined) {
    this.ledger = ledger;
    this.flight = flight;
    this.#outer = outer;
  }

  /** Whether the code runs in the load of `flight`, or in one that it waits for: it must not wait for it. */
  isNeededBy(flight: Flight): boolean {
    return flight.needs(this.flight) || (this.#outer?.isNeededBy(flight) ?? false);
  }

  /** How old may be what is read inside. */
  get maxAge(): number {
    return this.flight.maxAge;
  }

  /** The stamp that the entry must carry; undefined when it must not be stored. */
  get stamp(): Stamp | undefined {
    return this.#storable ? this.flight.stamp : undefined;
  }

  /** Something went into the value of which nobody knows what it depends on: it must not be stored. */
  spoil(): void {
    this.#storable = false;
  }

  add(part: Part): void {
    if (!part.storable || part.ledger !== this.ledger) this.#storable = false;
    for (const tag of part.tags) this.tags.add(tag);
    if (part.expiresAt < this.expiresAt) this.expiresAt = part.expiresAt;
    if (part.verifiedAt !== undefined) this.flight.reachBackTo(part.verifiedAt);
  }
}

/** Which load the present code runs in, across awaits. */
class CurrentLoad {
  readonly #scopes = new AsyncLocalStorage<LoadScope | undefined>();
  #running = 0;

  /** Undefined outside of loads, and when none is under way: what a load has left behind says nothing to anybody. */
  get scope(): LoadScope | undefined {
    // To ask takes a tenth of a hit, and most hits come while nothing is loaded.
    return this.#running === 0 ? undefined : this.#scopes.getStore();
  }

  /** Runs something as if it were in no load. */
  leave<Result>(action: () => Result): Result {
    return this.#scopes.run(undefined, action);
  }

  /** Runs a load in its scope. */
  async run<Value>(scope: LoadScope, load: () => Promise<Value>): Promise<Value> {
    this.#running++;
    try {
      return await this.#scopes.run(scope, load);
    } finally {
      this.#running--;
    }
  }
}

export const currentLoad: CurrentLoad = new CurrentLoad();
