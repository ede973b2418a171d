import type { Cluster, Redis, RedisOptions } from "ioredis";

/** A host and a port. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** What can be said about the storage in Redis. Exactly one of `client`, `url`, `sentinels` and `cluster` says where it is. */
export interface RedisStorageConfig {
  /** A client of ioredis whose settings are taken over. The storage has connections of its own, and leaves this one alone. */
  readonly client?: Redis | Cluster | undefined;
  /** `redis://` or, with TLS, `rediss://`: `redis://user:password@host:6379/0`. */
  readonly url?: string | undefined;
  /** Where Sentinels are. */
  readonly sentinels?: readonly RedisAddress[] | undefined;
  /** The name by which the Sentinels know the master. Default `mymaster`. */
  readonly sentinelName?: string | undefined;
  /** Where some nodes of a cluster are. */
  readonly cluster?: readonly RedisAddress[] | undefined;
  /** ioredis's own options for each connection: `username`, `password`, `tls`, `db` and so on. Not with `client`. */
  readonly options?: RedisOptions | undefined;
  /**
   * Stands in front of all keys. Everything in it has one ledger, and lives in one slot of a cluster. Letters, digits and
   * `-`, `_`, `.`, `:`. Default `awsideman`.
   */
  readonly namespace?: string | undefined;
  /** How many replicas must have an invalidation before it counts as recorded. Default 0. */
  readonly replicasToAck?: number | undefined;
  /** Milliseconds that this may take. Default 500. */
  readonly ackTimeout?: number | undefined;
  /**
   * For how many milliseconds a reader may wait in all for what other instances are loading, before he loads it himself; 0:
   * everybody loads for himself. Default 10,000.
   */
  readonly maxLoadWait?: number | undefined;
}

/** Where it is. */
export type RedisPlace =
  | { readonly kind: "client"; readonly client: Redis | Cluster }
  | { readonly kind: "url"; readonly url: string; readonly options: RedisOptions }
  | {
      readonly kind: "sentinels";
      readonly sentinels: readonly RedisAddress[];
      readonly name: string;
      readonly options: RedisOptions;
    }
  | { readonly kind: "cluster"; readonly nodes: readonly RedisAddress[]; readonly options: RedisOptions };

export interface ResolvedConfig {
  readonly place: RedisPlace;
  readonly namespace: string;
  readonly replicasToAck: number;
  readonly ackTimeout: number;
  readonly maxLoadWait: number;
}

const places = ["client", "url", "sentinels", "cluster"] as const;
const names: readonly string[] = [
  ...places,
  "sentinelName",
  "options",
  "namespace",
  "replicasToAck",
  "ackTimeout",
  "maxLoadWait",
] satisfies readonly (keyof RedisStorageConfig)[];

/**
 * Checks what the user wrote, and fills in the defaults. Messages never repeat what may hold a password.
 * @throws TypeError or RangeError for what is wrong with it
 */
export function resolveConfig(config: Readonly<Record<string, unknown>>): ResolvedConfig {
  for (const name of Object.keys(config)) {
    if (!names.includes(name))
      throw new TypeError(`Options of the Redis storage must be ${list(names)}, received ${quote(name)}`);
  }
  const { namespace = "awsideman", replicasToAck = 0, ackTimeout = 500, maxLoadWait = 10_000 } = config;
  if (typeof namespace !== "string" || !/^[\w.:-]{1,128}$/.test(namespace))
    throw new TypeError("`namespace` must be 1 to 128 letters, digits, `-`, `_`, `.` or `:`");
  assertInteger(replicasToAck, "replicasToAck", 0, 100);
  assertInteger(ackTimeout, "ackTimeout", 1, 60_000);
  assertInteger(maxLoadWait, "maxLoadWait", 0, 3_600_000);
  return { place: placeOf(config), namespace, replicasToAck, ackTimeout, maxLoadWait };
}

