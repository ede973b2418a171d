import type { ConnectionParts } from "./connection.ts";

/** Milliseconds until the next attempt: at first this, then twice as long each time, and in the end that. */
const firstDelay = 20;
const lastDelay = 1_000;

/** When to connect again. ioredis does it by timers that keep the process alive, and keeps what was sent meanwhile. */
export class Reconnecting {
  readonly #parts: ConnectionParts;
  readonly #connect: () => void;
  #delay = firstDelay;
  #scheduled = false;
  #stopped = false;

  constructor(parts: ConnectionParts, connect: () => void) {
    this.#parts = parts;
    this.#connect = connect;
  }

  /** Connects again, a little later. */
  schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    const wait = this.#delay * (0.5 + this.#parts.random() / 2);
    this.#delay = Math.min(2 * this.#delay, lastDelay);
    this.#parts.later(wait, () => {
      this.#scheduled = false;
      if (!this.#stopped) this.#connect();
    });
  }

  succeeded(): void {
    this.#delay = firstDelay;
  }

  stop(): void {
    this.#stopped = true;
  }
}
