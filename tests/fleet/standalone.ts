import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import { serverFaults } from "./server-faults.ts";
import { newNamespace, type Topology } from "./topology.ts";

/** One Redis that keeps nothing on disk. */
export async function startStandalone(): Promise<Topology> {
  const server = await RedisServer.start();
  return {
    namespace: newNamespace(),
    servers: [server],
    place: (route) => ({ kind: "url", url: `redis://127.0.0.1:${route.portTo(server)}` }),
    owner: () => Promise.resolve(server),
    faults: serverFaults,
    stop: () => server.stop(),
  };
}
