import { CacheError, type Clock, type Stamp } from "@awsideman/cache-core";
import type { Connection } from "./connection/connection.ts";
import { isElsewhere, replyCode, unavailable } from "./redis-error.ts";

export interface ChangeFeedParts {
  /** A connection of its own, not opened yet: what waits on it holds up all that is sent behind it. */
  readonly connect: () => Connection;
  /** The key of the stream. */
  readonly feed: string;
  /** Milliseconds beyond its time that an answer may take. */
  readonly silence: number;
  readonly clock: Clock;
  readonly trouble: (message: string, error: unknown) => void;
}

interface Waiter {
  readonly epoch: string;
  /** What was recorded up to here is no news. */
  readonly position: number;
  /** By the monotonic clock. */
  readonly until: number;
  readonly end: (error?: CacheError) => void;
}

/**
 * Waits for what is recorded in the stream, by a blocking read, and only while somebody waits. However many wait, one read
 * is under way: a server that hangs has no more than that to answer later.
 */
export class ChangeFeed {
  readonly #parts: ChangeFeedParts;
  readonly #waiting = new Set<Waiter>();
  #connection: Connection | undefined;
  /** The latest that somebody was woken for. */
  #told: Pick<Stamp, "epoch" | "position"> = { epoch: "", position: 0 };
  #isReading = false;
  #isClosed = false;

  constructor(parts: ChangeFeedParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when there is something behind this position of the stream, or after so many milliseconds. The same is told
   * once only: a stream that is ahead of its ledger would be news all the time.
   * @throws CacheError when nobody could tell
   */
  wait({ epoch, position }: Stamp, milliseconds: number): Promise<void> {
    const { clock } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (error?: CacheError): void => {
      this.#waiting.delete(waiter);
      cancel();
      if (error === undefined) resolve();
      else reject(error);
    };
    const cancel = clock.after(milliseconds, () => end(), { background: true });
    const told = this.#told.epoch === epoch ? this.#told.position : 0;
    const until = clock.monotonic() + milliseconds;
    const waiter: Waiter = { epoch, position: Math.max(position, told), until, end };
    this.#waiting.add(waiter);
    if (this.#isClosed) this.#endAll(new CacheError("CACHE_CLOSED", "The storage is closed"));
    else if (!this.#isReading) void this.#read();
    return promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
    this.#endAll(new CacheError("CACHE_CLOSED", "The storage is closed"));
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      const connection = this.#connection ?? (await this.#open());
      while (this.#waiting.size > 0) this.#tell(await this.#next(connection));
    } catch (error) {
      this.#endAll(unavailable(error));
    }
    this.#isReading = false;
  }

  async #open(): Promise<Connection> {
    this.#connection = this.#parts.connect();
    await this.#connection.open();
    return this.#connection;
  }

  /** The position of the first item that is news to somebody; undefined when none came in time. */
  async #next(connection: Connection): Promise<number | undefined> {
    const { feed, silence, clock, trouble } = this.#parts;
    const { link } = connection;
    if (link === undefined) throw new CacheError("CACHE_BACKEND_UNAVAILABLE", "Redis: not connected");
    const waiting = [...this.#waiting];
    const from = Math.min(...waiting.map(({ position }) => position));
    const until = Math.max(...waiting.map((waiter) => waiter.until));
    // 0 would be for ever.
    const block = Math.max(1, Math.ceil(until - clock.monotonic()));
    const giveUp = (): void => void connection.abandon(link);
    const cancel = clock.after(block + silence, giveUp, { background: true });
    try {
      const args = ["COUNT", 1, "BLOCK", block, "STREAMS", feed, `${from}-0`];
      return positionOf(await link.redis.callBuffer("XREAD", ...args));
    } catch (error) {
      if (isElsewhere(error)) void connection.abandon(link);
      else if (replyCode(error) !== undefined)
        trouble("Redis does not let the near tier wait for changes: it asks from time to time", error);
      throw error;
    } finally {
      cancel();
    }
  }

  #tell(position: number | undefined): void {
    if (position === undefined) return;
    for (const { epoch, position: known, end } of this.#waiting) {
      if (position <= known) continue;
      this.#told = { epoch, position };
      end();
    }
  }

  #endAll(error: CacheError): void {
    for (const { end } of this.#waiting) end(error);
  }
}

/** Of the first item. The answer for the one stream stands in a list in the older protocol of Redis. */
function positionOf(reply: unknown): number | undefined {
  if (reply === null) return undefined;
  const answer = reply as readonly [Stream] | Stream;
  const [, [[id]]] = answer.length === 1 ? answer[0] : answer;
  return Number.parseInt(id.toString(), 10);
}

/** Its key, and its items: id and fields. */
type Stream = readonly [Buffer, readonly [readonly [Buffer, unknown]]];
