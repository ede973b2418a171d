import { CacheError, type Clock } from "@awsideman/cache-core";
import type { Connection } from "./connection/connection.ts";
import { isElsewhere, replyCode, unavailable } from "./redis-error.ts";

/** An item of a stream. */
export interface StreamItem {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly Buffer[];
}

/** A stream, and those who wait for what comes at its end. */
export interface StreamFollower {
  readonly key: string;
  /** The id of the last item that is no news; undefined: nothing has to be read. */
  readonly from: string | undefined;
  /** Until when somebody waits, by the monotonic clock; undefined: nobody does. */
  readonly until: number | undefined;
  /** These have come, at least one. */
  hear(items: readonly StreamItem[]): void;
  /** Nobody can tell. */
  fail(error: CacheError): void;
}

export interface BlockingReaderParts {
  /** A connection of its own, not opened yet: what waits on it holds up all that is sent behind it. */
  readonly connect: () => Connection;
  /** Milliseconds beyond its time that an answer may take. */
  readonly silence: number;
  readonly clock: Clock;
  readonly trouble: (message: string, error: unknown) => void;
}

const consequence = "a near tier asks from time to time, and everybody loads for himself";

/** How many items of a stream are taken at once. */
const itemsAtOnce = 16;

/**
 * Waits at the end of streams, by one blocking read for all of them, and only while somebody waits. However many wait, one
 * read is under way: a server that hangs has no more than that to answer later.
 */
export class BlockingReader {
  readonly #parts: BlockingReaderParts;
  readonly #followers: StreamFollower[] = [];
  #connection: Connection | undefined;
  #isReading = false;
  #isClosed = false;

  constructor(parts: BlockingReaderParts) {
    this.#parts = parts;
  }

  add(follower: StreamFollower): void {
    this.#followers.push(follower);
  }

  /** Somebody waits from now on. */
  start(): void {
    if (this.#isClosed) this.#failAll(new CacheError("CACHE_CLOSED", "The storage is closed"));
    else if (!this.#isReading) void this.#read();
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
    this.#failAll(new CacheError("CACHE_CLOSED", "The storage is closed"));
  }

  get #isWanted(): boolean {
    return this.#followers.some(({ until }) => until !== undefined);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      const connection = this.#connection ?? (await this.#open());
      while (this.#isWanted) await this.#next(connection);
    } catch (error) {
      this.#failAll(unavailable(error));
    }
    this.#isReading = false;
  }

  async #open(): Promise<Connection> {
    this.#connection = this.#parts.connect();
    await this.#connection.open();
    return this.#connection;
  }

  async #next(connection: Connection): Promise<void> {
    const { silence, clock, trouble } = this.#parts;
    const { link } = connection;
    if (link === undefined) throw new CacheError("CACHE_BACKEND_UNAVAILABLE", "Redis: not connected");
    const followers = this.#followers.filter(({ from }) => from !== undefined);
    const until = Math.max(...followers.map((follower) => follower.until ?? 0));
    // 0 would be for ever.
    const block = Math.max(1, Math.ceil(until - clock.monotonic()));
    const cancel = clock.after(block + silence, () => void connection.abandon(link), { background: true });
    try {
      const streams = [...followers.map(({ key }) => key), ...followers.map(({ from }) => from as string)];
      const args = ["COUNT", itemsAtOnce, "BLOCK", block, "STREAMS", ...streams];
      const reply = itemsOf(await link.redis.callBuffer("XREAD", ...args));
      for (const [key, items] of reply) followers.find((one) => one.key === key)?.hear(items);
    } catch (error) {
      if (isElsewhere(error)) void connection.abandon(link);
      else if (replyCode(error) !== undefined)
        trouble(`Redis does not let this instance wait for others: ${consequence}`, error);
      throw error;
    } finally {
      cancel();
    }
  }

  #failAll(error: CacheError): void {
    for (const follower of this.#followers) follower.fail(error);
  }
}

/** The streams with news, and what it is. In the older protocol of Redis each has a list of its own. */
function itemsOf(reply: unknown): readonly (readonly [string, readonly StreamItem[]])[] {
  if (reply === null) return [];
  const flat = (reply as readonly unknown[]).flatMap((one, index, all) =>
    Buffer.isBuffer(all[0]) ? [one] : (one as readonly unknown[]),
  );
  return flat.flatMap((key, index) => {
    if (index % 2 === 1) return [];
    const items = flat[index + 1] as readonly (readonly [Buffer, readonly Buffer[]])[];
    return [
      [(key as Buffer).toString(), items.map(([id, fields]) => ({ id: id.toString(), fields }))] as const,
    ];
  });
}
