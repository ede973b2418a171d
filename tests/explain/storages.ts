import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  fromSimpleStore,
  SecretKeys,
  type CacheStorage,
  type MaybePromise,
  type StorageContext,
} from "@awsideman/cache-core";
import { openDiskStorage } from "@awsideman/storage-disk";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { encryptStorage } from "../../packages/cache-core/src/encryption/encrypt-storage.ts";
import { createTieredStorage } from "../../packages/cache-core/src/tiered/open-tiered-storage.ts";
import { openPatiently } from "../../packages/storage-redis/test/support/harness.ts";
import { RedisServer } from "../../packages/storage-redis/test/support/redis-server.ts";

type Context = StorageContext & { readonly clock: { now(): number } };

/** A kind of storage: every one that is opened with the same name has the same entries, where they are shared. */
export interface Kind {
  readonly name: string;
  /** Others in the same process or elsewhere see what one has stored. */
  readonly shared: boolean;
  open(store: string, context: Context): MaybePromise<CacheStorage>;
}

const keys = { kind: "key", keys: SecretKeys.parse("0123456789abcdef".repeat(4), "it") } as const;

/** What the kinds need, opened and closed with them. */
export class Places {
  readonly #directory = mkdtempSync(path.join(tmpdir(), "explain-"));
  #server: RedisServer | undefined;

  async begin(): Promise<void> {
    this.#server = await RedisServer.start();
  }

  async end(): Promise<void> {
    await this.#server?.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  readonly kinds: readonly Kind[] = [
    {
      name: "memory",
      shared: false,
      open: (_, context) => openMemoryStorage({ maxEntries: 10 }, context),
    },
    { name: "a map", shared: false, open: (_, context) => fromSimpleStore(new Map(), context) },
    { name: "disk", shared: true, open: (store, context) => this.#disk(store, context) },
    {
      name: "an encrypted disk",
      shared: true,
      open: async (store, context) =>
        encryptStorage(await this.#disk(`${store}-encrypted`, context), keys, context.emit),
    },
    {
      name: "memory over disk",
      shared: true,
      open: (store, context) => {
        const far = { backend: "disk", config: { cacheDir: path.join(this.#directory, `${store}-far`) } };
        // So that what is near may be a moment behind.
        return createTieredStorage({ near: {}, far, coherence: "bounded" }, context);
      },
    },
    {
      name: "Redis",
      shared: true,
      open: (store, context) => openPatiently({ url: this.#server?.url ?? "", namespace: store }, context),
    },
  ];

  #disk(store: string, context: Context): MaybePromise<CacheStorage> {
    return openDiskStorage({ cacheDir: path.join(this.#directory, store) }, context);
  }
}
