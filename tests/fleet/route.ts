import type { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { TcpProxy } from "../../packages/storage-redis/test/support/tcp-proxy.ts";
import type { Nat } from "./scenario.ts";

/** The network between one instance and every server: a proxy for each. */
export class Route {
  readonly #proxies: ReadonlyMap<RedisServer, TcpProxy>;

  private constructor(proxies: ReadonlyMap<RedisServer, TcpProxy>) {
    this.#proxies = proxies;
  }

  static async to(servers: readonly RedisServer[]): Promise<Route> {
    const proxies = servers.map(async (server) => [server, await TcpProxy.start(server.port)] as const);
    return new Route(new Map(await Promise.all(proxies)));
  }

  /** Does the same to all of it. */
  each(act: (proxy: TcpProxy) => void): void {
    for (const proxy of this.#proxies.values()) act(proxy);
  }

  portTo(server: RedisServer): number {
    return this.#proxies.get(server)?.port ?? server.port;
  }

  get nat(): Nat {
    return Object.fromEntries(
      [...this.#proxies].map(([server, { port }]) => [
        `127.0.0.1:${server.port}`,
        { host: "127.0.0.1", port },
      ]),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()));
  }
}
