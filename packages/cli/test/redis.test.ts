import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { RedisServer } from "../../storage-redis/test/support/redis-server.ts";
import { Terminal, type Finished, type RunOptions } from "./support/terminal.ts";

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

const patience = ["--require", path.join(import.meta.dirname, "support", "patient-timers.cjs")];

/** Runs it where no deadline passes while the server is well. */
function patiently(options: RunOptions, ...line: readonly string[]): Promise<Finished> {
  return terminal.runWith({ ...options, nodeOptions: patience }, ...line);
}

describe("a command whose cache is in Redis", () => {
  test("is answered by what another process has stored, and sees every write", async () => {
    const first = await patiently({}, "user", "list");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.calls).not.toEqual({});
    const second = await patiently({}, "user", "list");
    expect(second).toEqual({ ...first, calls: {} });
    expect(await patiently({}, "cache", "clear")).toMatchObject({ code: 0 });
    expect((await patiently({}, "user", "list")).calls).not.toEqual({});
  });

  test("says which Redis it is, and nothing of the password", async () => {
    const { host } = new URL(server.url);
    const variables = { AWSIDEMAN_CACHE_REDIS_URL: `redis://default:hidden@${host}/0` };
    const { stdout } = await patiently({ variables }, "cache", "status");
    expect(stdout).toContain(`redis://${host}\n`);
    expect(stdout).not.toContain("hidden");
  });

  test("finds ioredis in the bundle", async () => {
    await patiently({}, "group", "list");
    const built = await patiently({ built: true }, "group", "list");
    expect(built).toMatchObject({ code: 0, stderr: "", calls: {} });
  });

  test("goes to AWS where Redis cannot be reached, and ends", async () => {
    const variables = { AWSIDEMAN_CACHE_REDIS_URL: "redis://user:hidden@127.0.0.1:1" };
    const { code, calls, stdout, stderr } = await patiently({ variables }, "user", "list");
    expect(code).toBe(0);
    expect(calls).not.toEqual({});
    expect(stdout + stderr).not.toContain("hidden");
    expect(stderr).toBe(
      "awsideman: cache: Redis: not connected (connect ECONNREFUSED 127.0.0.1:1); going on without the cache\n",
    );
  });

  test("does not wait for a server that is frozen", async () => {
    server.freeze();
    onTestFinished(() => server.thaw());
    const { code, calls, stderr } = await terminal.run("user", "list");
    expect(code).toBe(0);
    expect(calls).not.toEqual({});
    // Whoever waits until the connection is given up is told that.
    expect(stderr).toMatch(
      /^awsideman: cache: The storage did not answer within \d+ ms; going on without the cache\n$/,
    );
  });

  test("makes known what was changed, and cleared, while there was no server", async () => {
    await patiently({}, "user", "list");
    const change = ["user", "update", "ada.abel.1", "--display-name", "Ada of the outage"];
    server.freeze();
    const changed = await terminal.run(...change).finally(() => server.thaw());
    expect(changed).toMatchObject({ code: 0, calls: { UpdateUser: 1 } });
    expect(changed.stderr).toMatch(
      /^awsideman: cache: [^\n]+; the change waits in a file, and is recorded before the next command reads the cache\n$/,
    );
    expect((await patiently({}, "user", "list")).stdout).toContain("Ada of the outage");

    await patiently({}, "group", "list");
    expect((await patiently({}, "group", "list")).calls).toEqual({});
    server.freeze();
    const cleared = await terminal.run("cache", "clear").finally(() => server.thaw());
    expect(cleared).toMatchObject({ code: 1, stdout: "" });
    expect((await patiently({}, "group", "list")).calls).toHaveProperty("ListGroups");
  });

  test("says what is missing", async () => {
    const variables = { AWSIDEMAN_CACHE_REDIS_URL: undefined };
    expect(await patiently({ variables }, "user", "list")).toMatchObject({
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
