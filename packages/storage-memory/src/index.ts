export { createStorage, openMemoryStorage } from "./open-memory-storage.ts";
export type { MemoryStorageConfig } from "./memory-storage-options.ts";
