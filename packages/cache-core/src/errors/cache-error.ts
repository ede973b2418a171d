const marker = Symbol.for("@awsideman/cache-core/error");

/**
 * What can go wrong in operation. The codes are part of the API and stay as they are; the messages are not and do not.
 * What a caller did wrong is a TypeError or a RangeError instead, without a code.
 */
export type CacheErrorCode =
  | "CACHE_BACKEND_NOT_INSTALLED"
  | "CACHE_BACKEND_UNAVAILABLE"
  | "CACHE_DEADLINE_EXCEEDED"
  | "CACHE_CLOSED"
  | "CACHE_ENTRY_NOT_AUTHENTIC"
  | "CACHE_KEY_UNAVAILABLE"
  | "CACHE_KEY_WRONG"
  | "CACHE_VALUE_NOT_STORABLE";

/** The base of all operational errors of the cache. */
export class CacheError extends Error {
  override readonly name: string = "CacheError";
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for an error of the cache, also of another installed copy of this package. */
  static isInstance(error: unknown): error is CacheError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
