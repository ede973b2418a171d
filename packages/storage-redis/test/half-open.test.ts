import { once } from "node:events";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { WatchedServer } from "../src/connection/watched-server.ts";
import { RedisServer } from "./support/redis-server.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

test("a connection that was open already, and that nobody answers on, is given up", async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  const redis = new Redis(proxy.port, "127.0.0.1", { retryStrategy: () => null, enableReadyCheck: false });
  onTestFinished(() => redis.disconnect());
  await once(redis, "ready");
  proxy.halfOpen();

  const troubles: string[] = [];
  const timers: { readonly milliseconds: number; readonly action: () => void }[] = [];
  const watched = new WatchedServer(redis, {
    later: (milliseconds, action) => {
      timers.push({ milliseconds, action });
      return () => {};
    },
    patience: 700,
    random: () => 0.5,
    monotonic: () => 0,
    trouble: (message) => void troubles.push(message),
    connected: () => {},
  });
  const settled = watched.settled();
  expect(timers).toEqual([{ milliseconds: 700, action: expect.any(Function) as () => void }]);
  timers[0]?.action();
  await settled;
  expect(watched.link).toBeUndefined();
  expect(troubles).toEqual(["Redis accepts connections, and does not answer"]);
});
