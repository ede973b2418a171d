import { assertUsable } from "../../cache-status/health.ts";
import type { CommandContext } from "../../command-context.ts";
import { formatBytes, plural } from "../../output/quantity.ts";
import { lines } from "../../output/view.ts";

/** Removes what can be served no more. Whatever can be stays. */
export async function cleanUpCache(context: CommandContext): Promise<void> {
  const { manager, backend } = await context.cache();
  const before = (await manager.getStats()).memoryUsageBytes;
  const swept = await manager.sweep();
  if (swept === undefined) await assertUsable(manager, "cleaned up");
  const { expired, invalidated } = swept ?? { expired: 0, invalidated: 0 };
  const after = (await manager.getStats()).memoryUsageBytes;
  const freed = Math.max(0, before - after);
  context.show({ expired, invalidated, freedBytes: freed }, () => {
    if (swept === undefined) return lines(`There is nothing to clean up: ${backend} does that by itself.\n`);
    const entries = plural(expired + invalidated, "entry", "entries");
    return lines(
      `Removed ${entries}: ${expired} expired, ${invalidated} invalidated. Freed ${formatBytes(freed)}.\n`,
    );
  });
}
