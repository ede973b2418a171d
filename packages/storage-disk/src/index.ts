export { defaultCacheDirectory, type HostEnvironment } from "./cache-directory.ts";
export { createStorage, openDiskStorage } from "./open-disk-storage.ts";
export type { DiskStorage } from "./disk-storage.ts";
export type { DiskStorageConfig } from "./disk-storage-config.ts";
export { loadSqlite } from "./sqlite-module.ts";
