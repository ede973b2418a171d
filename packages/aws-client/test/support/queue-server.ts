import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash, randomUUID } from "node:crypto";

interface Kept {
  readonly id: string;
  readonly body: string;
  received: number;
  /** What it was last given out under; undefined while anybody may have it. */
  handle: string | undefined;
}

/** What may go wrong with a request. */
export type QueueFault = "drop" | "drop-after" | "fail";

/**
 * A queue that speaks the JSON protocol of SQS on this machine, as far as a consumer needs it. Time does not pass in it:
 * messages that were given out come back when a test says so. A request for messages waits until there are some, or until
 * its client goes away.
 */
export class QueueServer {
  readonly url: string;
  readonly deadLetters: string[] = [];
  /** Names of the operations asked for, in order. */
  readonly requests: string[] = [];
  readonly #server: ReturnType<typeof createServer>;
  readonly #maxReceiveCount: number;
  readonly #faults: { readonly operation: string; readonly fault: QueueFault }[] = [];
  #asked: { readonly operation: string; readonly times: number; readonly resolve: () => void }[] = [];
  #messages: Kept[] = [];
  #waiting: (() => void)[] = [];

  private constructor(server: ReturnType<typeof createServer>, maxReceiveCount: number) {
    this.#server = server;
    this.#maxReceiveCount = maxReceiveCount;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/111122223333/changes`;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  /** @param maxReceiveCount after how many times a message becomes a dead letter */
  static async start(maxReceiveCount = 3): Promise<QueueServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new QueueServer(server, maxReceiveCount);
  }

  send(...bodies: readonly (object | string)[]): void {
    for (const body of bodies) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      this.#messages.push({ id: randomUUID(), body: text, received: 0, handle: undefined });
    }
    this.#wake();
  }

  /** What the queue has, given out or not. */
  get bodies(): readonly string[] {
    return this.#messages.map(({ body }) => body);
  }

  /** What was given out and not deleted can be given out again: the visibility timeout is over. */
  expireVisibility(): void {
    for (const message of this.#messages) message.handle = undefined;
    const dead = this.#messages.filter(({ received }) => received >= this.#maxReceiveCount);
    this.deadLetters.push(...dead.map(({ body }) => body));
    this.#messages = this.#messages.filter((message) => !dead.includes(message));
    this.#wake();
  }

  /** The next request for this operation goes wrong: its connection breaks, before or after it is done, or it is refused. */
  addFault(operation: string, fault: QueueFault): void {
    this.#faults.push({ operation, fault });
  }

  /** Resolves when this operation has been asked for so many times. */
  async asked(operation: string, times: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#asked.push({ operation, times, resolve });
      this.#tellAsked();
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const operation = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    this.requests.push(operation);
    this.#tellAsked();
    const index = this.#faults.findIndex((one) => one.operation === operation);
    const fault = index === -1 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
    if (fault === "drop") return void request.socket.destroy();
    if (fault === "fail") return reply(response, 500, { __type: "com.amazonaws.sqs#InternalFailure" });
    const output =
      operation === "ReceiveMessage" ? await this.#receive(request, input) : this.#delete(operation, input);
    if (fault === "drop-after") request.socket.destroy();
    else if (output !== undefined) reply(response, 200, output);
  }

  /** @returns undefined when the client has gone */
  async #receive(request: IncomingMessage, input: Record<string, unknown>): Promise<object | undefined> {
    const gone = new Promise<void>((resolve) => request.socket.once("close", resolve));
    for (;;) {
      if (request.socket.destroyed) return undefined;
      const visible = this.#messages.filter(({ handle }) => handle === undefined);
      // Last in, first out: a queue promises no order.
      const given = visible.toReversed().slice(0, Number(input["MaxNumberOfMessages"] ?? 1));
      if (given.length > 0) return { Messages: given.map(giveOut) };
      if (!input["WaitTimeSeconds"]) return {};
      await Promise.race([gone, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }

  #delete(operation: string, input: Record<string, unknown>): object {
    if (operation !== "DeleteMessageBatch") throw new Error(`The queue does not know ${operation}`);
    const entries = input["Entries"] as readonly { readonly Id: string; readonly ReceiptHandle: string }[];
    const handles = new Set(entries.map(({ ReceiptHandle }) => ReceiptHandle));
    this.#messages = this.#messages.filter(({ handle }) => handle === undefined || !handles.has(handle));
    this.#wake();
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  }

  #tellAsked(): void {
    for (const { operation, times, resolve } of this.#asked) {
      if (this.requests.filter((name) => name === operation).length >= times) resolve();
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function giveOut(message: Kept): object {
  message.received += 1;
  message.handle = randomUUID();
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    Body: message.body,
    MD5OfBody: createHash("md5").update(message.body).digest("hex"),
    Attributes: { ApproximateReceiveCount: String(message.received) },
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}
