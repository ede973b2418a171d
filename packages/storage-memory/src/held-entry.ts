import type { CacheEntry, Stamp } from "@awsideman/cache-core";

/** What a small integer of V8's can be: it stands in the object itself, and costs no look elsewhere. */
const largest = 2 ** 31 - 1;

/** An entry as it is held. What a hit looks at stands in front: a hit is mostly waiting for memory. */
export class HeldEntry implements CacheEntry {
  readonly #from: number;
  readonly #until: number;
  #verifiedAt: number;
  #usedAt: number;
  readonly payload: unknown;
  readonly expiresAt: number;
  readonly staleUntil: number;
  readonly stamp: Stamp;
  readonly id: string;
  readonly tags: readonly string[];
  readonly size: number;

  /** @param opened a moment from which {@link isAlive} counts */
  constructor(entry: CacheEntry, { position, time }: Stamp, opened: number) {
    this.#from = Math.min(Math.ceil(entry.stamp.time - opened), largest);
    this.#until = Math.min(Math.floor(entry.expiresAt - opened), largest);
    this.#verifiedAt = position;
    this.#usedAt = time - opened;
    this.payload = entry.payload;
    this.expiresAt = entry.expiresAt;
    this.staleUntil = entry.staleUntil;
    this.stamp = entry.stamp;
    this.id = entry.id;
    this.tags = entry.tags;
    this.size = entry.size;
  }

  /** The ledger's position at which the entry was last found to be valid: until it moves, nothing has changed. */
  get verifiedAt(): number {
    return this.#verifiedAt;
  }

  verify(position: number): void {
    this.#verifiedAt = position;
  }

  /** When it was last put in front of the others, in milliseconds since the storage was opened. */
  get usedAt(): number {
    return this.#usedAt;
  }

  use(sinceOpened: number): void {
    this.#usedAt = sinceOpened;
  }

  /**
   * Whether it has begun and not expired, so many milliseconds after the storage was opened. False also where that cannot
   * be told by whole milliseconds of some 24 days: the entry's own times know.
   */
  isAlive(sinceOpened: number): boolean {
    return this.#from <= sinceOpened && sinceOpened < this.#until;
  }
}
