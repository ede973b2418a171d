import { messageOf } from "../errors/message-of.ts";
import type { CacheStorage } from "../storage/cache-storage.ts";
import type { StorageEvent } from "../storage/storage-factory.ts";
import { EncryptedStorage } from "./encrypted-storage.ts";
import type { KeySource } from "./encryption-configuration.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { loadKeys } from "./load-keys.ts";

/**
 * Puts encryption around a storage. Values in memory are not at rest: a storage of live values stays as it is. Without a
 * usable key it is closed, never open: an event says why, and nothing is read or stored.
 */
export async function encryptStorage(
  storage: CacheStorage,
  source: KeySource,
  emit: (event: StorageEvent) => void,
): Promise<CacheStorage> {
  if (storage.capabilities.payload !== "bytes") return storage;
  let keys: readonly EncryptionKey[] = [];
  try {
    keys = (await loadKeys(source)).reveal().map((secret) => new EncryptionKey(secret));
  } catch (error) {
    emit({
      type: "storage-locked",
      message: `There is no key for the encrypted cache: nothing is read or stored. ${messageOf(error)}`,
      cause: error,
    });
  }
  try {
    return await EncryptedStorage.open({ storage, keys, emit });
  } catch (error) {
    // Nobody else has it, and it may have connections.
    await storage.close();
    throw error;
  }
}
