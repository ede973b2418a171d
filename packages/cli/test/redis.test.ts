import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisServer } from "../../storage-redis/test/support/redis-server.ts";
import { Terminal } from "./support/terminal.ts";

let server: RedisServer;
let terminal: Terminal;

beforeAll(async () => {
  server = await RedisServer.start();
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 1 } });
  Object.assign(terminal.variables, {
    AWSIDEMAN_CACHE_BACKEND: "redis",
    AWSIDEMAN_CACHE_REDIS_URL: server.url,
    AWSIDEMAN_CACHE_DIR: undefined,
  });
}, 200_000);

afterAll(async () => {
  await terminal.close();
  await server.stop();
});

describe("a command whose cache is in Redis", () => {
  test("is answered by what another process has stored, and sees every write", async () => {
    const first = await terminal.run("user", "list");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.calls).not.toEqual({});
    const second = await terminal.run("user", "list");
    expect(second).toEqual({ ...first, calls: {} });
    expect(await terminal.run("cache", "clear")).toMatchObject({ code: 0 });
    expect((await terminal.run("user", "list")).calls).not.toEqual({});
  });

  test("finds ioredis in the bundle", async () => {
    await terminal.run("group", "list");
    const built = await terminal.runWith({ built: true }, "group", "list");
    expect(built).toMatchObject({ code: 0, stderr: "", calls: {} });
  });

  test("goes to AWS where Redis cannot be reached, and ends", async () => {
    const variables = { AWSIDEMAN_CACHE_REDIS_URL: "redis://user:hidden@127.0.0.1:1" };
    const { code, calls, stdout, stderr } = await terminal.runWith({ variables }, "user", "list");
    expect(code).toBe(0);
    expect(calls).not.toEqual({});
    expect(stdout + stderr).not.toContain("hidden");
  });

  test("says what is missing", async () => {
    const variables = { AWSIDEMAN_CACHE_REDIS_URL: undefined };
    expect(await terminal.runWith({ variables }, "user", "list")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("AWSIDEMAN_CACHE_REDIS_URL") as string,
    });
    const wrong = await terminal.runWith(
      { variables: { AWSIDEMAN_CACHE_REDIS_URL: "http://user:hidden@host" } },
      "user",
      "list",
    );
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("AWSIDEMAN_CACHE_REDIS_URL");
    expect(wrong.stderr).not.toContain("hidden");
  });
});
