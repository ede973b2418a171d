import { Cluster } from "ioredis";
import type { RedisAddress } from "../../src/redis-storage-config.ts";

/** A client of a cluster, not connected, that reaches each of its servers where `nat` says, by `host:port`. */
export function clusterClient(
  nodes: readonly RedisAddress[],
  nat: Readonly<Record<string, RedisAddress>>,
): Cluster {
  return new Cluster([...nodes], { lazyConnect: true, natMap: { ...nat } });
}
