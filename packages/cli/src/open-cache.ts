import { CacheManager, DirectorySpool, readEnvironment, type StorageFactory } from "@awsideman/cache-core";
import { nameOfOrigin, type Origin } from "./config/sources.ts";
import { usageError } from "./errors/cli-error.ts";
import { processClock } from "./process-clock.ts";
import type { Settings } from "./settings/settings.ts";

/** The cache of a command, and what is known about it. */
export interface CommandCache {
  readonly manager: CacheManager;
  readonly backend: string;
  /** Where it is, for a cache on disk. */
  readonly directory: string | undefined;
  /** Which server has it, for a cache in Redis: host and port, and no more of the URL, which may hold a password. */
  readonly server: string | undefined;
  /** How large it may become, in bytes, where that is known. */
  readonly limit: number | undefined;
  readonly enabled: boolean;
  /** What it keeps on the disk can be read with a key only. */
  readonly encrypted: boolean;
  /** Milliseconds to live that somebody asks for, for everything. */
  readonly defaultTtl: number | undefined;
  /** The same for single commands, by AWS's name, before that. */
  readonly operationTtls: ReadonlyMap<string, number>;
}

const megabyte = 1024 * 1024;

/** Milliseconds. Less than what a reader waits for a storage that is being opened, who then has the rest and says so. */
const serverPatience = 200;

/**
 * Puts the cache together: the one place that knows which backends there are. Nothing of a backend is loaded that is not
 * used. Resolves also when the cache cannot be used at the moment: an event says so, and everything goes to AWS.
 * @param watch is given the cache before it is opened
 * @param tell is given what the user should know
 * @throws CliError when the settings ask for what does not exist
 */
export async function openCache(
  settings: Settings,
  watch: (manager: CacheManager) => void,
  tell: (text: string) => void,
): Promise<CommandCache> {
  const { origins, needsKey, operationTtls } = settings.cache;
  const environment = naming(origins, () => readEnvironment(settings.variables));
  const { backend } = environment.storage;
  const config: Record<string, unknown> = { ...environment.storage.config };
  // A command reads one thing: to load zlib for it takes longer than all the rest of reading (decision 11).
  if (backend === "disk") config["compression"] ??= false;

  const lacksKey = needsKey && backend !== "memory" && environment.storage.encryption === undefined;
  if (lacksKey && environment.enabled) {
    tell("the cache is to be encrypted, and there is no key: nothing is kept; see cache.encryption_key_file");
  }
  const enabled = environment.enabled && !lacksKey;
  const storage = { ...environment.storage, config };
  const manager = new CacheManager({
    storage,
    enabled,
    namespace: settings.namespace,
    clock: processClock,
    // A command has nothing else to do meanwhile, and a thread for it would cost more than the look.
    openSpool: (place) => new DirectorySpool(place, { looksAtOnce: true }),
    ...(environment.defaultTtl === undefined ? {} : { defaultTtl: environment.defaultTtl }),
  });
  manager.registerBackend(backend, await loadBackend(backend));
  watch(manager);
  try {
    const opening = manager.configureStorage(storage);
    await (backend === "redis" ? withPatience(opening) : opening);
  } catch (error) {
    throw wrongSetting(error, origins);
  }
  const maxSizeMb = config["maxSizeMb"];
  return {
    manager,
    backend,
    directory: backend === "disk" ? await directoryOf(config["cacheDir"]) : undefined,
    server: backend === "redis" ? serverOf(config["url"]) : undefined,
    limit: typeof maxSizeMb === "number" ? Math.floor(maxSizeMb * megabyte) : undefined,
    enabled,
    encrypted: backend !== "memory" && environment.storage.encryption !== undefined,
    defaultTtl: environment.defaultTtl,
    operationTtls,
  };
}

/** @param url one that the storage has accepted */
function serverOf(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port || 6379}`;
}

async function loadBackend(backend: string): Promise<StorageFactory> {
  switch (backend) {
    case "memory":
      return (await import("@awsideman/storage-memory")).createStorage;
    case "redis":
      return (await import("@awsideman/storage-redis")).createStorage;
    default:
      return (await import("@awsideman/storage-disk")).createStorage;
  }
}

/** Resolves no later than a server that is well needs; the cache goes on opening it, and without it until it is open. */
async function withPatience(opening: Promise<void>): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, serverPatience);
  try {
    await Promise.race([opening, patience.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function directoryOf(configured: unknown): Promise<string> {
  if (typeof configured === "string") return configured;
  const { defaultCacheDirectory } = await import("@awsideman/storage-disk");
  return defaultCacheDirectory();
}

type Origins = ReadonlyMap<string, Origin>;

function naming<Value>(origins: Origins, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw wrongSetting(error, origins);
  }
}

/** What the cache calls a mistake of its caller was, here, said by the environment or the file: with its name there. */
function wrongSetting(error: unknown, origins: Origins): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  let message = error.message
    .replace("`backend`", "AWSIDEMAN_CACHE_BACKEND")
    .replace("`cacheDir`", "AWSIDEMAN_CACHE_DIR")
    .replace("`maxSizeMb`", "AWSIDEMAN_CACHE_MAX_SIZE_MB")
    .replace("`url`", "AWSIDEMAN_CACHE_REDIS_URL")
    .replace(", or be registered first", "");
  for (const [variable, origin] of origins) {
    if (origin.kind !== "default") message = message.replaceAll(wordOf(variable), nameOfOrigin(origin));
  }
  return usageError(message, undefined, error);
}

/** Some names are the beginning of others. */
function wordOf(variable: string): RegExp {
  return new RegExp(`\\b${variable}\\b`, "g");
}
