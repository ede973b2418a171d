import type { Clock } from "../clock.ts";
import { CacheError } from "../errors/cache-error.ts";
import type { MaybePromise } from "./cache-storage.ts";

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}

/** What `use` makes of a value: at once where the value is there, by promise where it is still to come. */
export function after<T, Result>(
  value: MaybePromise<T>,
  use: (value: T) => MaybePromise<Result>,
): MaybePromise<Result> {
  return isPromise(value) ? value.then(use) : use(value);
}

/**
 * Settles like `promise`, or rejects with CACHE_DEADLINE_EXCEEDED when that takes longer than `milliseconds`. What comes
 * after the deadline is ignored.
 * @param options `who` it is that does not answer; `limit`: how long that may take in all, where a part of it has passed
 *   before the call; `background`: the process may end meanwhile
 */
export function withDeadline<T>(
  promise: Promise<T>,
  milliseconds: number,
  clock: Clock,
  {
    who = "The storage",
    limit = milliseconds,
    background = false,
  }: { readonly who?: string; readonly limit?: number; readonly background?: boolean } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new CacheError("CACHE_DEADLINE_EXCEEDED", `${who} did not answer within ${limit} ms`));
    // A process that was too busy to take what has arrived long ago takes it now, in one more turn of the event loop.
    let cancel = clock.after(
      milliseconds,
      () => {
        cancel = clock.after(0, giveUp, { background });
      },
      { background },
    );
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error as Error);
      },
    );
  });
}
