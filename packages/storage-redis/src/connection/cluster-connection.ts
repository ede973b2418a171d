import type { Cluster, Redis } from "ioredis";
import type { Connection, ConnectionParts, ServerLink } from "./connection.ts";
import { hearAllErrors } from "./hear-all-errors.ts";
import { Reconnecting } from "./reconnecting.ts";
import { WatchedServer } from "./watched-server.ts";

/** Milliseconds between two looks at where the slots are, while the one that is wanted cannot be reached. */
const refreshInterval = 100;

/**
 * The master of a cluster that has a namespace's slot. Commands go to it directly, and not by ioredis's own routing: a
 * command must not end up at another server than the one whose life it names.
 */
export class ClusterConnection implements Connection {
  readonly #cluster: Cluster;
  readonly #slot: number;
  readonly #parts: ConnectionParts;
  readonly #reconnecting: Reconnecting;
  readonly #servers = new WeakMap<Redis, WatchedServer>();
  #owner: { readonly key: string; readonly server: WatchedServer } | undefined;
  #refreshing: Promise<void> | undefined;
  #waits = false;

  /** @param cluster a client that was not connected yet, and that is left to this */
  constructor(cluster: Cluster, slot: number, parts: ConnectionParts) {
    this.#cluster = cluster;
    this.#slot = slot;
    this.#parts = parts;
    this.#reconnecting = new Reconnecting(parts, () => void cluster.connect().catch(() => {}));
    // Also those that nobody uses.
    cluster.on("+node", hearAllErrors);
    cluster.on("ready", () => {
      this.#reconnecting.succeeded();
      this.#find();
    });
    cluster.on("end", () => this.#reconnecting.schedule());
    cluster.on("error", (error: unknown) =>
      parts.trouble("The connection to the Redis cluster failed", error),
    );
    cluster.on("node error", () => this.#refreshLater());
  }

  get link(): ServerLink | undefined {
    const link = this.#owner?.server.link;
    if (link !== undefined && this.#owner?.key === this.#cluster.slots[this.#slot]?.[0]) return link;
    this.#find();
    return this.#owner?.server.link;
  }

  async open(): Promise<void> {
    try {
      await this.#cluster.connect();
      await this.#find()?.settled();
    } catch {
      // An event has told why.
    }
  }

  async abandon(link: ServerLink): Promise<void> {
    if (this.#owner?.server.link === link) this.#owner.server.abandon();
    await this.#refresh();
    await this.#find()?.settled();
  }

  close(): void {
    this.#reconnecting.stop();
    this.#cluster.disconnect();
  }

  /** Turns to the server that has the slot now, as far as is known. */
  #find(): WatchedServer | undefined {
    const key = this.#cluster.slots[this.#slot]?.[0];
    const redis = this.#cluster
      .nodes("master")
      .find(({ options: { host, port } }) => `${host}:${port}` === key);
    if (key === undefined || redis === undefined) {
      this.#owner = undefined;
      this.#refreshLater();
      return undefined;
    }
    let server = this.#servers.get(redis);
    if (server === undefined) this.#servers.set(redis, (server = new WatchedServer(redis, this.#parts)));
    if (redis.status === "wait") redis.connect().catch(() => {});
    if (redis.status === "end") this.#refreshLater();
    this.#owner = { key, server };
    return server;
  }

  #refreshLater(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#parts.later(refreshInterval, () => {
      this.#waits = false;
      if (this.#cluster.status === "ready") void this.#refresh().then(() => this.#find());
    });
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= new Promise<void>((resolve) => {
      this.#cluster.refreshSlotsCache(() => resolve());
    }).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }
}
