import { storageContract } from "@awsideman/cache-core/testing";
import { afterAll, beforeAll } from "vitest";
import { openPatiently } from "./support/harness.ts";
import { RedisServer } from "./support/redis-server.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
}, 200_000);
afterAll(() => server.stop());

storageContract({
  name: "one Redis",
  capabilities: { payload: "bytes", reach: "fleet", persistent: true, bounded: false },
  counters: true,
  leases: true,
  moments: true,
  examines: true,
  // It then takes no invalidations, and so answers nothing.
  breakStore: async () => {
    await server.command("CONFIG", "SET", "min-replicas-to-write", 1);
    return async () => void (await server.command("CONFIG", "SET", "min-replicas-to-write", 0));
  },
  open: ({ store, ...context }) => openPatiently({ url: server.url, namespace: store }, context),
});
