import type { AnyCommandName, TimesToLive } from "@awsideman/aws-client";

/** Milliseconds. That something is not there is never kept for longer, unless somebody says so in code. */
const longestAbsence = 60_000;

/**
 * What the client is told: the times of single commands, and for all others the default.
 * @param defaultTtl milliseconds; undefined: the client's own
 * @param operationTtls milliseconds by command that reads
 * @returns undefined where nobody has said anything
 */
export function timesToLive(
  defaultTtl: number | undefined,
  operationTtls: ReadonlyMap<string, number>,
): number | TimesToLive | undefined {
  if (operationTtls.size === 0) return defaultTtl;
  const commands: { readonly [Name in AnyCommandName]?: number } = Object.fromEntries(operationTtls);
  return defaultTtl === undefined ? { commands } : { ...forEverything(defaultTtl), commands };
}

/** Named one by one, so that the compiler misses one that comes to be. */
function forEverything(ttl: number): Required<Omit<TimesToLive, "commands">> {
  return {
    list: ttl,
    describe: ttl,
    structure: ttl,
    catalogue: ttl,
    operation: ttl,
    absence: Math.min(ttl, longestAbsence),
  };
}
