import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RedisAddress } from "../../src/redis-storage-config.ts";
import { RedisServer } from "./redis-server.ts";
import { until } from "./until.ts";

export interface RedisSentinels {
  readonly name: string;
  readonly sentinels: readonly RedisAddress[];
  /** The master of the beginning, and its replica. */
  readonly master: RedisServer;
  readonly replica: RedisServer;
  /** Makes the replica the master, as an administrator does. */
  failOver(): Promise<void>;
  /** What a Sentinel says; undefined when it refuses. */
  ask(name: string, ...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Three Sentinels, a master and a replica that has all it has.
 * @param downAfter how soon Sentinels take a silent master for gone, in milliseconds: on a busy machine a master may be
 *   silent for longer than one would think
 * @param args more of what stands on the command line of both
 */
export async function startSentinel(
  downAfter: number,
  args: readonly string[] = [],
): Promise<RedisSentinels> {
  const name = "mymaster";
  const own = ["--repl-diskless-sync-delay", "0", ...args];
  const master = await RedisServer.start({ args: own });
  const replica = await RedisServer.start({ args: [...own, "--replicaof", "127.0.0.1", `${master.port}`] });
  await until(async () => /master_link_status:up/.test(await replica.text("INFO", "replication")));
  const folder = mkdtempSync(path.join(tmpdir(), "awsideman-sentinel-test-"));
  const config = [
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${name} ${downAfter}`,
    `sentinel failover-timeout ${name} 5000`,
    "",
  ].join("\n");
  const sentinels = await Promise.all(
    [1, 2, 3].map((number) => {
      const file = path.join(folder, `${number}.conf`);
      writeFileSync(file, config);
      return RedisServer.start({ config: file });
    }),
  );
  const one = sentinels[0] as RedisServer;
  const ask = (about: string, ...more: string[]): Promise<unknown> =>
    attempt(() => one.command("SENTINEL", about, ...more));
  await until(async () => {
    const [others, replicas] = [
      (await one.command("SENTINEL", "SENTINELS", name)) as unknown[],
      (await one.command("SENTINEL", "REPLICAS", name)) as unknown[],
    ];
    return others.length === 2 && replicas.length === 1;
  });
  return {
    name,
    sentinels: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
    master,
    replica,
    failOver: async () => {
      await until(async () => (await ask("FAILOVER", name)) === "OK");
      await until(async () => /role:master/.test(await replica.text("INFO", "replication")));
    },
    ask,
    stop: async () => {
      await Promise.all([...sentinels, master, replica].map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function attempt(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch {
    return undefined;
  }
}
