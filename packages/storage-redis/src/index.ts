export { createStorage, openRedisStorage } from "./open-redis-storage.ts";
export { RedisStorage } from "./redis-storage.ts";
export type { RedisAddress, RedisStorageConfig } from "./redis-storage-config.ts";
