import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import type { ConnectionParts } from "../src/connection/connection.ts";
import { SingleConnection } from "../src/connection/single-connection.ts";
import { hearAllErrors } from "../src/connection/hear-all-errors.ts";
import { sharedServer } from "./support/shared-server.ts";

const { server } = await sharedServer();

const parts: ConnectionParts = {
  later: () => () => undefined,
  patience: 60_000,
  random: () => 0.5,
  monotonic: () => 0,
  trouble: () => undefined,
  connected: () => undefined,
};

test("a socket that fails twice, as one over TLS may, does not end the process", async () => {
  const redis = new Redis(server.port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
  const connection = new SingleConnection(redis, parts);
  onTestFinished(() => connection.close());
  const fail = (): void => {
    for (const text of ["first", "second", "third"]) redis.stream.emit("error", new Error(text));
  };
  // Before it is connected, and afterwards, and with the next socket.
  const connecting = redis.connect().catch(() => undefined);
  await expect.poll(() => redis.stream !== undefined).toBe(true);
  fail();
  await connecting;
  await connection.open();
  fail();
  redis.disconnect();
  await expect.poll(() => redis.status).toBe("end");
  await connection.open();
  fail();
  expect(await redis.ping()).toBe("PONG");
});

test("so does one that had its socket before anybody looked after it", async () => {
  const redis = server.client();
  onTestFinished(() => redis.disconnect());
  await redis.ping();
  hearAllErrors(redis);
  for (const text of ["first", "second"]) redis.stream.emit("error", new Error(text));
  expect(await redis.ping()).toBe("PONG");
});
