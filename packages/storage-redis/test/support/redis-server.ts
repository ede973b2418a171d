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
  /** A node of a cluster takes a second port. */
  readonly cluster?: boolean;
  /** The configuration file of a Sentinel, to be one. */
  readonly config?: string;
}

type Launch = Required<Omit<RedisServerOptions, "config">> & { readonly config: string | undefined };

/** How often a free port turns out to be taken when Redis gets there. */
const attempts = 5;

/** A Redis of its own on 127.0.0.1, in a folder of its own, that keeps nothing on disk unless told to. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #options: Launch;
  readonly #ownsFolder: boolean;
  #keeper: ChildProcess;
  #pid: number;

  private constructor(
    started: { readonly keeper: ChildProcess; readonly pid: number },
    options: Launch,
    ownsFolder: boolean,
  ) {
    this.#keeper = started.keeper;
    this.#pid = started.pid;
    this.port = options.port;
    this.folder = options.folder;
    this.#options = options;
    this.#ownsFolder = ownsFolder;
  }

  static async start(given: RedisServerOptions = {}): Promise<RedisServer> {
    const { args = [], port, folder, cluster = false, config } = given;
    const place = folder ?? mkdtempSync(path.join(tmpdir(), "awsideman-redis-test-"));
    for (let attempt = 1; ; attempt++) {
      const options = { args, folder: place, port: port ?? (await freePort(cluster)), cluster, config };
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
    const client = new Redis(this.port, "127.0.0.1", { maxRetriesPerRequest: 20 });
    // What it was asked for fails, too.
    client.on("error", () => {});
    return client;
  }

  /** The text that a command answers with. */
  async text(name: string, ...args: (string | number)[]): Promise<string> {
    return String(await this.command(name, ...args));
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
    const started = await launch({ ...this.#options, args: [...this.#options.args, ...args] });
    this.#keeper = started.keeper;
    this.#pid = started.pid;
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on now; for a cluster, one for which there is another, 10,000 above. */
export async function freePort(cluster = false): Promise<number> {
  for (;;) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    if (!cluster || port < 55_000) return port;
  }
}

/** Resolves when it accepts connections. */
async function launch({ args, port, folder, cluster, config }: Launch): Promise<{
  readonly keeper: ChildProcess;
  readonly pid: number;
}> {
  const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder];
  if (config === undefined) own.push("--save", "", "--appendonly", "no");
  if (cluster) own.push("--cluster-config-file", `nodes-${port}.conf`);
  const program = path.join(import.meta.dirname, "keeper.ts");
  const line = config === undefined ? [...own, ...args] : [config, ...own, ...args, "--sentinel"];
  const keeper = spawn(process.execPath, [program, findRedisServer(), ...line], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let pid: number | undefined;
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      output += text.toString();
      // Two processes write there, in whatever order.
      pid ??= Number(/^pid (\d+)$/m.exec(output)?.[1]) || undefined;
      if (pid !== undefined && /Ready to accept connections|Sentinel ID is/.test(output)) resolve();
    };
    keeper.stdout.on("data", hear);
    keeper.stderr.on("data", hear);
    keeper.once("exit", () => reject(new Error(`Redis has not started:\n${output}`)));
  });
  if (pid === undefined) throw new Error("The process of Redis is not known");
  return { keeper, pid };
}
