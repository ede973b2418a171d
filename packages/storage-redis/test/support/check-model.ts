import { checkStorageModel, type StorageModelReport } from "@awsideman/cache-core/testing";
import { openWith } from "../../src/open-redis-storage.ts";
import type { RedisStorageConfig } from "../../src/redis-storage-config.ts";
import { onRealTime, timeOf } from "./harness.ts";

/** Runs random plans on a cache in Redis. Rejects when one of them breaks a law. */
export function checkModel(config: RedisStorageConfig, runs: number): Promise<StorageModelReport> {
  return checkStorageModel({
    runs,
    open: ({ store, ...context }) =>
      openWith({ ...config, namespace: store }, onRealTime(context), { time: timeOf(context.clock) }),
  });
}
