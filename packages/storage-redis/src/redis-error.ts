import { CacheError } from "@awsideman/cache-core";

/**
 * An error that may be shown. Those of ioredis carry the command that failed, with keys, values and passwords: only their
 * text goes on.
 */
export function unavailable(error: unknown): CacheError {
  if (CacheError.isInstance(error)) return error as CacheError;
  return new CacheError("CACHE_BACKEND_UNAVAILABLE", `Redis: ${textOf(error)}`);
}

/** A server is the process that it was, and not the master that it was. */
export class AnotherLife extends Error {
  override readonly name: string = "AnotherLife";

  constructor() {
    super("the server was a replica meanwhile, or its history as one has ended");
  }
}

/** How servers before 7 tell of a command that has failed in a script. */
const ofScript = /^ERR Error running script .*@user_script: ?\d+: -?(?=[A-Z]+ )/;

/** The first word of an error that the server has answered, as in `READONLY You can't write against a read only replica`. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "ReplyError") return undefined;
  return /^[A-Z]+/.exec(error.message.replace(ofScript, ""))?.[0];
}

/** Errors after which another server may have the namespace, or this one is not what it was. */
const elsewhere: readonly (string | undefined)[] = [
  "MOVED",
  "ASK",
  "READONLY",
  "CLUSTERDOWN",
  "TRYAGAIN",
  "UNBLOCKED",
];

/** Whether the server has answered that it is not the one to ask. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof AnotherLife || elsewhere.includes(replyCode(error));
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  const parts = error instanceof AggregateError && error.message === "" ? error.errors : [error];
  return parts.map((part: unknown) => (part instanceof Error ? part.message : "unknown failure")).join("; ");
}

/** Whether the server has answered that this user may not do this. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && /\bNOPERM\b|permissions to|can't run this command/.test(error.message);
}

/** Whether the server has refused to take more, because its memory is full. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM /.test(error.message);
}
