import type { ServerLink } from "./connection.ts";

/**
 * Runs a script on a server that would take a write, whose own check is not to be relied on before Redis 7: there a master
 * that lacks the replicas it must have refuses commands, but not those of scripts. So a command that changes nothing goes in front,
 * in the same round trip.
 * @param ledger a hash, in which no field has an empty name
 */
export async function guarded<Answer>(
  { redis, refusesScripts }: ServerLink,
  ledger: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  if (refusesScripts) return run();
  const [, answer] = await Promise.all([redis.hdel(ledger, ""), run()]);
  return answer;
}
