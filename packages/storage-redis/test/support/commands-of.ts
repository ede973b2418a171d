import type { Redis } from "ioredis";

/** The commands that arrive at the server while something is done; what scripts do there is not among them. */
export async function commandsOf(redis: Redis, action: () => Promise<unknown>): Promise<readonly string[]> {
  const monitor = await redis.monitor();
  const seen: string[] = [];
  monitor.on("monitor", (_: string, args: string[], source: string) => {
    if (source !== "lua") seen.push((args[0] as string).toLowerCase());
  });
  await action();
  // What was sent before this has been told by then.
  const end = new Promise<void>((resolve) => {
    monitor.on("monitor", (_: string, args: string[]) => args.includes("the end") && resolve());
  });
  await redis.echo("the end");
  await end;
  monitor.disconnect();
  return seen.slice(0, -1);
}
