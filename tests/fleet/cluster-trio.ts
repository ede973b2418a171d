import { startCluster } from "../../packages/storage-redis/test/support/redis-cluster.ts";
import type { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { slotOf } from "../../packages/storage-redis/src/redis-keys.ts";
import type { Faults } from "./faults.ts";
import { serverFaults } from "./server-faults.ts";
import { newNamespace, type Topology } from "./topology.ts";

/** A cluster of three masters. The namespace lives in one slot, and that may move. */
export async function startClusterTrio(): Promise<Topology> {
  const cluster = await startCluster();
  const namespace = newNamespace();
  const slot = slotOf(namespace);
  let owner = cluster.masters[Math.floor((slot * cluster.masters.length) / 16_384)] as RedisServer;

  const faults: Faults = {
    ...serverFaults,
    "the slot moves to another master": async () => {
      const from = owner;
      const others = cluster.masters.filter((master) => master !== from);
      const to = others[0] as RedisServer;
      const setSlot = (server: RedisServer, ...how: string[]): Promise<unknown> =>
        server.command("CLUSTER", "SETSLOT", slot, ...how);
      const [fromId, toId] = [await from.text("CLUSTER", "MYID"), await to.text("CLUSTER", "MYID")];
      await setSlot(to, "IMPORTING", fromId);
      await setSlot(from, "MIGRATING", toId);
      // What is not there any more is asked for at the other one: so nothing comes back.
      await from.command("FLUSHALL");
      // First the one who loses it: never two of them answer for it.
      for (const server of [from, to, ...others]) await setSlot(server, "NODE", toId);
      owner = to;
      return () => {};
    },
  };
  return {
    namespace,
    servers: cluster.masters,
    place: (route) => ({ kind: "cluster", nodes: Object.values(route.nat), nat: route.nat }),
    owner: () => Promise.resolve(owner),
    faults,
    stop: () => cluster.stop(),
  };
}
