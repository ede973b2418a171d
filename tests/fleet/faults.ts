import { until } from "../../packages/storage-redis/test/support/until.ts";
import type { Fleet } from "./fleet.ts";
import type { Member } from "./member.ts";
import type { Topology } from "./topology.ts";

/** What faults have to do with. */
export interface Stage {
  readonly topology: Topology;
  readonly fleet: Fleet;
  /** The instance that it happens to, where it happens to one. */
  readonly victim: Member;
  readonly namespace: string;
}

/** Begins a fault. Resolves with what ends it. */
export type Fault = (stage: Stage) => Promise<End> | End;

export type End = () => Promise<void> | void;

export type Faults = Readonly<Record<string, Fault>>;

const feedOf = (namespace: string): string => `{${namespace}}:feed`;

const nothing: End = () => {};

/** What happens to instances and their connections, wherever the servers are. */
export const commonFaults: Faults = {
  "an instance is frozen": ({ victim }) => {
    victim.freeze();
    return () => victim.thaw();
  },
  "an instance is killed and started again": async ({ victim }) => {
    await victim.kill();
    return () => victim.start();
  },
  "an instance is cut off, and told so": ({ victim }) => {
    victim.route.each((proxy) => proxy.refuse());
    return () => victim.route.each((proxy) => proxy.restore());
  },
  "an instance is cut off, and not told": ({ victim }) => {
    victim.route.each((proxy) => proxy.hold("everything"));
    return () => victim.route.each((proxy) => proxy.restore());
  },
  "an instance is cut off while the feed is evicted": async ({ victim, topology, fleet, namespace }) => {
    victim.route.each((proxy) => proxy.hold("everything"));
    await fleet.writes(12);
    await (await topology.owner()).command("DEL", feedOf(namespace));
    victim.route.each((proxy) => proxy.restore());
    return nothing;
  },
  "an instance gets no replies": ({ victim }) => {
    victim.route.each((proxy) => proxy.hold("replies"));
    return () => victim.route.each((proxy) => proxy.restore());
  },
  "the connections of an instance are half open": ({ victim }) => {
    victim.route.each((proxy) => proxy.halfOpen());
    return nothing;
  },
  "replies to an instance are late": ({ victim }) => {
    victim.route.each((proxy) => proxy.delayReplies(30));
    return () => victim.route.each((proxy) => proxy.delayReplies(0));
  },
  "the feeds are cut": async ({ topology }) => {
    const owner = await topology.owner();
    // Between two blocking reads there is none to be found.
    await until(async () => {
      const clients = await owner.text("CLIENT", "LIST");
      const ids = [...clients.matchAll(/^id=(\d+) .*\bcmd=xread\b/gm)].map(([, id]) => id as string);
      for (const id of ids) await owner.command("CLIENT", "KILL", "ID", id);
      return ids.length > 0;
    });
    return nothing;
  },
  "all connections are cut": async ({ topology }) => {
    await (await topology.owner()).command("CLIENT", "KILL", "TYPE", "normal");
    return nothing;
  },
  "all data is flushed": async ({ topology }) => {
    await (await topology.owner()).command("FLUSHALL");
    return nothing;
  },
  "the feed is evicted": async ({ topology, namespace }) => {
    await (await topology.owner()).command("DEL", feedOf(namespace));
    return nothing;
  },
  "the ledger is evicted": async ({ topology, namespace }) => {
    await (await topology.owner()).command("DEL", `{${namespace}}:ledger`);
    return nothing;
  },
  "memory is full": async ({ topology }) => {
    const owner = await topology.owner();
    const used = Number(/^used_memory:(\d+)/m.exec(await owner.text("INFO", "memory"))?.[1]);
    await owner.command("CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", used - 10_000);
    return async () => {
      await until(async () => !/^evicted_keys:0\r/m.test(await owner.text("INFO", "stats")));
      await owner.command("CONFIG", "SET", "maxmemory", 0);
    };
  },
};
