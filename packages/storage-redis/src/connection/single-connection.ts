import type { Redis } from "ioredis";
import type { Connection, ConnectionParts, ServerLink } from "./connection.ts";
import { Reconnecting } from "./reconnecting.ts";
import { WatchedServer } from "./watched-server.ts";

/** One server, or the master that Sentinels name. */
export class SingleConnection implements Connection {
  readonly #server: WatchedServer;
  readonly #reconnecting: Reconnecting;

  /** @param redis a client that was not connected yet, and that is left to this */
  constructor(redis: Redis, parts: ConnectionParts) {
    // What fails is told by an event of its own.
    const connect = (): void => void redis.connect().catch(() => {});
    const reconnecting = new Reconnecting(parts, connect);
    const connected = (): void => {
      reconnecting.succeeded();
      parts.connected();
    };
    this.#server = new WatchedServer(redis, { ...parts, connected });
    this.#reconnecting = reconnecting;
    redis.on("end", () => this.#reconnecting.schedule());
  }

  get link(): ServerLink | undefined {
    return this.#server.link;
  }

  open(): Promise<void> {
    const settled = this.#server.settled();
    this.#server.redis.connect().catch(() => {});
    return settled;
  }

  abandon(link: ServerLink): Promise<void> {
    if (this.link === link) this.#server.abandon();
    return Promise.resolve();
  }

  close(): void {
    this.#reconnecting.stop();
    this.#server.redis.disconnect();
  }
}
