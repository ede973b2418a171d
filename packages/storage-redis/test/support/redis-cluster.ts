import type { RedisAddress } from "../../src/redis-storage-config.ts";
import { RedisServer } from "./redis-server.ts";
import { until } from "./until.ts";

export interface RedisCluster {
  readonly masters: readonly RedisServer[];
  readonly nodes: readonly RedisAddress[];
  /** Gives a slot of one master to another, without what is in it. */
  moveSlot(slot: number, from: number, to: number): Promise<void>;
  stop(): Promise<void>;
}

const slots = 16_384;

/** Three masters that share the slots. */
export async function startCluster(): Promise<RedisCluster> {
  const args = [
    "--cluster-enabled",
    "yes",
    // So long that nobody is taken for gone because the machine is busy.
    "--cluster-node-timeout",
    "3600000",
    "--cluster-require-full-coverage",
    "yes",
  ];
  const masters = await Promise.all([1, 2, 3].map(() => RedisServer.start({ args, cluster: true })));
  const bounds = Array.from({ length: 4 }, (_, index) => Math.floor((index * slots) / 3));
  for (const [index, master] of masters.entries()) {
    const [from, to] = bounds.slice(index) as [number, number];
    await master.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
    // Not ADDSLOTSRANGE, which is from after 6.2.
    const own = Array.from({ length: to - from }, (_, slot) => from + slot);
    await master.command("CLUSTER", "ADDSLOTS", ...own);
  }
  for (const master of masters)
    for (const other of masters) await master.command("CLUSTER", "MEET", "127.0.0.1", other.port);
  const isUp = async (master: RedisServer): Promise<boolean> => {
    const info = await master.text("CLUSTER", "INFO");
    return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
  };
  for (const master of masters) await until(() => isUp(master));
  return {
    masters,
    nodes: masters.map(({ port }) => ({ host: "127.0.0.1", port })),
    moveSlot: async (slot, from, to) => {
      const [source, target] = [masters[from], masters[to]] as [RedisServer, RedisServer];
      const id = await target.text("CLUSTER", "MYID");
      await source.command("FLUSHALL");
      // First the one who gets it, so that it always belongs to somebody.
      for (const master of [target, source, ...masters])
        await master.command("CLUSTER", "SETSLOT", slot, "NODE", id);
    },
    stop: async () => {
      await Promise.all(masters.map((master) => master.stop()));
    },
  };
}
