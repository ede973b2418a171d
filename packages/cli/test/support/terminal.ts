import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  startIdentityCenterSim,
  type IdentityCenterSim,
  type IdentityCenterSimOptions,
} from "@awsideman/identity-center-sim";

export const bin: string = fileURLToPath(new URL("../../bin.js", import.meta.url));

/**
 * Whether commands are what is built, which is what users run, and takes much less time: so in the gate, which has just built
 * it. Who works on one test runs the sources.
 */
export const runsBuilt: boolean = process.env["AWSIDEMAN_TEST_BUILT"] === "true";

/** What a command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls that AWS has got because of it, by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface RunOptions {
  /** Besides those of the terminal; undefined takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** For Node itself. */
  readonly nodeOptions?: readonly string[];
  /** What it reads from stdin. Default: nothing, and no stdin. */
  readonly input?: string;
  /** Runs what is built, and not the sources. Default: as the environment says, see {@link runsBuilt}. */
  readonly built?: boolean;
  /** Which Node runs it. Default: the one that runs the test. */
  readonly node?: string;
}

/** An Identity Center, an empty home directory, and the actual command, each time as a process of its own. */
export class Terminal {
  readonly sim: IdentityCenterSim;
  readonly home: string;
  readonly cacheDirectory: string;
  /** Everything that a command sees of the environment. */
  readonly variables: Record<string, string | undefined>;

  private constructor(sim: IdentityCenterSim, home: string) {
    this.sim = sim;
    this.home = home;
    this.cacheDirectory = path.join(home, "cache");
    this.variables = {
      ...sim.environment,
      HOME: home,
      USERPROFILE: home,
      PATH: process.env["PATH"],
      SystemRoot: process.env["SystemRoot"],
      AWSIDEMAN_CACHE_DIR: this.cacheDirectory,
      // Where there are no credentials, the SDK would look for them in the network.
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  static async open(options: IdentityCenterSimOptions = {}): Promise<Terminal> {
    const home = await mkdtemp(path.join(tmpdir(), "awsideman-cli-"));
    return new Terminal(await startIdentityCenterSim(options), home);
  }

  /** Runs `awsideman` with these words. */
  async run(...line: readonly string[]): Promise<Finished> {
    return this.runWith({}, ...line);
  }

  async runWith(options: RunOptions, ...line: readonly string[]): Promise<Finished> {
    const before = this.counts();
    const child = this.spawn(options, ...line);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    const calls: Record<string, number> = {};
    for (const [operation, count] of Object.entries(this.counts())) {
      const made = count - (before[operation] ?? 0);
      if (made > 0) calls[operation] = made;
    }
    return { code, ...texts, calls };
  }

  /** Runs it with `--json`, and takes for granted that it succeeds. */
  async json<Value>(
    ...line: readonly string[]
  ): Promise<{ readonly value: Value; readonly calls: Finished["calls"] }> {
    const { code, stdout, stderr, calls } = await this.run(...line, "--json");
    if (code !== 0) throw new Error(`awsideman ${line.join(" ")} has ended with ${code}: ${stderr}`);
    return { value: JSON.parse(stdout) as Value, calls };
  }

  spawn(
    {
      variables = {},
      nodeOptions = [],
      // What is given to Node looks into the sources.
      built = runsBuilt && nodeOptions.length === 0,
      node = process.execPath,
      input,
    }: RunOptions,
    ...line: readonly string[]
  ): ReturnType<typeof spawnNode> {
    const condition = built ? [] : ["--conditions=@awsideman/source"];
    const all = { ...this.variables, ...variables };
    return spawnNode(node, [...condition, ...nodeOptions, bin, ...line], this.home, all, input);
  }

  async close(): Promise<void> {
    await this.sim.close();
    await rm(this.home, { recursive: true, force: true });
  }

  private counts(): Record<string, number> {
    const { operations } = this.sim.calls.snapshot();
    return Object.fromEntries(Object.entries(operations).map(([name, { received }]) => [name, received]));
  }
}

function spawnNode(
  node: string,
  words: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string | undefined>>,
  input: string | undefined,
) {
  const child = spawn(node, words, {
    cwd,
    env: variables,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.end(input);
  return child;
}
