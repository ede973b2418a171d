import type { Clock } from "@awsideman/cache-core";
import { tell } from "../events.ts";
import type { QueueEvent, QueueMetrics } from "./queue-events.ts";

/** Counts what a follower tells, and passes it on. */
export class QueueRecord {
  readonly #clock: Clock;
  readonly #listener: ((event: QueueEvent) => void) | undefined;
  #received = 0;
  #applied = 0;
  #poison = 0;
  #failures = 0;
  #newest: number | undefined;
  #longestDelay: number | undefined;
  #answeredAt: number | undefined;

  constructor(clock: Clock, listener: ((event: QueueEvent) => void) | undefined) {
    this.#clock = clock;
    this.#listener = listener;
  }

  answered(messages: number): void {
    this.#answeredAt = this.#clock.monotonic();
    this.#received += messages;
  }

  tell(event: QueueEvent): void {
    if (event.type === "applied") this.#count(event);
    if (event.type === "poison-message") this.#poison += 1;
    if (event.type === "queue-failed") this.#failures += 1;
    tell(this.#listener, event);
  }

  metrics(): QueueMetrics {
    return {
      received: this.#received,
      applied: this.#applied,
      poison: this.#poison,
      failures: this.#failures,
      newestEventAge: this.#newest === undefined ? undefined : Math.max(0, this.#clock.now() - this.#newest),
      longestDelay: this.#longestDelay,
      lastAnswerAge: this.#answeredAt === undefined ? undefined : this.#clock.monotonic() - this.#answeredAt,
    };
  }

  #count({ applied, delay }: Extract<QueueEvent, { readonly type: "applied" }>): void {
    this.#applied += 1;
    if (applied.at !== undefined) this.#newest = Math.max(applied.at, this.#newest ?? applied.at);
    if (delay !== undefined) this.#longestDelay = Math.max(delay, this.#longestDelay ?? delay);
  }
}
