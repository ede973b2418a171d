import { pathToFileURL } from "node:url";
import { CacheError } from "../errors/cache-error.ts";
import { describe } from "../key/cache-key.ts";
import { locatePackage } from "./locate-package.ts";
import type { StorageFactory } from "./storage-factory.ts";

/** Backends that are packages of their own: each exports `createStorage`. */
const packages: Readonly<Record<string, string>> = {
  memory: "@awsideman/storage-memory",
  disk: "@awsideman/storage-disk",
  redis: "@awsideman/storage-redis",
};

/** Backends that are made of others. Loaded when they are needed: most processes have one tier. */
const composed: Readonly<Record<string, StorageFactory>> = {
  async tiered(config, context) {
    const { createTieredStorage } = await import("../tiered/open-tiered-storage.ts");
    return createTieredStorage(config, context);
  },
};

/** Finds backends by name: those that were registered, and those that the application has installed. */
export class BackendRegistry {
  readonly #factories = new Map<string, StorageFactory>();

  /** @throws TypeError when the name or the factory is none */
  register(name: string, factory: StorageFactory): void {
    if (typeof name !== "string" || name === "")
      throw new TypeError(`A backend's name must be a string, received ${describe(name)}`);
    if (typeof factory !== "function")
      throw new TypeError(`A backend's factory must be a function, received ${describe(factory)}`);
    this.#factories.set(name, factory);
  }

  /**
   * @throws TypeError for a name that nobody knows
   * @throws CacheError CACHE_BACKEND_NOT_INSTALLED, with what to install
   */
  async find(name: string): Promise<StorageFactory> {
    const registered =
      this.#factories.get(name) ?? (Object.hasOwn(composed, name) ? composed[name] : undefined);
    if (registered) return registered;
    const packageName = Object.hasOwn(packages, name) ? packages[name] : undefined;
    if (packageName === undefined) {
      const names = [...this.#factories.keys(), ...Object.keys(packages), ...Object.keys(composed)];
      const known = [...new Set(names)].join(", ");
      throw new TypeError(
        `\`backend\` must be one of ${known}, or be registered first, received ${describe(name)}`,
      );
    }
    const loaded = (await import(locate(packageName, name))) as { readonly createStorage?: StorageFactory };
    if (typeof loaded.createStorage !== "function")
      throw new TypeError(`${packageName} exports no function \`createStorage\``);
    return loaded.createStorage;
  }
}

function locate(packageName: string, backend: string): string {
  const file = locatePackage(packageName);
  if (file !== undefined) return pathToFileURL(file).href;
  throw new CacheError(
    "CACHE_BACKEND_NOT_INSTALLED",
    `The ${backend} backend is not installed: add ${packageName} to your application (npm install ${packageName})`,
  );
}
