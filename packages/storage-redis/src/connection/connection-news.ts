import type { StorageContext } from "@awsideman/cache-core";
import { unavailable } from "../redis-error.ts";
import type { ConnectionParts } from "./connection.ts";

/** A server that is away brings few different messages, but hosts have many addresses. */
const mostTold = 20;

/** What connections tell: the same once only, until there is a connection again. */
export class ConnectionNews {
  readonly #context: StorageContext;
  readonly #patience: number;
  readonly #told = new Set<string>();
  #problem: string | undefined;

  /** @param patience see `ConnectionParts` */
  constructor(context: StorageContext, patience: number) {
    this.#context = context;
    this.#patience = patience;
  }

  /** Why there is no connection, where that is known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** For a connection for calls. */
  parts(): ConnectionParts {
    return {
      ...this.sideParts(),
      trouble: (message, error) => {
        this.#problem = this.tell(message, error);
      },
      connected: () => {
        this.#told.clear();
        this.#problem = undefined;
      },
    };
  }

  /** For another one: whether that is connected says nothing of those for calls. */
  sideParts(): ConnectionParts {
    return {
      later: (milliseconds, action) => this.#context.clock.after(milliseconds, action, { background: true }),
      patience: this.#patience,
      random: () => this.#context.random(),
      monotonic: () => this.#context.clock.monotonic(),
      trouble: (message, error) => void this.tell(message, error),
      connected: () => undefined,
    };
  }

  /** @returns what it says, in short */
  tell(message: string, error?: unknown): string {
    const cause = error === undefined ? undefined : unavailable(error);
    const text = `${message}\n${cause?.message}`;
    if (!this.#told.has(text) && this.#told.size < mostTold) {
      this.#told.add(text);
      this.#context.emit({ type: "storage-trouble", message, ...(cause === undefined ? {} : { cause }) });
    }
    return cause?.message.replace(/^Redis: /, "") ?? message;
  }
}
