import { fork, type ChildProcess } from "node:child_process";
import type { Route } from "./route.ts";
import type { Progress, Scenario } from "./scenario.ts";

export interface MemberParts {
  readonly name: string;
  readonly route: Route;
  readonly scenario: Omit<Scenario, "process" | "history">;
  /** Where each of its lives leaves a history of its own. */
  readonly folder: string;
  /** Loaded into its process before anything else. */
  readonly hook: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** An instance of the fleet, through all its lives: what the test can do to its process, and what that has told. */
export class Member {
  readonly route: Route;
  /** Hits and writes so far. */
  hits = 0;
  writes = 0;
  readonly errors: string[] = [];
  readonly histories: string[] = [];
  readonly #parts: MemberParts;
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve("");
  #told: () => void = () => {};

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.route = parts.route;
  }

  /** Called whenever something has happened. */
  onProgress(told: () => void): void {
    this.#told = told;
  }

  start(): void {
    const { name, scenario, folder, hook, env } = this.#parts;
    const process = `${name}.${this.histories.length + 1}`;
    const history = `${folder}/${process}`;
    const whole = { ...scenario, process, history } satisfies Scenario;
    const child = fork(new URL("instance-process.ts", import.meta.url), [JSON.stringify(whole)], {
      execArgv: ["--conditions=@awsideman/source", ...hook],
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.histories.push(history);
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (data: Buffer) => (said += data.toString()));
    child.on("message", ({ hits, writes, errors }: Progress) => {
      this.hits += hits;
      this.writes += writes;
      this.errors.push(...errors);
      this.#told();
    });
    this.#ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        const how =
          code === 0 || signal === "SIGKILL" ? "" : `${process} has ended with ${signal ?? code}: ${said}`;
        if (how !== "") this.errors.push(how);
        this.#told();
        resolve(how);
      });
    });
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  /** Resolves when it has ended of its own accord. */
  async stop(): Promise<void> {
    this.#child?.send({ stop: true });
    await this.#ended;
  }
}
