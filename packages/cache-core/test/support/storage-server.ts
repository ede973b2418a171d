import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { deserialize, serialize } from "node:v8";
import { systemClock, type CacheStorage } from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";

/** A storage that real processes share over a socket, and that can be switched off. See `remoteStorage`. */
export class StorageServer {
  /** The methods that were called while it was on, in order. */
  readonly calls: string[] = [];
  isOff = false;
  readonly #server: Server;
  readonly #storage: CacheStorage;

  private constructor() {
    this.#storage = openMemoryStorage({}, { clock: systemClock, random: Math.random, emit: () => undefined });
    this.#server = createServer((request, response) => {
      if (this.isOff) request.socket.destroy();
      else void this.#answer(request, response);
    });
  }

  static async start(): Promise<StorageServer> {
    const started = new StorageServer();
    await new Promise<void>((resolve) => started.#server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, given } = deserialize(await buffer(request)) as {
      readonly method: "read";
      readonly given: [string];
    };
    this.calls.push(method);
    response.end(serialize(await this.#storage[method](...given)));
  }
}
