import { systemClock, type Cache, type Clock } from "@awsideman/cache-core";
import { findRow, services } from "./catalog/catalog.ts";
import type { Lifetime } from "./catalog/row.ts";
import type { CommandName, Service } from "./catalog/sdk-commands.ts";
import type { Audit } from "./audit/audit.ts";
import type { ClientEventListener } from "./events.ts";
import type { Quota, ResolvedQuota } from "./quota.ts";

/** The name of a command of any service. */
export type AnyCommandName = { [S in Service]: CommandName<S> }[Service];

/** Milliseconds to live, by kind of answer or by command. What is not given has its default. */
export interface TimesToLive {
  /** Lists. Default 15 minutes. */
  readonly list?: number;
  /** Answers about one thing. Default 10 minutes. */
  readonly describe?: number;
  /** How an organisation is arranged: accounts, units, policies, their tags. Default 1 hour. */
  readonly structure?: number;
  /** What AWS publishes and customers cannot change: application providers. Default 24 hours. */
  readonly catalogue?: number;
  /** How an asynchronous operation ended. It never changes again. Default 24 hours. */
  readonly operation?: number;
  /** That something is not there: `ResourceNotFoundException` of commands that ask for one thing. Default 1 minute. */
  readonly absence?: number;
  /** Single commands, before everything else. 0: never cached. */
  readonly commands?: { readonly [Name in AnyCommandName]?: number };
}

export interface CachedOptions {
  /** Where answers are kept. Clients that are to see each other's writes share one, or its storage. */
  readonly cache: Cache;
  /**
   * What the data belongs to: an organisation, an account. Clients of all services that reach the same Identity Center
   * must have the same one, and others another. Default: the unnamed namespace.
   */
  readonly namespace?: string;
  /**
   * Milliseconds that an answer lives when nothing invalidates it: for all commands, or by kind. It bounds how long a
   * change that was made without this cache stays unseen: in the console, by provisioning, by another tool.
   * Infinity: until it is invalidated. That something is not there is kept for a minute at most, unless `absence` says
   * otherwise.
   */
  readonly ttl?: number | TimesToLive;
  /**
   * Milliseconds after a write in which AWS may still give the old answer, because its services are consistent only
   * eventually. What the write touches is not cached meanwhile. Default 5,000.
   */
  readonly settle?: number;
  /**
   * For how many milliseconds after it expired an answer may still be given when AWS cannot be reached, fails, or takes no
   * more calls; never one that was invalidated. It says so in its `$metadata`. Default 0.
   */
  readonly staleIfError?: number;
  /**
   * Answers only with what AWS was asked for less than so many milliseconds ago; 0: AWS is asked, and everybody else profits
   * from what it says. Of a list, all pages. Default Infinity.
   */
  readonly maxAge?: number;
  /**
   * Every request waits until the quota of its service has room for it, instead of being refused by AWS: one budget for all
   * who share the cache's storage, and the original clients, of course, do not take part. After a refusal the rate is halved
   * for everybody, and recovers in half a minute. False: requests do not wait. Default: AWS's own quotas.
   */
  readonly quota?: Quota | false;
  /** True: requests wait until nobody else does, for what nobody is waiting for, such as warming. Default false. */
  readonly background?: boolean;
  /**
   * True: a hit is given only to who could ask AWS: while the client's credentials can be had, and have not expired. Where
   * they cannot be had, the caller gets what their provider rejects with. Whether they still allow what they did, only
   * AWS knows. Default false: a hit needs no credentials where there is a `caller`.
   */
  readonly requireCredentials?: boolean;
  /** Compares a share of the hits with what AWS answers, in the background: see {@link Audit}. Default: none. */
  readonly audit?: Audit;
  /** Hears what the client does that may be worth knowing. */
  readonly onEvent?: ClientEventListener;
  /** Time, for tests. Default: that of the system. */
  readonly clock?: Clock;
}

export interface ResolvedOptions {
  readonly cache: Cache;
  readonly namespace: string;
  readonly settle: number;
  readonly staleIfError: number;
  readonly maxAge: number;
  /** Undefined: requests do not wait. */
  readonly quota: ResolvedQuota | undefined;
  readonly requireCredentials: boolean;
  readonly audit: Audit | undefined;
  readonly onEvent: ClientEventListener | undefined;
  readonly clock: Clock;
  /** Milliseconds to live. */
  readonly ttl: (command: string, lifetime: Lifetime) => number;
}

const minute = 60_000;
const defaultTimesToLive: Readonly<Record<Lifetime, number>> = {
  list: 15 * minute,
  describe: 10 * minute,
  structure: 60 * minute,
  catalogue: 24 * 60 * minute,
  operation: 24 * 60 * minute,
  absence: minute,
};

const defaultSettle = 5000;
/** Calls a second. */
const defaultQuota: Readonly<Required<Quota>> = { ssoAdmin: 20, identityStore: 20, organizations: 5 };
/** What the cache takes at most is 15 minutes, and after a lost request a minute is added. */
const longestSettle = 14 * minute;

