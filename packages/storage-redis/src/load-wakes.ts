import type { CacheError, Clock } from "@awsideman/cache-core";
import type { BlockingReader, StreamFollower, StreamItem } from "./blocking-reader.ts";

/** Ends somebody's wait. */
type Waiter = (error?: CacheError) => void;

/** Of how many loads it is remembered that they have ended. */
const maxRemembered = 1_000;

/** Where an instance hears that loads of others have ended, in a stream of its own. */
export class LoadWakes implements StreamFollower {
  readonly key: string;
  readonly #reader: BlockingReader;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** The number of the last wake for each id, the latest at the end. */
  readonly #remembered = new Map<string, number>();
  /** Until when somebody waits; later than that when he has left before. */
  #until = -Infinity;
  #count = 0;
  #from = "0-0";

  constructor(key: string, reader: BlockingReader, clock: Clock) {
    this.key = key;
    this.#reader = reader;
    this.#clock = clock;
    reader.add(this);
  }

  /** How many wakes have come. To be taken before it is asked who loads: the end may be heard of before the answer. */
  get count(): number {
    return this.#count;
  }

  get from(): string {
    return this.#from;
  }

  get until(): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#until;
  }

  /**
   * Resolves when a load of `id` has ended that had not when there had been `since` wakes, or when the signal is aborted.
   * @param milliseconds how long it may take
   * @throws CacheError when nobody could tell
   */
  async wait(id: string, since: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#hasEnded(id, since)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end: Waiter = (error) => {
      if (error === undefined) resolve();
      else reject(error);
    };
    const until = this.#clock.monotonic() + milliseconds;
    this.#until = this.#waiting.size === 0 ? until : Math.max(this.#until, until);
    const all = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, all.add(end));
    const abort = (): void => end();
    signal.addEventListener("abort", abort);
    this.#reader.start();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abort);
      all.delete(end);
      if (all.size === 0 && this.#waiting.get(id) === all) this.#waiting.delete(id);
    }
  }

  hear(items: readonly StreamItem[]): void {
    this.#from = (items.at(-1) as StreamItem).id;
    for (const { fields } of items) {
      const id = String(fields[1]);
      this.#remember(id);
      for (const end of this.#waiting.get(id) ?? []) end();
    }
  }

  fail(error: CacheError): void {
    // On another server the stream may have begun anew.
    this.#from = "0-0";
    for (const all of this.#waiting.values()) for (const end of all) end(error);
  }

  #remember(id: string): void {
    this.#remembered.delete(id);
    this.#remembered.set(id, ++this.#count);
    if (this.#remembered.size <= maxRemembered) return;
    const [oldest] = this.#remembered.keys();
    this.#remembered.delete(oldest as string);
  }

  /** Also where that is not remembered any more. */
  #hasEnded(id: string, since: number): boolean {
    return (this.#remembered.get(id) ?? 0) > since || this.#count - since >= maxRemembered;
  }
}
