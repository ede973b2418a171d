import type { EncryptionConfiguration } from "./encryption/encryption-configuration.ts";
import { SecretKeys } from "./encryption/secret-keys.ts";
import { describe } from "./key/cache-key.ts";
import { assertOutboxDirectory } from "./storage/spool/state-directory.ts";
import type { StorageConfiguration } from "./storage/storage-configuration.ts";

/** What the environment says about the cache. */
export interface EnvironmentSettings {
  readonly storage: StorageConfiguration;
  /** Milliseconds; undefined where nothing was said. */
  readonly defaultTtl: number | undefined;
  readonly enabled: boolean;
  /** False: the cache of before was asked for, see `@awsideman/cache-core/legacy`. */
  readonly unified: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A backend of one's own is set up in code. */
const backends: readonly string[] = ["memory", "disk", "redis"];

/**
 * Reads and validates the `AWSIDEMAN_` variables; an empty one counts as not set. `AWSIDEMAN_CACHE_DEFAULT_TTL` is in
 * seconds, as its users know it. `AWSIDEMAN_USE_UNIFIED_CACHE=false` asks for the cache of before, which never
 * invalidated anything: this one then caches nothing, see `@awsideman/cache-core/legacy`.
 * @throws TypeError that names the variable, its value and what is allowed
 */
export function readEnvironment(variables: Variables): EnvironmentSettings {
  const backend = text(variables, "AWSIDEMAN_CACHE_BACKEND") ?? "memory";
  if (!backends.includes(backend)) throw wrong("AWSIDEMAN_CACHE_BACKEND", "memory, disk or redis", backend);
  const cacheDir = text(variables, "AWSIDEMAN_CACHE_DIR");
  const outboxDirectory = text(variables, "AWSIDEMAN_CACHE_OUTBOX_DIR");
  assertOutboxDirectory(outboxDirectory, "AWSIDEMAN_CACHE_OUTBOX_DIR");
  const maxSizeMb = number(
    variables,
    "AWSIDEMAN_CACHE_MAX_SIZE_MB",
    "a positive number of megabytes",
    (value) => value > 0,
  );
  const ttl = number(variables, "AWSIDEMAN_CACHE_DEFAULT_TTL", "seconds from 0", (value) => value >= 0);
  const encryption = readEncryption(variables);
  const disabled = flag(variables, "AWSIDEMAN_CACHE_DISABLED") ?? false;
  const unified = flag(variables, "AWSIDEMAN_USE_UNIFIED_CACHE") ?? true;
  const url = text(variables, "AWSIDEMAN_CACHE_REDIS_URL");
  if (backend === "redis" && url === undefined)
    throw new TypeError("AWSIDEMAN_CACHE_REDIS_URL must say where Redis is: redis://user:password@host:port");
  const config = {
    // How large Redis may become is a setting of Redis.
    ...(backend === "redis" || maxSizeMb === undefined ? {} : { maxSizeMb }),
    ...(backend === "disk" && cacheDir !== undefined ? { cacheDir } : {}),
    ...(backend === "redis" ? { url } : {}),
  };
  return {
    storage: {
      backend,
      config,
      ...(encryption === undefined ? {} : { encryption }),
      ...(outboxDirectory === undefined ? {} : { outboxDirectory }),
    },
    defaultTtl: ttl === undefined ? undefined : ttl * 1000,
    enabled: unified && !disabled,
    unified,
  };
}

const keyVariable = "AWSIDEMAN_CACHE_ENCRYPTION_KEY";

/** Where the key is, if the cache is to be encrypted. No message contains the key. */
function readEncryption(variables: Variables): EncryptionConfiguration | undefined {
  const sources: readonly (readonly [string, (value: string) => EncryptionConfiguration])[] = [
    [keyVariable, (value) => ({ key: SecretKeys.parse(value, keyVariable) })],
    ["AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE", (keyFile) => ({ keyFile })],
    ["AWSIDEMAN_CACHE_ENCRYPTION_KEYCHAIN", (account) => ({ keychain: { account } })],
  ];
  const given = sources.filter(([name]) => text(variables, name) !== undefined);
  if (given.length > 1)
    throw new TypeError(`Only one of ${given.map(([name]) => name).join(" and ")} may be set`);
  const [source] = given;
  return source && source[1](text(variables, source[0]) as string);
}

function text(variables: Variables, name: string): string | undefined {
  return variables[name] === "" ? undefined : variables[name];
}

function number(
  variables: Variables,
  name: string,
  allowed: string,
  isAllowed: (value: number) => boolean,
): number | undefined {
  const value = text(variables, name);
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed) || !isAllowed(parsed))
    throw wrong(name, allowed, value);
  return parsed;
}

function flag(variables: Variables, name: string): boolean | undefined {
  const value = text(variables, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw wrong(name, "true, false, 1 or 0", value);
}

function wrong(name: string, allowed: string, value: string): TypeError {
  return new TypeError(`${name} must be ${allowed}, received ${describe(value)}`);
}
