import type { KeySource } from "../encryption/encryption-configuration.ts";
import { describe } from "../key/cache-key.ts";
import { valueFormFor } from "../value/value-form.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import type { CacheStorage } from "./cache-storage.ts";
import type { StorageContext, Tier, TierConfiguration } from "./storage-factory.ts";

export interface TierParts {
  readonly registry: BackendRegistry;
  /** Undefined: nothing is encrypted. */
  readonly keys: KeySource | undefined;
  readonly context: StorageContext;
}

/**
 * Opens a backend by its name.
 * @throws TypeError or RangeError for a wrong configuration, CacheError when the backend's package is not installed
 */
export async function openTier({ backend, config = {} }: TierConfiguration, parts: TierParts): Promise<Tier> {
  const { registry, keys } = parts;
  const factory = await registry.find(backend);
  const { compression = true, ...rest } = config;
  if (typeof compression !== "boolean")
    throw new TypeError(`\`compression\` must be true or false, received ${describe(compression)}`);
  const context = {
    ...parts.context,
    openTier: (configuration: TierConfiguration) => openTier(configuration, parts),
  };
  const open = async (given: StorageContext): Promise<CacheStorage> => {
    const storage: CacheStorage | undefined = await factory(rest, given);
    if (storage?.capabilities !== undefined) return storage;
    throw new TypeError(
      `The factory of the ${backend} backend must return a storage, received ${describe(storage)}`,
    );
  };
  const storage = await (keys === undefined ? open(context) : openEncrypted(open, keys, context));
  return { storage, values: valueFormFor(storage.capabilities.payload, compression) };
}

/** Loaded when it is needed: a process that lives for one read should not pay for what it does not use. */
async function openEncrypted(
  open: (context: StorageContext) => Promise<CacheStorage>,
  keys: KeySource,
  context: StorageContext,
): Promise<CacheStorage> {
  const { encryptStorage } = await import("../encryption/encrypt-storage.ts");
  return encryptStorage(await open({ ...context, encrypted: true }), keys, context.emit);
}
