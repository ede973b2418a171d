import { fork, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientScenario, Outcome, Request, Told } from "./messages.ts";

/** Where Node keeps what it has compiled: many processes are started, and run the same. */
const compileCache = join(tmpdir(), "node-compile-cache");

/** A client process, through all its lives. */
export class Client {
  readonly #scenario: ClientScenario;
  readonly #mutant: string;
  /** What it was told to do and has not answered. */
  readonly #waiting = new Map<number, (outcome: Outcome | undefined) => void>();
  readonly events: Record<string, number> = {};
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #next = 0;
  #isStopping = false;

  /** @param mutant what is changed in its code, see `guards` */
  constructor(scenario: ClientScenario, mutant: string) {
    this.#scenario = scenario;
    this.#mutant = mutant;
  }

  /** Resolves when it takes requests. Rejects when it ends before. */
  start(): Promise<void> {
    const child = fork(new URL("client-process.ts", import.meta.url), [JSON.stringify(this.#scenario)], {
      execArgv: ["--conditions=@awsideman/source", "--import", new URL("mutate.ts", import.meta.url).href],
      env: { ...process.env, AWSIDEMAN_MUTANT: this.#mutant, NODE_COMPILE_CACHE: compileCache },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (data: Buffer) => (said += data.toString()));
    return new Promise((resolve, reject) => {
      child.on("message", (told: Told) => {
        if (told.kind === "ready") resolve();
        else if (told.kind === "outcome") this.#answer(told.id, told);
        else
          for (const [type, count] of Object.entries(told.events))
            this.events[type] = (this.events[type] ?? 0) + count;
      });
      this.#ended = new Promise((ended) => {
        child.once("exit", (code, signal) => {
          for (const id of this.#waiting.keys()) this.#answer(id, undefined);
          const how = new Error(`A client has ended with ${signal ?? code}: ${said}`);
          reject(how);
          if (signal !== "SIGKILL" && !(this.#isStopping && code === 0)) this.failure ??= how;
          ended();
        });
      });
    });
  }

  /** Why it has ended, where nobody has ended it. */
  failure: Error | undefined;

  /** Resolves with what became of it; with undefined when the process was killed meanwhile. */
  send(request: Request): Promise<Outcome | undefined> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child?.send({ kind: "send", id, request }, (error) => {
        if (error !== null) this.#answer(id, undefined);
      });
    });
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  /** Resolves when it has ended of its own accord. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#child?.connected === true) this.#child.send({ kind: "stop" });
    await this.#ended;
  }

  #answer(id: number, outcome: Outcome | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(outcome);
  }
}
