import type { CacheStorage } from "./cache-storage.ts";
import { KeyvStore, type KeyvLike } from "./keyv-store.ts";
import { SimpleStoreAdapter } from "./simple-store-adapter.ts";
import type { StorageContext } from "./storage-factory.ts";

/**
 * Makes a storage of a Keyv, version 5.4 or newer, over any of its stores, with a ledger in this process.
 *
 * The guarantee is that of `fromSimpleStore`, also where the store is shared: the rule holds for every invalidation of
 * this storage object, those of other processes are not seen, and therefore nothing is served that another process, or
 * this program when it ran before, has stored. `clear` of everything empties the Keyv, within its namespace: give the
 * cache a Keyv or a namespace of its own. The size is not bounded here: the ids of what is stored are kept in memory, and
 * the store may drop what it likes.
 *
 * Times to live are given to Keyv so that it gives space back; what has expired is decided by the cache. Entries are put
 * in as strings, so that no serialiser can change them. What Keyv tells by an `error` event becomes a failure of the call
 * during which it came, or a `storage-trouble` event.
 * @throws TypeError for what is no Keyv, and for a Keyv 5 without `throwOnErrors: true`: it keeps failed reads to itself
 * @example cache.registerBackend("keyv", (config, context) => fromKeyv(new Keyv({ namespace: "cache" }), context))
 */
export function fromKeyv(keyv: KeyvLike, context: StorageContext): CacheStorage {
  for (const name of ["get", "set", "delete", "clear", "on", "off"] as const) {
    if (typeof keyv?.[name] !== "function")
      throw new TypeError(`\`keyv\` must be a Keyv: \`${name}\` is no function`);
  }
  if (keyv.throwOnErrors === false)
    throw new TypeError("`keyv` must be made with `throwOnErrors: true`: without, Keyv 5 hides failed reads");
  return new KeyvStorage(new KeyvStore(keyv, context), context);
}

class KeyvStorage extends SimpleStoreAdapter {
  readonly #keyvStore: KeyvStore;

  constructor(store: KeyvStore, context: StorageContext) {
    super(store, context);
    this.#keyvStore = store;
  }

  /** The Keyv belongs to whoever made it. */
  override close(): void {
    this.#keyvStore.leave();
  }
}
