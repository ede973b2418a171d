import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromSimpleStore, type SimpleStore } from "@awsideman/cache-core";
import type { StorageModelOptions } from "@awsideman/cache-core/testing";
import { createStorage as openDiskStorage } from "@awsideman/storage-disk";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { createTieredStorage } from "../../packages/cache-core/src/tiered/open-tiered-storage.ts";

/** Where there is a disk in memory: what the model is after does not depend on how long a disk takes. */
const temporary = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const folderOf = (store: string): string => join(temporary, `awsideman-${store}`);

const removeFolder = (store: string): void => rmSync(folderOf(store), { recursive: true, force: true });

/** The storages that the model runs on, by name. */
export const storages: Readonly<Record<string, StorageModelOptions>> = {
  "memory, by copy": { open: (context) => openMemoryStorage({ maxEntries: 100 }, context) },
  "memory, by reference": { open: (context) => openMemoryStorage({ maxEntries: 100, copy: false }, context) },
  "a map": { open: (context) => fromSimpleStore(new Map(), context) },
  "a slow map": { open: (context) => fromSimpleStore(new SlowMap(context.pause), context) },
  disk: {
    open: (context) => {
      const cacheDir = folderOf(context.store);
      mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
      return openDiskStorage({ cacheDir }, context);
    },
    remove: removeFolder,
  },
  "memory over disk": {
    open: (context) => {
      const cacheDir = folderOf(context.store);
      mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
      const far = { backend: "disk", config: { cacheDir } };
      return createTieredStorage({ near: { maxEntries: 100 }, far, coherence: "strict" }, context);
    },
    remove: removeFolder,
  },
};

/** A map whose every call takes its time, before and after it does something. */
class SlowMap implements SimpleStore {
  readonly #map = new Map<string, unknown>();
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  get(key: string): Promise<unknown> {
    return this.#slowly(() => this.#map.get(key));
  }

  set(key: string, record: unknown): Promise<unknown> {
    return this.#slowly(() => this.#map.set(key, record));
  }

  delete(key: string): Promise<unknown> {
    return this.#slowly(() => this.#map.delete(key));
  }

  clear(): Promise<unknown> {
    return this.#slowly(() => this.#map.clear());
  }

  keys(): Promise<string[]> {
    return this.#slowly(() => [...this.#map.keys()]);
  }

  async #slowly<Result>(action: () => Result): Promise<Result> {
    await this.#pause();
    const result = action();
    await this.#pause();
    return result;
  }
}
