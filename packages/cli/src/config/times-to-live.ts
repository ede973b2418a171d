import { commandsThatRead, type AnyCommandName, type TimesToLive } from "@awsideman/aws-client";

/** Milliseconds. That something is not there is never kept for longer, unless somebody says so in code. */
const longestAbsence = 60_000;

/**
 * What the client is told: the times of single commands, and for all others the default.
 * @param defaultTtl milliseconds; undefined: the client's own
 * @param operationTtls milliseconds by command
 * @returns undefined where nobody has said anything
 */
export function timesToLive(
  defaultTtl: number | undefined,
  operationTtls: ReadonlyMap<string, number>,
): number | TimesToLive | undefined {
  if (operationTtls.size === 0) return defaultTtl;
  const commands: Record<string, number> = {};
  if (defaultTtl !== undefined) for (const command of commandsThatRead()) commands[command] = defaultTtl;
  for (const [command, ttl] of operationTtls) commands[command] = ttl;
  // Only names of commands that read are in it.
  const byCommand = { commands: commands as { readonly [Name in AnyCommandName]?: number } };
  return defaultTtl === undefined
    ? byCommand
    : { ...byCommand, absence: Math.min(defaultTtl, longestAbsence) };
}