/** Names a storage, the same in every process that opens the same one, without secrets. */
export function identityOf(place: RedisPlace, namespace: string): string {
  const where = addressesOf(place).map(({ host, port }) => `${host}:${port}`);
  const database = place.kind === "client" ? place.client.options : place.options;
  const db =
    place.kind === "url" ? new URL(place.url).pathname.slice(1) : ("db" in database && database.db) || 0;
  return `redis ${where.toSorted().join(",")}/${db || 0} ${namespace}`;
}

function addressesOf(place: RedisPlace): readonly RedisAddress[] {
  switch (place.kind) {
    case "sentinels":
      return place.sentinels;
    case "cluster":
      return place.nodes;
    case "url": {
      const { hostname, port } = new URL(place.url);
      return [{ host: hostname, port: Number(port || 6379) }];
    }
    case "client": {
      const { options } = place.client;
      if (!("host" in options)) return [];
      return [{ host: options.host ?? "localhost", port: options.port ?? 6379 }];
    }
  }
}

function placeOf(config: Readonly<Record<string, unknown>>): RedisPlace {
  const given = places.filter((name) => config[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw new TypeError(`Exactly one of ${list(places)} must be given, received ${list(given)}`);
  const { options = {}, sentinelName = "mymaster" } = config;
  if (!isRecord(options)) throw new TypeError("`options` must be options of ioredis");
  if (typeof sentinelName !== "string" || sentinelName === "")
    throw new TypeError("`sentinelName` must be the name of a master");
  if (kind !== "sentinels" && config["sentinelName"] !== undefined)
    throw new TypeError("`sentinelName` goes with `sentinels` only");
  if (kind === "client") {
    if (config["options"] !== undefined)
      throw new TypeError("`options` do not go with `client`, which has its own");
    const { client } = config;
    if (!isRecord(client) || typeof client["duplicate"] !== "function")
      throw new TypeError("`client` must be a `Redis` or a `Cluster` of ioredis");
    return { kind, client: client as unknown as Redis | Cluster };
  }
  if (kind === "url") return { kind, url: checkedUrl(config["url"]), options };
  const addresses = checkedAddresses(config[kind], kind);
  if (kind === "cluster") return { kind, nodes: addresses, options };
  return { kind, sentinels: addresses, name: sentinelName, options };
}

function checkedUrl(url: unknown): string {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !isAddress(parsed))
    throw new TypeError(
      "`url` must be redis://user:password@host:port/database, or rediss: for TLS, and no more",
    );
  return url as string;
}

function isAddress({ protocol, username, password, pathname, search }: URL): boolean {
  return (
    (protocol === "redis:" || protocol === "rediss:") &&
    /^\/?\d*$/.test(pathname) &&
    // What stands behind a question mark would be options of ioredis, and would win over what is not the user's choice.
    search === "" &&
    isDecodable(username) &&
    isDecodable(password)
  );
}

/** Otherwise ioredis throws, as if it were no fault of the user's. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function checkedAddresses(addresses: unknown, name: string): readonly RedisAddress[] {
  const isNode = (one: unknown): one is RedisAddress =>
    isRecord(one) && typeof one["host"] === "string" && Number.isInteger(one["port"]);
  if (!Array.isArray(addresses) || addresses.length === 0 || !addresses.every(isNode))
    throw new TypeError(`\`${name}\` must be a list of { host, port }`);
  return addresses.map(({ host, port }) => ({ host, port }));
}

function assertInteger(value: unknown, name: string, least: number, most: number): asserts value is number {
  if (typeof value !== "number")
    throw new TypeError(`\`${name}\` must be a number, received ${typeof value}`);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`\`${name}\` must be an integer from ${least} to ${most}, received ${value}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(all: readonly string[]): string {
  return all.length === 0 ? "none" : all.map(quote).join(", ");
}

function quote(name: string): string {
  return `\`${name}\``;
}
