import type { CauseOptions } from "../cache.ts";
import { describe } from "../key/cache-key.ts";

/** What an invalidation is done for, if that was said. */
export type Cause = { readonly cause?: string };

const maxLength = 100;

/** @throws TypeError or RangeError when it is no short text */
export function causeOf({ cause }: CauseOptions): Cause {
  if (cause === undefined) return {};
  if (typeof cause !== "string")
    throw new TypeError(`\`cause\` must be a string, received ${describe(cause)}`);
  if (cause.length > maxLength)
    throw new RangeError(
      `\`cause\` must be at most ${maxLength} characters, received ${cause.length}: ${describe(cause)}`,
    );
  return { cause };
}
