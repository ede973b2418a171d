import type { CacheEntry, Stamp } from "@awsideman/cache-core";

/** What a small integer of V8's can be: it stands in the object itself, and costs no look elsewhere. */
const largest = 2 ** 31 - 1;

/** An entry as it is held, with its place in the ring of all of them. What a hit looks at stands in front. */
export class HeldEntry implements CacheEntry {
  readonly #from: number;
  readonly #until: number;
  /** The ledger's position at which the entry was last found to be valid: until it moves, nothing has changed. */
  #verifiedAt: number;
  #isUsed = false;
  readonly payload: unknown;
  readonly expiresAt: number;
  readonly staleUntil: number;
  readonly stamp: Stamp;
  readonly id: string;
  readonly tags: readonly string[];
  readonly size: number;
  #next: HeldEntry = this;
  #previous: HeldEntry = this;

  /** @param opened a moment from which {@link isAlive} counts */
  constructor(entry: CacheEntry, verifiedAt: number, opened: number) {
    this.#from = Math.min(Math.ceil(entry.stamp.time - opened), largest);
    this.#until = Math.min(Math.floor(entry.expiresAt - opened), largest);
    this.#verifiedAt = verifiedAt;
    this.payload = entry.payload;
    this.expiresAt = entry.expiresAt;
    this.staleUntil = entry.staleUntil;
    this.stamp = entry.stamp;
    this.id = entry.id;
    this.tags = entry.tags;
    this.size = entry.size;
  }

  get verifiedAt(): number {
    return this.#verifiedAt;
  }

  verify(position: number): void {
    this.#verifiedAt = position;
  }

  /** It was read since room was last looked for here. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  use(): void {
    this.#isUsed = true;
  }

  pass(): void {
    this.#isUsed = false;
  }

  /**
   * Whether it has begun and not expired, so many milliseconds after the storage was opened. False also where that cannot
   * be told by whole milliseconds of some 24 days: the entry's own times know.
   */
  isAlive(sinceOpened: number): boolean {
    return this.#from <= sinceOpened && sinceOpened < this.#until;
  }

  get next(): HeldEntry {
    return this.#next;
  }

  insertBefore(next: HeldEntry): void {
    this.#next = next;
    this.#previous = next.#previous;
    this.#previous.#next = this;
    next.#previous = this;
  }

  remove(): void {
    this.#previous.#next = this.#next;
    this.#next.#previous = this.#previous;
    this.#next = this;
    this.#previous = this;
  }
}
