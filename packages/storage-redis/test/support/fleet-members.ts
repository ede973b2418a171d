import { fork, type ChildProcess } from "node:child_process";
import path from "node:path";
import type { StorageConfiguration } from "@awsideman/cache-core";

export type ToMember =
  | { readonly type: "open"; readonly storage: StorageConfiguration; readonly lease: number }
  | { readonly type: "later"; readonly milliseconds: number }
  | { readonly type: "get"; readonly key: string; readonly readers: number }
  | { readonly type: "loaded"; readonly number: number; readonly value: unknown }
  | { readonly type: "failed"; readonly number: number; readonly reason: string };

export type FromMember =
  | { readonly type: "ready" | "open" | "waiting" }
  | { readonly type: "load"; readonly number: number }
  | ({ readonly type: "got" } & Got);

export interface Got {
  readonly values: readonly unknown[];
  /** How many readers have got what others had loaded, since it was opened. */
  readonly coalesced: number;
}

/** A call of the source, which the test answers. */
export interface SourceCall {
  readonly member: Member;
  answer(value: unknown): void;
  fail(reason: string): void;
}

/** An instance in a process of its own, whose source is this process. */
export class Member {
  readonly #child: ChildProcess;
  readonly #onCall: (call: SourceCall) => void;
  readonly #waiting = new Map<FromMember["type"], (message: FromMember) => void>();
  readonly #exited: Promise<unknown>;

  private constructor(onCall: (call: SourceCall) => void) {
    this.#onCall = onCall;
    const program = path.join(import.meta.dirname, "../fixtures/fleet-member.ts");
    this.#child = fork(program, { execArgv: ["--conditions=@awsideman/source"] });
    this.#exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.on("message", (message: FromMember) => this.#hear(message));
  }

  static async start(onCall: (call: SourceCall) => void): Promise<Member> {
    const member = new Member(onCall);
    await member.#next("ready");
    return member;
  }

  async open(storage: StorageConfiguration, lease: number): Promise<void> {
    const opened = this.#next("open");
    this.#tell({ type: "open", storage, lease });
    await opened;
  }

  /** So many readers ask for it at once. Resolves when all of them have an answer. */
  async get(key: string, readers: number): Promise<Got> {
    const got = this.#next("got");
    this.#tell({ type: "get", key, readers });
    const { values, coalesced } = (await got) as FromMember & Got;
    return { values, coalesced };
  }

  /** Resolves when all who ask next have joined a load, or wait for one. */
  async waiting(): Promise<void> {
    await this.#next("waiting");
  }

  /** Lets so much time pass there, by the only clock that it knows. */
  later(milliseconds: number): void {
    this.#tell({ type: "later", milliseconds });
  }

  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child.kill("SIGCONT");
  }

  /** Ends its process at once. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  #next(type: FromMember["type"]): Promise<FromMember> {
    return new Promise((resolve) => this.#waiting.set(type, resolve));
  }

  #hear(message: FromMember): void {
    if (message.type !== "load") return this.#waiting.get(message.type)?.(message);
    const { number } = message;
    this.#onCall({
      member: this,
      answer: (value) => this.#tell({ type: "loaded", number, value }),
      fail: (reason) => this.#tell({ type: "failed", number, reason }),
    });
  }

  #tell(message: ToMember): void {
    this.#child.send(message);
  }
}
