import type { Redis } from "ioredis";
import type { ConnectionParts, ServerLink } from "./connection.ts";

/** Follows one ioredis client through its connections, and learns which life of a server each of them leads to. */
export class WatchedServer {
  readonly redis: Redis;
  readonly #parts: ConnectionParts;
  #link: ServerLink | undefined;
  /** Counts the connections: an answer to another one's question says nothing. */
  #turn = 0;
  #waiting: (() => void)[] = [];

  constructor(redis: Redis, parts: ConnectionParts) {
    this.redis = redis;
    this.#parts = parts;
    redis.on("connect", () => redis.stream.unref());
    redis.on("ready", () => this.#meet());
    redis.on("close", () => this.#leave());
    redis.on("end", () => this.#leave());
    redis.on("error", (error: unknown) => parts.trouble("The connection to Redis failed", error));
    if (redis.status === "ready") this.#meet();
  }

  get link(): ServerLink | undefined {
    return this.redis.status === "ready" ? this.#link : undefined;
  }

  /** Leaves the connection: it leads to a server that is of no use. */
  abandon(): void {
    this.#leave();
    this.redis.disconnect();
  }

  /** Resolves when the server is known, or the connection has failed. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.link === undefined) this.#waiting.push(resolve);
      else resolve();
    });
  }

  #meet(): void {
    const turn = ++this.#turn;
    this.#link = undefined;
    const { redis } = this;
    redis.stream.unref();
    // Two questions, because Redis 6 takes one section at a time.
    Promise.all([redis.info("server"), redis.info("replication")]).then(
      ([server, replication]) => {
        if (turn !== this.#turn) return;
        const run = runOf(server, replication);
        if (run === undefined)
          this.#parts.trouble("INFO of Redis does not tell its run_id: it cannot be used");
        else {
          this.#link = { redis, run };
          this.#parts.connected();
        }
        this.#settle();
      },
      (error: unknown) => {
        if (turn !== this.#turn) return;
        this.#parts.trouble("Redis does not answer INFO, which the cache needs to notice a failover", error);
        redis.disconnect();
      },
    );
  }

  #leave(): void {
    this.#turn++;
    this.#link = undefined;
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/**
 * A life of a server as master. A master that became a replica and was promoted again is the same process, but may lack
 * what it had before: the offset at which it was promoted tells the difference.
 */
function runOf(server: string, replication: string): string | undefined {
  const run = /^run_id:(\w+)/m.exec(server)?.[1];
  const promoted = /^second_repl_offset:(-?\d+)/m.exec(replication)?.[1] ?? "-1";
  return run === undefined ? undefined : promoted === "-1" ? run : `${run}+${promoted}`;
}
