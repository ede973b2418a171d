import type { RedisStorageConfig } from "@awsideman/storage-redis";
import type { ProcessScenario } from "../laws/process-scenario.ts";

/** Where an instance finds Redis, as JSON. `nat` says by which ports of proxies it reaches the servers behind them. */
export type Place =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "sentinels"; readonly config: RedisStorageConfig }
  | { readonly kind: "cluster"; readonly nodes: readonly Address[]; readonly nat: Nat };

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** By `host:port` of a server, where it is reached instead. */
export type Nat = Readonly<Record<string, Address>>;

/** Redis alone, or memory in front of it that follows within a bound or asks at each read. */
export type Role = "far" | "bounded" | "strict";

/** What one process of the fleet does. Passed to it as JSON. */
export interface Scenario extends ProcessScenario {
  /** The instance and which of its lives this is: `p3.1`. */
  readonly process: string;
  readonly role: Role;
  readonly place: Place;
  readonly namespace: string;
  /** Where its invalidations wait that Redis has not recorded. */
  readonly outbox: string;
  readonly items: readonly string[];
  /** Those that it writes; nobody else does. */
  readonly own: readonly string[];
  readonly readers: number;
  /** The folder of the source of truth. */
  readonly truth: string;
}

/** What a process tells the one that has started it, now and then: what has happened since the last time. */
export interface Progress {
  readonly hits: number;
  readonly writes: number;
  /** What callers were thrown. */
  readonly errors: readonly string[];
}

/** Milliseconds by which what is near may be behind what another process has done. */
export const maxStaleness = 200;

/** Milliseconds for which the source may still give the old answer, and for which a write settles. */
export const lag = 20;
export const settle = 2 * lag;

/** Milliseconds for which a write marks what it is on. */
export const lease = 300;

/** Milliseconds that an entry lives: longer than a failover takes, so that what it might revive is of use still. */
export const timeToLive = 30_000;
