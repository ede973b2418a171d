import { once } from "node:events";

/**
 * Resolves when all processes of a race have got here. Without the one who has started them, there is nobody left to race
 * for.
 */
export async function startTogether(): Promise<void> {
  process.on("disconnect", () => process.exit(1));
  const start = once(process, "message");
  process.send?.("ready");
  await start;
  process.channel?.unref();
}
