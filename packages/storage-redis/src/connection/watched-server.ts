import type { Redis } from "ioredis";
import type { ConnectionParts, ServerLink } from "./connection.ts";
import { hearAllErrors } from "./hear-all-errors.ts";
import { readInfo } from "./read-info.ts";

/** Follows one ioredis client through its connections, and learns which life of a server each of them leads to. */
export class WatchedServer {
  readonly redis: Redis;
  readonly #parts: ConnectionParts;
  #link: ServerLink | undefined;
  /** Counts the connections: an answer to another one's question says nothing. */
  #turn = 0;
  #waiting: (() => void)[] = [];
  #endHurry: (() => void) | undefined;

  constructor(redis: Redis, parts: ConnectionParts) {
    this.redis = redis;
    this.#parts = parts;
    hearAllErrors(redis);
    redis.on("connect", () => {
      redis.stream.unref();
      this.#hurry();
    });
    redis.on("ready", () => this.#meet());
    redis.on("close", () => this.#leave());
    redis.on("end", () => this.#leave());
    redis.on("error", (error: unknown) => {
      // ioredis would go on with database 0.
      if (isOfSelect(error)) this.#refuse("Redis does not give the database that is wanted", error);
      else parts.trouble("The connection to Redis failed", error);
    });
    // One of a cluster's that nobody has used so far: it may have been cut off long ago.
    if (redis.status === "connect" || redis.status === "ready") this.#hurry();
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
    const provedAt = this.#parts.monotonic();
    redis.stream.unref();
    redis.info().then(
      (info) => {
        if (turn !== this.#turn) return;
        const told = readInfo(info);
        if (typeof told === "string") this.#refuse(told);
        else {
          this.#endHurry?.();
          this.#link = { redis, provedAt, ...told };
          this.#parts.connected();
          this.#settle();
        }
      },
      (error: unknown) => {
        if (turn === this.#turn)
          this.#refuse("Redis does not answer INFO, which the cache needs to notice a failover", error);
      },
    );
  }

  /** Leaves a server that is of no use now; another one may be found later. */
  #refuse(why: string, error?: unknown): void {
    this.#parts.trouble(why, error);
    this.abandon();
  }

  /** A server may accept connections, and say nothing. */
  #hurry(): void {
    this.#endHurry?.();
    const { later, patience } = this.#parts;
    this.#endHurry = later(patience, () => this.#refuse("Redis accepts connections, and does not answer"));
  }

  #leave(): void {
    this.#turn++;
    this.#endHurry?.();
    this.#link = undefined;
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function isOfSelect(error: unknown): boolean {
  const { command } = error as { readonly command?: { readonly name?: string } };
  return command?.name === "select";
}
