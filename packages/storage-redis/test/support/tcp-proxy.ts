import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Lane } from "./lane.ts";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly requests: Lane;
  readonly replies: Lane;
}

/** Stands between a client and a server on this machine, and does what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #links = new Set<Link>();
  #delay = 0;
  #cutAfter: number | undefined;
  #refuses = false;
  #holds: "nothing" | "replies" | "everything" = "nothing";

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
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }

  /** Resets every connection, and every new one, until {@link restore}. */
  refuse(): void {
    this.#refuses = true;
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /**
   * Lets nothing through, or no reply, the news that a connection has ended included. What is held arrives after
   * {@link restore}, as TCP sends it again. New connections are taken, and hear nothing.
   */
  hold(what: "replies" | "everything"): void {
    this.#holds = what;
    for (const link of this.#links) this.#applyHold(link);
  }

  /** Ends every connection to the server, and no client hears of it: what it sends from then on reaches nobody. */
  halfOpen(): void {
    for (const { server, replies } of this.#links) {
      replies.silence();
      server.destroy();
    }
  }

  /** Ends {@link refuse} and {@link hold}. */
  restore(): void {
    this.#refuses = false;
    this.#holds = "nothing";
    for (const link of this.#links) this.#applyHold(link);
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    client.on("error", () => {});
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, "127.0.0.1");
    server.on("error", () => {});
    const link = { client, server, requests: new Lane(server), replies: new Lane(client) };
    this.#links.add(link);
    this.#applyHold(link);
    client.on("data", (data) => link.requests.send(data));
    server.on("data", (data) => this.#reply(link, data));
    client.on("close", () => {
      this.#links.delete(link);
      link.requests.end();
    });
    server.on("close", () => link.replies.end());
  }

  #applyHold({ requests, replies }: Link): void {
    requests.hold(this.#holds === "everything");
    replies.hold(this.#holds !== "nothing");
  }

  #reply({ client, replies }: Link, data: Buffer): void {
    if (this.#cutAfter !== undefined && data.length > this.#cutAfter) {
      client.write(data.subarray(0, this.#cutAfter), () => client.destroy());
      this.#cutAfter = undefined;
      return;
    }
    if (this.#cutAfter !== undefined) this.#cutAfter -= data.length;
    replies.send(data, this.#delay);
  }
}
