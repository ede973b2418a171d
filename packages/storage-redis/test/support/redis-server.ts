import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { findRedisServer } from "./find-redis-server.ts";

export interface RedisServerOptions {
  /** More of what stands on Redis's command line: `["--maxmemory", "5mb"]`. */
  readonly args?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
  /** Default: a temporary one, removed in the end. */
  readonly folder?: string;
}

/** How often a free port turns out to be taken when Redis gets there. */
const attempts = 5;

/** A Redis of its own on 127.0.0.1, in a folder of its own, that keeps nothing on disk unless told to. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #args: readonly string[];
  readonly #ownsFolder: boolean;
  #keeper: ChildProcess;
  #pid: number;

  private constructor(
    started: { readonly keeper: ChildProcess; readonly pid: number },
    options: Required<RedisServerOptions>,
    ownsFolder: boolean,
  ) {
    this.#keeper = started.keeper;
    this.#pid = started.pid;
    this.port = options.port;
    this.folder = options.folder;
    this.#args = options.args;
    this.#ownsFolder = ownsFolder;
  }

  static async start({ args = [], port, folder }: RedisServerOptions = {}): Promise<RedisServer> {
    const place = folder ?? mkdtempSync(path.join(tmpdir(), "awsideman-redis-test-"));
    for (let attempt = 1; ; attempt++) {
      const options = { args, folder: place, port: port ?? (await freePort()) };
      try {
        return new RedisServer(await launch(options), options, folder === undefined);
      } catch (error) {
        if (port !== undefined || attempt >= attempts) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A client for the test itself. */
  client(): Redis {
    return new Redis(this.port, "127.0.0.1", { lazyConnect: false, maxRetriesPerRequest: 20 });
  }

  /** Runs one command on a connection of its own. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const client = this.client();
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Stops its process where it is: connections stay open, and nothing is answered. */
  freeze(): void {
    process.kill(this.#pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.#pid, "SIGCONT");
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    if (this.#keeper.exitCode !== null || this.#keeper.signalCode !== null) return;
    const over = new Promise((resolve) => this.#keeper.once("exit", resolve));
    process.kill(this.#pid, "SIGKILL");
    await over;
  }

  /** Starts it again where it was, after {@link kill}. */
  async restart(args: readonly string[] = []): Promise<void> {
    const started = await launch({ args: [...this.#args, ...args], port: this.port, folder: this.folder });
    this.#keeper = started.keeper;
    this.#pid = started.pid;
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when it accepts connections. */
async function launch({ args, port, folder }: Required<RedisServerOptions>): Promise<{
  readonly keeper: ChildProcess;
  readonly pid: number;
}> {
  const own = [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const program = path.join(import.meta.dirname, "keeper.ts");
  const keeper = spawn(process.execPath, [program, findRedisServer(), ...own, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let pid: number | undefined;
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      output += text.toString();
      pid ??= Number(/^pid (\d+)$/m.exec(output)?.[1]) || undefined;
      if (/Ready to accept connections|Sentinel ID is/.test(output)) resolve();
    };
    keeper.stdout.on("data", hear);
    keeper.stderr.on("data", hear);
    keeper.once("exit", () => reject(new Error(`Redis has not started:\n${output}`)));
  });
  if (pid === undefined) throw new Error("The process of Redis is not known");
  return { keeper, pid };
}
