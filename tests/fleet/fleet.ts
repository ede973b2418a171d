import type { Member } from "./member.ts";

/** All instances. What a test waits for are events, and not time. */
export class Fleet {
  readonly members: readonly Member[];
  readonly #signal: AbortSignal;

  /** @param signal ends every wait */
  constructor(members: readonly Member[], signal: AbortSignal) {
    this.members = members;
    this.#signal = signal;
  }

  /** Resolves when every instance has been served so many times by its cache. */
  async works(hits: number): Promise<void> {
    const before = this.members.map((member) => member.hits);
    await this.#until(
      () => this.members.every((member, index) => member.hits >= (before[index] ?? 0) + hits),
      () => `so many hits: ${this.members.map((member, index) => member.hits - (before[index] ?? 0)).join()}`,
    );
  }

  /** Resolves when all of them together have written so many times. */
  async writes(count: number): Promise<void> {
    const goal = this.#written + count;
    await this.#until(
      () => this.#written >= goal,
      () => `so many writes: ${goal - this.#written} are missing`,
    );
  }

  get errors(): readonly string[] {
    return this.members.flatMap(({ errors }) => errors);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
  }

  get #written(): number {
    return this.members.reduce((sum, { writes }) => sum + writes, 0);
  }

  #until(isTrue: () => boolean, what: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => end(new Error(`The fleet has not had ${what()}`));
      this.#signal.addEventListener("abort", giveUp);
      const end = (error?: Error): void => {
        this.#signal.removeEventListener("abort", giveUp);
        for (const member of this.members) member.onProgress(() => {});
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (isTrue()) end();
        else if (this.errors.length > 0) end(new Error(`A caller was thrown: ${this.errors[0]}`));
      };
      for (const member of this.members) member.onProgress(look);
      look();
      if (this.#signal.aborted) giveUp();
    });
  }
}
