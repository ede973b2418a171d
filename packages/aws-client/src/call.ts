import type { Fields } from "./catalog/row.ts";

/** What a command is answered with. */
export type Output = Fields & { readonly $metadata: object };

/** Told of every attempt of a request: the SDK may make several. */
export interface AttemptObserver {
  /** An attempt is about to leave, and waits for this. */
  before(): Promise<void>;
  /** It failed; the SDK may make another. */
  failed(error: unknown): void;
}

export interface Sending {
  readonly abortSignal?: AbortSignal;
  readonly attempts?: AttemptObserver;
  /** Nobody waits for it: it waits for the quota after everybody else, and for nothing that the caller has it wait for. */
  readonly detached?: boolean;
}

/** One command of a caller, and the ways to send it. */
export interface Call {
  /** Without `Command`: `ListUsers`. */
  readonly command: string;
  /** The caller's own object, which may change at any time. */
  readonly input: Fields;
  readonly signal: AbortSignal | undefined;
  /** Whether the caller has set limits, such as a timeout, that others who want the same answer have not. */
  readonly limited: boolean;
  /** Milliseconds that the caller gives a request. Undefined: as the client has it. */
  readonly requestTimeout?: number | undefined;
  /** Whether it waits for the quota after everybody else. Undefined: as the client does. */
  readonly background?: boolean | undefined;
  /** Milliseconds since the answer was asked for, at most. Undefined: as the client has it. */
  readonly maxAge?: number | undefined;
  /** Every attempt waits for this, before it takes its place in the quota. */
  readonly beforeRequest?: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Sends it as it is, as if there were no cache. */
  pass(): Promise<Output>;
  /** Sends it with this input in place of the caller's. */
  send(input: Fields, sending: Sending): Promise<Output>;
}
