import { usageError } from "../errors/cli-error.ts";

/**
 * Does something with a pattern that somebody has typed.
 * @throws CliError, for usage, when it is none
 */
export async function usePattern<Result>(use: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const message = error.message.replace(" (createCacheKey does that)", "");
    throw usageError(message, 'patterns are such as "user:list:*", "group:*:ID" or "*"', error);
  }
}
