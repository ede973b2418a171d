import type { LoadOptions, SetOptions, StoreOptions } from "../cache.ts";
import { assertTag, describe } from "../key/cache-key.ts";
import type { Stamp } from "../storage/cache-storage.ts";

/** @throws RangeError unless it is a number of milliseconds, 0 and Infinity included */
export function assertMilliseconds(value: unknown, name: string): asserts value is number {
  if (typeof value === "number" && value >= 0) return;
  throw new RangeError(`\`${name}\` must be milliseconds from 0 to Infinity, received ${describe(value)}`);
}

/** The longest time that anything may be unsettled: what a new ledger waits for before it takes anything. */
export const longestUnsettled: number = 15 * 60_000;

/** @throws RangeError unless something may be unsettled for so many milliseconds */
export function assertUnsettledTime(value: unknown, name: string): asserts value is number {
  if (typeof value === "number" && value >= 0 && value <= longestUnsettled) return;
  throw new RangeError(
    `\`${name}\` must be milliseconds from 0 to ${longestUnsettled}, received ${describe(value)}`,
  );
}

/** @throws TypeError or RangeError when one of the options is not what it must be */
export function assertLoadOptions<Value>(options: LoadOptions<Value>): void {
  assertStoreOptions(options);
  if (options.staleIfError !== undefined) assertMilliseconds(options.staleIfError, "staleIfError");
  if (options.isOutage !== undefined && typeof options.isOutage !== "function")
    throw new TypeError(`\`isOutage\` must be a function, received ${describe(options.isOutage)}`);
  if (options.maxAge !== undefined) assertMilliseconds(options.maxAge, "maxAge");
  if (options.refreshAhead !== undefined) assertMilliseconds(options.refreshAhead, "refreshAhead");
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new TypeError(`\`signal\` must be an AbortSignal, received ${describe(options.signal)}`);
  }
}

/** @throws TypeError or RangeError when one of the options is not what it must be */
export function assertStoreOptions<Value>({ ttl, tags }: StoreOptions<Value>): void {
  if (ttl !== undefined && typeof ttl !== "function") assertMilliseconds(ttl, "ttl");
  if (tags === undefined || typeof tags === "function") return;
  if (!Array.isArray(tags))
    throw new TypeError(`\`tags\` must be an array or a function, received ${describe(tags)}`);
  for (const tag of tags) assertTag(tag);
}

/** @throws TypeError or RangeError when one of the options is not what it must be */
export function assertSetOptions<Value>(options: SetOptions<Value>): void {
  assertStoreOptions(options);
  const stamp: unknown = options.stamp;
  if (stamp === undefined || isStamp(stamp)) return;
  throw new TypeError(`\`stamp\` must be what \`begin\` gave, received ${describe(stamp)}`);
}

function isStamp(value: unknown): value is Stamp {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, position, time } = value as Partial<Record<keyof Stamp, unknown>>;
  return typeof epoch === "string" && typeof position === "number" && typeof time === "number";
}

/** The time to live of this value. @throws RangeError when a function of the caller's gives none */
export function ttlOf<Value>({ ttl }: StoreOptions<Value>, value: Value, defaultTtl: number): number {
  if (typeof ttl !== "function") return ttl ?? defaultTtl;
  const result = ttl(value);
  assertMilliseconds(result, "ttl");
  return result;
}

/** The tags of this value. @throws TypeError when a function of the caller's gives something else */
export function tagsOf<Value>({ tags }: StoreOptions<Value>, value: Value): readonly string[] {
  if (typeof tags !== "function") return tags ?? [];
  const result = tags(value);
  assertStoreOptions({ tags: result });
  return result;
}
