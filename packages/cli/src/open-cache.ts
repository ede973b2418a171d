import { isAbsolute } from "node:path";
import { CacheError, CacheManager, readEnvironment, type EnvironmentSettings } from "@awsideman/cache-core";
import { usageError } from "./errors/cli-error.ts";
import type { Settings } from "./settings/settings.ts";
import type { Variables } from "./settings/variables.ts";

/** The cache of a command, and what is known about it. */
export interface CommandCache {
  readonly manager: CacheManager;
  readonly backend: string;
  /** Where it is, for a cache on disk. */
  readonly directory: string | undefined;
  /** How large it may become, in bytes, where that is known. */
  readonly limit: number | undefined;
  readonly enabled: boolean;
  /** What it keeps on the disk can be read with a key only. */
  readonly encrypted: boolean;
  /** Milliseconds to live that the environment asks for, for everything. */
  readonly defaultTtl: number | undefined;
}

const megabyte = 1024 * 1024;
const defaultSizeMb = 100;

/**
 * Puts the cache together: the one place that knows which backends there are. Nothing of a backend is loaded that is not
 * used. Resolves also when the cache cannot be used at the moment: an event says so, and everything goes to AWS.
 * @param watch is given the cache before it is opened
 * @throws CliError when the environment asks for what does not exist
 */
export async function openCache(
  settings: Settings,
  watch: (manager: CacheManager) => void,
): Promise<CommandCache> {
  const environment = readCacheEnvironment(settings.variables);
  const { backend } = environment.storage;
  const config: Record<string, unknown> = { ...environment.storage.config };
  assertCacheDirectory(config["cacheDir"]);
  if (backend === "disk") config["maxSizeMb"] ??= defaultSizeMb;

  const enabled = environment.enabled && settings.useCache;
  const storage = { ...environment.storage, config };
  const manager = new CacheManager({
    storage,
    enabled,
    namespace: settings.namespace,
    ...(environment.defaultTtl === undefined ? {} : { defaultTtl: environment.defaultTtl }),
  });
  manager.registerBackend("disk", async (given, context) => {
    const { createStorage } = await import("@awsideman/storage-disk");
    return createStorage(given, context);
  });
  manager.registerBackend("memory", async (given, context) => {
    const { createStorage } = await import("@awsideman/storage-memory");
    return createStorage(given, context);
  });
  manager.registerBackend("redis", async (given, context) => {
    const { createStorage } = await import("@awsideman/storage-redis");
    return createStorage(given, context);
  });
  watch(manager);
  try {
    await manager.configureStorage(storage);
  } catch (error) {
    throw wrongEnvironment(error);
  }
  const maxSizeMb = config["maxSizeMb"];
  return {
    manager,
    backend,
    directory: backend === "disk" ? await directoryOf(config["cacheDir"]) : undefined,
    limit: typeof maxSizeMb === "number" ? Math.floor(maxSizeMb * megabyte) : undefined,
    enabled,
    encrypted: backend !== "memory" && environment.storage.encryption !== undefined,
    defaultTtl: environment.defaultTtl,
  };
}

/** A command lives for a moment: unless somebody says otherwise, the cache is on disk. */
function readCacheEnvironment(variables: Variables): EnvironmentSettings {
  try {
    return readEnvironment({
      ...variables,
      AWSIDEMAN_CACHE_BACKEND: variables["AWSIDEMAN_CACHE_BACKEND"] || "disk",
    });
  } catch (error) {
    throw wrongEnvironment(error);
  }
}

/** Commands that are run in different places would not know of each other's writes. */
function assertCacheDirectory(configured: unknown): void {
  if (typeof configured !== "string" || isAbsolute(configured)) return;
  throw usageError(`AWSIDEMAN_CACHE_DIR must be an absolute path, received ${JSON.stringify(configured)}`);
}

async function directoryOf(configured: unknown): Promise<string> {
  if (typeof configured === "string") return configured;
  const { defaultCacheDirectory } = await import("@awsideman/storage-disk");
  return defaultCacheDirectory();
}

/** What the cache calls a mistake of its caller was, here, said by the environment. */
function wrongEnvironment(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) {
    const message = error.message
      .replace("`backend`", "AWSIDEMAN_CACHE_BACKEND")
      .replace("`cacheDir`", "AWSIDEMAN_CACHE_DIR")
      .replace("`maxSizeMb`", "AWSIDEMAN_CACHE_MAX_SIZE_MB")
      .replace("`url`", "AWSIDEMAN_CACHE_REDIS_URL")
      .replace(", or be registered first", "");
    return usageError(message, undefined, error);
  }
  if (CacheError.isInstance(error) && error.code === "CACHE_BACKEND_NOT_INSTALLED") {
    return usageError(error.message, "or set AWSIDEMAN_CACHE_BACKEND to disk", error);
  }
  return error;
}
