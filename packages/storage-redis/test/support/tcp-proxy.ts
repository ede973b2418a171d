import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Stands between a client and a server on this machine, and does what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #delay = 0;
  #cutAfter: number | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (client) => this.#join(client));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Holds every reply back for so many milliseconds. */
  delayReplies(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** Lets so many bytes of replies through, and then cuts the connection. */
  cutAfter(bytes: number): void {
    this.#cutAfter = bytes;
  }

  /** Cuts every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", (data) => server.write(data));
    server.on("data", (data) => this.#reply(client, data));
  }

  #reply(client: Socket, data: Buffer): void {
    if (this.#cutAfter !== undefined && data.length > this.#cutAfter) {
      client.write(data.subarray(0, this.#cutAfter), () => client.destroy());
      this.#cutAfter = undefined;
      return;
    }
    if (this.#cutAfter !== undefined) this.#cutAfter -= data.length;
    if (this.#delay === 0) client.write(data);
    else setTimeout(() => client.destroyed || client.write(data), this.#delay);
  }
}
