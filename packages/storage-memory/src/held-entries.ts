import type { HeldEntry } from "./held-entry.ts";

export interface Limits {
  readonly maxBytes: number;
  readonly maxEntries: number;
}

/** How many entries are looked at for one that has to go: what is used by then goes all the same. */
const longestWalk = 1_000;

/**
 * Entries by id, bounded in number and in bytes. Room is made by the clock algorithm: the entries stand in a ring, a read
 * marks its entry, and a hand goes round, takes the mark off what has one, and removes what has none.
 */
export class HeldEntries {
  readonly #limits: Limits;
  readonly #byId = new Map<string, HeldEntry>();
  /** The next to go, unless it is used; what is new comes last. */
  #hand: HeldEntry | undefined;
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(id: string): HeldEntry | undefined {
    return this.#byId.get(id);
  }

  /** Puts an entry, of at most `maxBytes`, in place of the one of its id. @returns how many others had to go for it */
  put(entry: HeldEntry): number {
    const before = this.#byId.get(entry.id);
    if (before !== undefined) this.delete(before);
    const removed = this.#makeRoom(entry.size);
    if (this.#hand === undefined) this.#hand = entry;
    else entry.insertBefore(this.#hand);
    this.#byId.set(entry.id, entry);
    this.#bytes += entry.size;
    return removed;
  }

  /** @param entry one of these */
  delete(entry: HeldEntry): void {
    this.#byId.delete(entry.id);
    this.#bytes -= entry.size;
    if (this.#hand === entry) this.#hand = this.size === 0 ? undefined : entry.next;
    entry.remove();
  }

  clear(): void {
    this.#byId.clear();
    this.#hand = undefined;
    this.#bytes = 0;
  }

  [Symbol.iterator](): IterableIterator<HeldEntry> {
    return this.#byId.values();
  }

  #makeRoom(bytes: number): number {
    const { maxBytes, maxEntries } = this.#limits;
    let removed = 0;
    while (this.#hand !== undefined && (this.size >= maxEntries || this.#bytes + bytes > maxBytes)) {
      let hand = this.#hand;
      for (let walk = 0; walk < longestWalk && hand.isUsed; walk++) {
        hand.pass();
        hand = hand.next;
      }
      this.#hand = hand;
      this.delete(hand);
      removed++;
    }
    return removed;
  }
}
