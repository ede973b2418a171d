import { escapeSegment, isEscapedSegment, unescapeSegment } from "./segment.ts";

/** A key taken apart. `segments` has all of them, unescaped; the named ones are the first four. */
export interface ParsedCacheKey {
  readonly resource: string;
  readonly operation: string | undefined;
  readonly identifier: string | undefined;
  readonly subIdentifier: string | undefined;
  readonly segments: readonly string[];
}

/** The longest key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;

/**
 * Builds a key, `resource:operation:identifier:sub_identifier`, from segments of any text: what has a meaning in
 * keys is escaped, so that different segments never give the same key and {@link parseCacheKey} gives them back.
 * @throws TypeError when a segment is no string, or the resource is empty
 * @throws RangeError when the key would be longer than 1,024 bytes
 * @example createCacheKey("user", "describe", "user-123") // "user:describe:user-123"
 */
export function createCacheKey(resource: string, ...segments: readonly string[]): string {
  const all = [resource, ...segments];
  for (const segment of all) {
    if (typeof segment !== "string") {
      throw new TypeError(`A key segment must be a string, received ${describe(segment)}`);
    }
  }
  const key = all.map(escapeSegment).join(":");
  assertCacheKey(key);
  return key;
}

/**
 * Takes a key apart, into exactly the segments that {@link createCacheKey} was given.
 * @throws TypeError or RangeError when it is not a valid key, see {@link assertCacheKey}
 */
export function parseCacheKey(key: string): ParsedCacheKey {
  assertCacheKey(key);
  const segments = key.split(":").map(unescapeSegment);
  const [resource, operation, identifier, subIdentifier] = segments;
  return { resource: resource as string, operation, identifier, subIdentifier, segments };
}

/**
 * Throws unless `key` is a valid key: 1 to 1,024 bytes, a resource in front, and control characters, halves
 * of surrogate pairs, `*`, `|` and `%` only in escaped form.
 */
export function assertCacheKey(key: unknown): asserts key is string {
  if (typeof key !== "string") throw new TypeError(`A key must be a string, received ${describe(key)}`);
  assertLength(key, "A key");
  if (key === "" || key.startsWith(":"))
    throw new TypeError(`A key must begin with a resource, received ${describe(key)}`);
  assertEscaped(key, "A key");
}

/**
 * Throws unless `tag` can name what entries depend on: the same characters and length as a key. `=` in front is taken:
 * it makes the tag of exactly one key.
 */
export function assertTag(tag: unknown): asserts tag is string {
  if (typeof tag !== "string") throw new TypeError(`A tag must be a string, received ${describe(tag)}`);
  if (tag === "" || tag.startsWith("="))
    throw new TypeError(`A tag must not be empty or begin with "=", received ${describe(tag)}`);
  assertLength(tag, "A tag");
  assertEscaped(tag, "A tag");
}

export function assertLength(text: string, what: string): void {
  // A UTF-16 unit takes three bytes at most: most texts need no count.
  if (text.length * 3 <= maxKeyBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxKeyBytes) {
    throw new RangeError(
      `${what} must be at most ${maxKeyBytes} bytes, received ${bytes}: ${describe(text)}`,
    );
  }
}

function assertEscaped(text: string, what: string): void {
  for (const segment of text.split(":")) {
    if (!isEscapedSegment(segment)) {
      throw new TypeError(
        `${what} must have control characters, halves of surrogate pairs, "*", "|" and "%" in escaped form (createCacheKey does that), received ${describe(text)}`,
      );
    }
  }
}

/** A value as it may stand in a message: never long, never with control characters. */
export function describe(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined)
    return String(value);
  if (typeof value !== "string") return typeof value;
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return JSON.stringify(shown);
}
