import type { Redis } from "ioredis";

/** A server that answers, and the life it is in. */
export interface ServerLink {
  readonly redis: Redis;
  /**
   * Names this life of the server, as master. A ledger that another life has written may lack what was recorded in it. A
   * connection never outlives its server's process: so it is asked once for each.
   */
  readonly run: string;
  /** It does outlive a time as replica: what tells one life as master from the next, see {@link confirmLife}. */
  readonly promotion: string;
  /** When it last proved to be in that life, by the monotonic clock. */
  provedAt: number;
  /** What takes no writes refuses those of scripts, too: before Redis 7 it did not, where replicas are missing. */
  readonly refusesScripts: boolean;
}

/** The way to the server that has a namespace. It never fails, and restores itself. */
export interface Connection {
  /** Undefined while there is none. */
  readonly link: ServerLink | undefined;
  /** Connects for the first time. Resolves when that has succeeded, or failed. */
  open(): Promise<void>;
  /** The server that was used is of no use any more: resolves when another one may be known. */
  abandon(link: ServerLink): Promise<void>;
  close(): void;
}

/** What connections need of their surroundings. */
export interface ConnectionParts {
  /** Runs once, later, without keeping the process alive. Returns what cancels it. */
  readonly later: (milliseconds: number, action: () => void) => () => void;
  /** Milliseconds that a server may take to say who it is. */
  readonly patience: number;
  readonly random: () => number;
  readonly monotonic: () => number;
  /** Something that ought to be known, in words without secrets. */
  readonly trouble: (message: string, error?: unknown) => void;
  /** There is a server again. */
  readonly connected: () => void;
}
