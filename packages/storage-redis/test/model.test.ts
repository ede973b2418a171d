import { afterAll, beforeAll, expect, test } from "vitest";
import { checkModel } from "./support/check-model.ts";
import { RedisServer } from "./support/redis-server.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
}, 200_000);
afterAll(() => server.stop());

test("random plans of up to four actors in up to two processes, with faults, break no law", async () => {
  const report = await checkModel({ url: server.url }, 100);
  expect(report.cached).toBeGreaterThan(report.runs);
  expect(report.invalidations).toBeGreaterThan(report.runs);
}, 900_000);
