import type { CacheError, Clock, Stamp } from "@awsideman/cache-core";
import type { BlockingReader, StreamFollower, StreamItem } from "./blocking-reader.ts";

interface Waiter {
  readonly epoch: string;
  /** What was recorded up to here is no news. */
  readonly position: number;
  /** By the monotonic clock. */
  readonly until: number;
  readonly end: (error?: CacheError) => void;
}

/** Waits for what is recorded in the ledger's stream. */
export class ChangeFeed implements StreamFollower {
  readonly key: string;
  readonly #reader: BlockingReader;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();
  /** The latest that somebody was woken for. */
  #told: Pick<Stamp, "epoch" | "position"> = { epoch: "", position: 0 };
  /** Where the last one has waited: who reads for others meanwhile, reads for the next one here, too. */
  #last: number | undefined;

  constructor(key: string, reader: BlockingReader, clock: Clock) {
    this.key = key;
    this.#reader = reader;
    this.#clock = clock;
    reader.add(this);
  }

  get from(): string | undefined {
    const position =
      this.#waiting.size === 0 ? this.#last : Math.min(...[...this.#waiting].map((one) => one.position));
    return position === undefined ? undefined : `${position}-0`;
  }

  get until(): number | undefined {
    return this.#waiting.size === 0 ? undefined : Math.max(...[...this.#waiting].map(({ until }) => until));
  }

  /**
   * Resolves when there is something behind this position of the stream, or after so many milliseconds. The same is told
   * once only: a stream that is ahead of its ledger would be news all the time.
   * @throws CacheError when nobody could tell
   */
  wait({ epoch, position }: Stamp, milliseconds: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (error?: CacheError): void => {
      this.#waiting.delete(waiter);
      cancel();
      if (error === undefined) resolve();
      else reject(error);
    };
    const cancel = this.#clock.after(milliseconds, () => end(), { background: true });
    const told = this.#told.epoch === epoch ? this.#told.position : 0;
    const until = this.#clock.monotonic() + milliseconds;
    const waiter: Waiter = { epoch, position: Math.max(position, told), until, end };
    this.#waiting.add(waiter);
    this.#last = waiter.position;
    this.#reader.start();
    return promise;
  }

  hear(items: readonly StreamItem[]): void {
    const position = Number.parseInt((items.at(-1) as StreamItem).id, 10);
    // Nobody has heard of it: whoever comes next has to.
    this.#last = this.#waiting.size === 0 ? undefined : position;
    for (const { epoch, position: known, end } of this.#waiting) {
      if (position <= known) continue;
      this.#told = { epoch, position };
      end();
    }
  }

  fail(error: CacheError): void {
    for (const { end } of this.#waiting) end(error);
  }
}
