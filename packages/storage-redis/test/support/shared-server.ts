import type { Redis } from "ioredis";
import { afterAll } from "vitest";
import { RedisServer } from "./redis-server.ts";

/** One Redis for all tests of a file, and a client for the tests themselves. Both go when the file is done. */
export async function sharedServer(): Promise<{ readonly server: RedisServer; readonly redis: Redis }> {
  const server = await RedisServer.start();
  const redis = server.client();
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { server, redis };
}
