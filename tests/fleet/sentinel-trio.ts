import type { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { startSentinel } from "../../packages/storage-redis/test/support/redis-sentinel.ts";
import { TcpProxy } from "../../packages/storage-redis/test/support/tcp-proxy.ts";
import { until } from "../../packages/storage-redis/test/support/until.ts";
import type { End, Faults, Stage } from "./faults.ts";
import { newNamespace, type Topology } from "./topology.ts";

/**
 * A master that takes writes only while a replica has them, and answers no reads otherwise: without that an old master goes on
 * answering until somebody has made it a replica.
 */
const neverAlone = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "2"];

interface Pair {
  readonly master: RedisServer;
  readonly replica: RedisServer;
}

/** Three Sentinels, a master and a replica. */
export async function startSentinelTrio(): Promise<Topology> {
  const setup = await startSentinel(500, neverAlone);
  const pair = [setup.master, setup.replica];

  /** The master that the Sentinels name. */
  const owner = async (): Promise<RedisServer> => {
    const [, port] = (await setup.ask("GET-MASTER-ADDR-BY-NAME", setup.name)) as [string, string];
    return pair.find((server) => server.port === Number(port)) as RedisServer;
  };
  const both = async (): Promise<Pair> => {
    const master = await owner();
    return { master, replica: pair.find((server) => server !== master) as RedisServer };
  };
  /** Resolves when the replica has all that the master has, and a Sentinel could promote it. */
  const isWhole = async (): Promise<boolean> => {
    const { master, replica } = await both();
    if (!/master_link_status:up/.test(await replica.text("INFO", "replication"))) return false;
    if (!/connected_slaves:1/.test(await master.text("INFO", "replication"))) return false;
    const known = String(await setup.ask("REPLICAS", setup.name));
    return known.includes(`127.0.0.1:${replica.port}`) && !/s_down|disconnected/.test(known);
  };
  const isMaster = async (server: RedisServer): Promise<boolean> =>
    (await owner()) === server && /role:master/.test(await server.text("INFO", "replication"));

  /** Demotes one who is master no more, as Sentinels do after ten seconds. Resolves when all is as in the beginning. */
  const mend = (server: RedisServer): Promise<void> =>
    until(async () => {
      const { master, replica } = await both();
      const isDemoted = /role:slave/.test(await server.text("INFO", "replication"));
      if (server === replica && !isDemoted) await server.command("REPLICAOF", "127.0.0.1", master.port);
      return isWhole();
    });

  const failOver = async (): Promise<End> => {
    await until(isWhole);
    const { master, replica } = await both();
    await until(async () => (await setup.ask("FAILOVER", setup.name)) === "OK");
    await until(() => isMaster(replica));
    return () => mend(master);
  };

  /** The master is gone, and the replica takes its place. */
  const loseMaster = async (): Promise<End> => {
    await until(isWhole);
    return replace(await both());
  };
  const replace = async ({ master, replica }: Pair): Promise<End> => {
    await master.kill();
    await until(() => isMaster(replica));
    return async () => {
      await master.restart(["--replicaof", "127.0.0.1", `${replica.port}`]);
      await until(isWhole);
    };
  };

  /** The replica says that it is there, and what it is sent is on its way for too long. */
  const loseWrites = async ({ fleet }: Stage): Promise<End> => {
    await until(isWhole);
    const { master, replica } = await both();
    const proxy = await TcpProxy.start(master.port);
    await replica.command("REPLICAOF", "127.0.0.1", proxy.port);
    await until(isWhole);
    proxy.hold("replies");
    await fleet.writes(10);
    const end = await replace({ master, replica });
    await proxy.stop();
    return end;
  };

  const faults: Faults = {
    "an administrator fails over": failOver,
    "the master is lost": loseMaster,
    "the master is lost, and with it what it has acknowledged": loseWrites,
    "the master is frozen, and perhaps another takes its place": async () => {
      const { master } = await both();
      master.freeze();
      return async () => {
        master.thaw();
        await mend(master);
      };
    },
  };
  await until(isWhole);
  return {
    namespace: newNamespace(),
    servers: pair,
    place: (route) => ({
      kind: "sentinels",
      config: {
        sentinels: setup.sentinels,
        sentinelName: setup.name,
        options: { natMap: { ...route.nat } },
      },
    }),
    owner,
    faults,
    stop: () => setup.stop(),
  };
}