/** @throws TypeError or RangeError when an option is not what it must be */
export function resolveOptions(options: CachedOptions): ResolvedOptions {
  if (typeof options !== "object" || options === null) throw mistake("options", "an object", options);
  const { cache, namespace = "", ttl = {}, settle = defaultSettle, onEvent, clock = systemClock } = options;
  const { quota = {}, background = false, requireCredentials = false } = options;
  const { staleIfError = 0, maxAge = Infinity, audit } = options;
  for (const method of ["withScope", "getOrLoadWithDetails", "beginWrite", "rateLimiter"] as const) {
    if (typeof cache?.[method] !== "function") throw mistake("cache", "a cache", cache);
  }
  assertString(namespace, "namespace");
  assertMilliseconds(settle, "settle");
  if (settle > longestSettle) {
    throw new RangeError(`\`settle\` must be milliseconds from 0 to ${longestSettle}, received ${settle}`);
  }
  assertMilliseconds(staleIfError, "staleIfError");
  assertMilliseconds(maxAge, "maxAge");
  if (onEvent !== undefined && typeof onEvent !== "function") throw mistake("onEvent", "a function", onEvent);
  if (typeof clock?.now !== "function" || typeof clock.after !== "function")
    throw mistake("clock", "a clock", clock);
  if (audit !== undefined && typeof audit?.hit !== "function") throw mistake("audit", "an Audit", audit);
  if (typeof background !== "boolean") throw mistake("background", "a boolean", background);
  if (typeof requireCredentials !== "boolean")
    throw mistake("requireCredentials", "a boolean", requireCredentials);
  return Object.freeze({
    cache,
    namespace,
    settle,
    staleIfError,
    maxAge,
    quota: resolveQuota(quota, background),
    requireCredentials,
    audit,
    onEvent,
    clock,
    ttl: resolveTimesToLive(ttl),
  });
}

function resolveQuota(quota: Quota | false, background: boolean): ResolvedQuota | undefined {
  if (quota === false) return undefined;
  if (typeof quota !== "object" || quota === null) throw mistake("quota", "an object or false", quota);
  for (const [name, value] of Object.entries(quota) as [string, unknown][]) {
    if (!Object.hasOwn(defaultQuota, name))
      throw new TypeError(
        `\`quota\` must have only ${Object.keys(defaultQuota).join(", ")}, received ${name}`,
      );
    if (value === undefined) continue;
    if (typeof value !== "number") throw mistake(`quota.${name}`, "a number of calls a second", value);
    if (!(value > 0 && value < Infinity))
      throw new RangeError(`\`quota.${name}\` must be more than 0 calls a second, received ${value}`);
  }
  const rate = (name: keyof Quota): number => quota[name] ?? defaultQuota[name];
  const callsPerSecond = {
    "sso-admin": rate("ssoAdmin"),
    identitystore: rate("identityStore"),
    organizations: rate("organizations"),
  };
  return { callsPerSecond, background };
}

function resolveTimesToLive(ttl: number | TimesToLive): ResolvedOptions["ttl"] {
  if (typeof ttl !== "object") {
    assertMilliseconds(ttl, "ttl");
    const absence = Math.min(ttl, defaultTimesToLive.absence);
    return (_command, lifetime) => (lifetime === "absence" ? absence : ttl);
  }
  if (ttl === null) throw mistake("ttl", "milliseconds or an object", ttl);
  const { commands = {}, ...given } = ttl;
  const byLifetime: Record<Lifetime, number> = { ...defaultTimesToLive };
  for (const [lifetime, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultTimesToLive, lifetime)) {
      throw new TypeError(
        `\`ttl\` must have only ${Object.keys(byLifetime).join(", ")} and commands, received ${lifetime}`,
      );
    }
    if (value === undefined) continue;
    assertMilliseconds(value, `ttl.${lifetime}`);
    byLifetime[lifetime as Lifetime] = value;
  }
  const byCommand = new Map<string, number>();
  for (const [command, value] of Object.entries(commands)) {
    // Services that share a name share what is done with it.
    const row = services.map((service) => findRow(service, command)).find((found) => found !== undefined);
    if (row === undefined || row.kind === "write") {
      throw new TypeError(`\`ttl.commands\` must name commands that read, received ${command}`);
    }
    if (value === undefined) continue;
    assertMilliseconds(value, `ttl.commands.${command}`);
    byCommand.set(command, value);
  }
  return (command, lifetime) => {
    const own = byCommand.get(command);
    if (lifetime === "absence") return Math.min(own ?? Infinity, byLifetime.absence);
    return own ?? byLifetime[lifetime];
  };
}

/** Tells whose permissions answers are given to, at the moment: who that is may change. */
export type CallerSource = () => string | Promise<string>;

/** @throws TypeError unless it is a name or a function that returns one */
export function assertCaller(value: unknown): asserts value is string | CallerSource {
  if (typeof value !== "string" && typeof value !== "function")
    throw mistake("caller", "a string or a function", value);
}

/** @throws TypeError unless it is a string */
export function assertString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw mistake(name, "a string", value);
}

export function assertMilliseconds(value: unknown, name: string): asserts value is number {
  if (typeof value !== "number") throw mistake(name, "a number of milliseconds", value);
  if (!(value >= 0)) throw new RangeError(`\`${name}\` must be 0 or more milliseconds, received ${value}`);
}

/** What to throw when an argument has the wrong type. The value itself is not told: it may be a secret. */
export function mistake(name: string, expected: string, received: unknown): TypeError {
  return new TypeError(
    `\`${name}\` must be ${expected}, received ${received === null ? "null" : typeof received}`,
  );
}
