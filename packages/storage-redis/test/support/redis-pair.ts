import { onTestFinished } from "vitest";
import { RedisServer } from "./redis-server.ts";
import { until } from "./until.ts";

/** A master and a replica that has all it has. Both go when the test is over. */
export async function startPair(
  args: readonly string[] = [],
): Promise<readonly [master: RedisServer, replica: RedisServer]> {
  const own = ["--repl-diskless-sync-delay", "0", ...args];
  const master = await RedisServer.start({ args: own });
  onTestFinished(() => master.stop());
  const replica = await RedisServer.start({ args: [...own, "--replicaof", "127.0.0.1", `${master.port}`] });
  onTestFinished(() => replica.stop());
  await until(async () => /state=online/.test(await master.text("INFO", "replication")));
  return [master, replica];
}
