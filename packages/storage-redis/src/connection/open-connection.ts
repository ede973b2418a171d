import { Cluster, Redis, type ClusterOptions, type RedisOptions } from "ioredis";
import type { RedisLimits } from "../limits.ts";
import { slotOf } from "../redis-keys.ts";
import type { RedisPlace } from "../redis-storage-config.ts";
import { ClusterConnection } from "./cluster-connection.ts";
import type { Connection, ConnectionParts } from "./connection.ts";
import { SingleConnection } from "./single-connection.ts";

/** A connection to a place, not opened yet. */
export function connectionTo(
  place: RedisPlace,
  namespace: string,
  limits: RedisLimits,
  parts: ConnectionParts,
): Connection {
  const own = ownOptions(limits);
  switch (place.kind) {
    case "url":
      return new SingleConnection(new Redis(place.url, { ...place.options, ...own }), parts);
    case "sentinels": {
      const { options, name } = place;
      return new SingleConnection(
        new Redis({ ...options, ...own, sentinels: [...place.sentinels], name }),
        parts,
      );
    }
    case "cluster": {
      const nodes = place.nodes.map(({ host, port }) => ({ host, port }));
      const cluster = new Cluster(nodes, ownClusterOptions({ redisOptions: place.options }, own));
      return new ClusterConnection(cluster, slotOf(namespace), parts);
    }
    case "client": {
      const { client } = place;
      if (!(client instanceof Cluster) && !client.isCluster)
        return new SingleConnection((client as Redis).duplicate(own), parts);
      const cluster = (client as Cluster).duplicate([], ownClusterOptions((client as Cluster).options, own));
      return new ClusterConnection(cluster, slotOf(namespace), parts);
    }
  }
}

type OwnOptions = RedisOptions & { readonly replyMapping: "legacy" };
type OwnClusterOptions = Omit<ClusterOptions, "redisOptions"> & {
  readonly redisOptions: NonNullable<ClusterOptions["redisOptions"]> & { readonly replyMapping: "legacy" };
};

/**
 * What is not the user's choice: nothing waits for a connection, and nothing is sent twice. Silence is watched elsewhere:
 * ioredis's `socketTimeout` costs 9 us a command.
 */
function ownOptions({ connectPatience }: RedisLimits): OwnOptions {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: false,
    // Its own look at a server says more, and prints nothing.
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: connectPatience,
    reconnectOnError: null,
    connectTimeout: connectPatience,
    keyPrefix: "",
    readOnly: false,
    stringNumbers: false,
    replyMapping: "legacy",
  };
}

function ownClusterOptions(options: ClusterOptions, own: OwnOptions): OwnClusterOptions {
  const { enableOfflineQueue: _, retryStrategy: __, readOnly: ___, ...each } = own;
  return {
    ...options,
    redisOptions: { ...options.redisOptions, ...each },
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    scaleReads: "master",
    keyPrefix: "",
    clusterRetryStrategy: () => null,
  };
}
