import { isRefusal } from "./quota.ts";

/** What Node says of a connection that came to nothing: https://nodejs.org/api/errors.html#common-system-errors */
const networkCodes: readonly unknown[] = [
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
];

/**
 * Whether AWS did not come to answering: it was not reached, it failed, or it took no more calls. That somebody may not
 * ask, or has no credentials, is none: he must not be answered.
 */
export function isOutage(error: unknown): boolean {
  return isRefusal(error) || isDown(error);
}

/** The same without the last: a service that refuses is there. */
export function isDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  if (isRefusal(error)) return false;
  if (status !== undefined) return status >= 500;
  return error.name === "TimeoutError" || networkCodes.includes(code);
}
