import { checkStorageModel, type StorageModelReport } from "@awsideman/cache-core/testing";
import type { RedisStorageConfig } from "../../src/redis-storage-config.ts";
import { openPatiently } from "./harness.ts";

/** Runs random plans on a cache in Redis. Rejects when one of them breaks a law. */
export function checkModel(config: RedisStorageConfig, runs: number): Promise<StorageModelReport> {
  return checkStorageModel({
    runs,
    open: ({ store, ...context }) => openPatiently({ ...config, namespace: store }, context),
  });
}
