import { createCacheKey } from "@awsideman/cache-core";
import type { CommandContext } from "../command-context.ts";
import { mayNotAsk } from "./accounts.ts";

/** Milliseconds for which nobody asks again who was told that he may not: every answer from the cache would wait for it. */
const refusalLifetime = 10 * 60_000;

const refusalKey = createCacheKey("organizations", "refused");

/**
 * Asks Organizations for what is a courtesy: who may not ask it, or cannot reach it, does without, and has everything else as
 * ever.
 * @returns undefined where it does not tell
 */
export async function ifTold<Answer>(
  context: CommandContext,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const { manager } = await context.cache();
  const own = manager.withScope({ caller: context.settings.caller() });
  if ((await own.get(refusalKey)) === true) return undefined;
  try {
    return await ask();
  } catch (error) {
    if (mayNotAsk(error)) await own.getOrLoad(refusalKey, () => true, { ttl: refusalLifetime });
    return undefined;
  }
}
