import type { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";
import type { Faults } from "./faults.ts";
import type { Route } from "./route.ts";
import type { Place } from "./scenario.ts";

/** The servers of a fleet. */
export interface Topology {
  readonly namespace: string;
  readonly servers: readonly RedisServer[];
  /** Where an instance finds them by its route. */
  place(route: Route): Place;
  /** The server that has the namespace now. */
  owner(): Promise<RedisServer>;
  /** What happens to these besides what happens to all. */
  readonly faults: Faults;
  stop(): Promise<void>;
}

/** For all that one fleet keeps in Redis. */
export function newNamespace(): string {
  return `fleet-${crypto.randomUUID()}`;
}
