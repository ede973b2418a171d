import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let usersKey: string;
let store: string;

const open = async (): Promise<void> => {
  terminal = await Terminal.open({ population: { users: 2, groups: 1, permissionSets: 0 } });
  store = terminal.sim.identityStoreId;
  usersKey = `user:list:all:IdentityStoreId="${store}"`;
};

interface Entry {
  readonly key: string;
  readonly [name: string]: unknown;
}

interface Explained {
  readonly served: boolean;
  readonly reasons: readonly Entry[];
  readonly entry: { readonly tags: readonly string[] } | null;
  readonly [name: string]: unknown;
}

describe("of what is cached", () => {
  beforeEach(async () => {
    await open();
    await terminal.run("user", "list");
  });
  afterEach(() => terminal.close());

  test("cache list names what is there, by key, and no more than asked for", async () => {
    const { value, calls } = await terminal.json<readonly Entry[]>("cache", "list");
    expect(calls).toEqual({});
    expect(value.map(({ key, command }) => [key, command])).toEqual([
      ["instance:list:all", "ListInstances"],
      [usersKey, "ListUsers"],
    ]);
    expect(value[1]).toEqual({
      key: usersKey,
      namespace: terminal.sim.endpoint,
      caller: expect.stringContaining("identitystore@") as string,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      sizeBytes: expect.any(Number) as number,
      command: "ListUsers",
    });
    const limited = await terminal.run("cache", "list", "--limit", "1");
    expect(limited.stdout).toMatch(/^Key +Command +Age +Time left +Size\n-.*\ninstance:list:all .*\n$/);
    expect(limited.stderr).toBe("awsideman: 1 of 2 entries: without --limit, all\n");
    expect((await terminal.json<readonly Entry[]>("cache", "list", "user:list:*")).value).toHaveLength(1);
    expect(await terminal.run("cache", "list", "x:*")).toMatchObject({ code: 0, stdout: "" });
  });

  test("cache inspect shows an entry by the beginning of its key, and its value on request only", async () => {
    const { stdout, code } = await terminal.run("cache", "inspect", "user:li");
    expect(code).toBe(0);
    expect(stdout).toContain(`Key         ${usersKey}\n`);
    expect(stdout).toContain("Call        identitystore ListUsers\n");
    expect(stdout).toContain(`Input       {"IdentityStoreId":"${store}"}\n`);
    expect(stdout).toMatch(/^Stored {6}\d{4}-.*Z, (?:\d+ min )?\d+ s ago$/m);
    expect(stdout).toMatch(/^Served now {2}yes$/m);
    expect(stdout).toContain(`Depends on  users:${store}: it lists users of the store ${store}\n`);
    expect(stdout).not.toContain("@example.com");
    expect((await terminal.run("cache", "inspect", usersKey, "--value")).stdout).toContain("@example.com");
    const { value, calls } = await terminal.json<Entry>("cache", "inspect", usersKey);
    expect(value).toMatchObject({ key: usersKey, served: true, reasons: [] });
    expect(value).not.toHaveProperty("value");
    expect(calls).toEqual({});
    expect(await terminal.run("cache", "inspect", "user:list:none")).toMatchObject({ code: 3, stdout: "" });
  });

  test("a beginning that several keys have names them", async () => {
    await terminal.run("user", "get", "nobody");
    const { code, stderr } = await terminal.run("cache", "inspect", "user");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^awsideman: \d keys begin with "user"; name one of them:/);
    expect(stderr).toContain(usersKey);
  });

  describe("cache explain", () => {
    test("says why a key is answered, and after a write by what it is not", async () => {
      const input = JSON.stringify({ IdentityStoreId: store });
      expect((await terminal.json<Explained>("cache", "explain", "user:list")).value.served).toBe(true);
      const names = ["--username", "zoe", "--given-name", "Zoe", "--family-name", "Z"];
      await terminal.run("user", "create", ...names);
      const { value, calls } = await terminal.json<Explained>(
        "cache",
        "explain",
        "ListUsers",
        "--input",
        input,
      );
      expect(calls).toEqual({});
      expect(value).toMatchObject({
        key: usersKey,
        call: { service: "identitystore", command: "ListUsers", input: { IdentityStoreId: store } },
        served: false,
      });
      expect(value.reasons[0]).toMatchObject({
        kind: "invalidated",
        by: { cause: "CreateUser", time: expect.stringMatching(/^\d{4}-.*Z$/) as string },
      });
      expect(value.reasons[0]?.["text"]).toMatch(
        /^it was invalidated at \S+Z \((?:\d+ min )?\d+ s ago\), by CreateUser$/,
      );
      const { stdout } = await terminal.run("cache", "explain", usersKey);
      expect(stdout).toMatch(
        /^Served now {2}no: it was invalidated at \S+ \((?:\d+ min )?\d+ s ago\), by CreateUser$/m,
      );
    });

    test("says what a command of AWS would drop and why, and changes nothing", async () => {
      const input = JSON.stringify({ IdentityStoreId: store, UserId: "u-1" });
      const { stdout } = await terminal.run("cache", "explain", "DeleteUser", "--input", input);
      expect(stdout).toMatch(/^DeleteUser would drop 1 entry\.\n/);
      expect(stdout).toMatch(new RegExp(`^1 +lists users of the store ${store} +users:${store}$`, "m"));
      expect(stdout).toMatch(/^0 +holds attributes of the user u-1, or was found by one +user:u-1$/m);
      const { value } = await terminal.json<{ entries: readonly Entry[] }>(
        "cache",
        "explain",
        "DeleteUser",
        "-i",
        input,
      );
      expect(value.entries).toEqual([
        expect.objectContaining({ key: usersKey, because: [`users:${store}`] }),
      ]);
      expect((await terminal.run("user", "list")).calls).toEqual({});
    });

    test("says what an operation on a resource would drop", async () => {
      const { stdout } = await terminal.run("cache", "explain", "delete", "user", "u-1");
      expect(stdout).toMatch(/^delete user would drop 1 entry\.\n/);
      expect(stdout).toMatch(/^1 +user:list:\*$/m);
      expect(stdout).toMatch(/^0 +user:\*:u-1$/m);
      expect((await terminal.run("cache", "explain", "add-member", "group", "g")).stdout).toContain(
        "group:members:g\n",
      );
    });
  });

  describe("cache invalidate", () => {
    test("drops what an operation makes stale, and tells it before on request", async () => {
      const dry = await terminal.run("cache", "invalidate", "update", "user", "u-1", "--dry-run");
      expect(dry.stdout).toMatch(/^update user would drop 1 entry\.\n/);
      expect((await terminal.run("user", "list")).calls).toEqual({});
      const { stdout, code } = await terminal.run("cache", "invalidate", "update", "user", "u-1");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Invalidated user:list:\* .*: 1 entry dropped\.\n$/);
      expect((await terminal.run("user", "list")).calls).toEqual({ ListUsers: 1 });
      const { value } = await terminal.json<{ invalidated: boolean }>(
        "cache",
        "invalidate",
        "create",
        "user",
      );
      expect(value).toMatchObject({ invalidated: true, operation: "create", resource: "user", id: null });
    });
  });

  describe("cache audit", () => {
    test("finds what was changed past the cache, and drops it", async () => {
      const same = await terminal.run("cache", "audit");
      expect(same.stdout).toMatch(/^Compared 2 of 2 entries: all are what AWS says\.\n/);
      expect(same.calls).toEqual({ ListInstances: 1, ListUsers: 1 });
      terminal.sim.console.createUser({ UserName: "zoe" });
      const { value } = await terminal.json<Record<string, unknown>>("cache", "audit", "--share", "100%");
      expect(value).toMatchObject({ entries: 2, compared: 2, differed: 1, overtaken: 0, failed: 0 });
      expect(value["differences"]).toEqual([
        {
          key: usersKey,
          command: "ListUsers",
          fields: ["Users"],
          staleMilliseconds: { atLeast: expect.any(Number) as number, atMost: expect.any(Number) as number },
        },
      ]);
      expect((await terminal.run("user", "list")).stdout).toContain("zoe");
    });

    test("asks for no more than it was told to", async () => {
      const all = await terminal.json<{ entries: number; compared: number }>("cache", "audit");
      expect(all.value.compared).toBe(all.value.entries);
      const { calls } = await terminal.run("cache", "audit", "--limit", "1");
      expect(Object.values(calls).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2);
      expect(await terminal.run("cache", "audit", "--share", "0")).toMatchObject({ code: 2, calls: {} });
      await terminal.run("cache", "clear");
      const { stdout, calls: none } = await terminal.run("cache", "audit");
      expect([stdout, none]).toEqual(["Nothing was compared of 0 entries.\n", {}]);
    });
  });
});

describe("wrong usage of cache explain and cache invalidate", () => {
  beforeAll(open);
  afterAll(() => terminal.close());

  test.each([
    [["nonsense"], '"nonsense" is no key, and no command of AWS'],
    [["a|b:c"], '"a|b:c" is no key'],
    [["delete", "usr"], 'there is no resource "usr"; did you mean user?'],
    [["dlete", "user"], 'nothing is known of the operation "dlete" on user; did you mean delete?'],
    [["DeletUser"], "there is no command DeletUser"],
    [
      ["TagResource"],
      "TagResource is a command of organizations and sso-admin; name one of them with --service",
    ],
    [["DeleteUser"], "the input does not say what DeleteUser is about"],
    [["DeleteUser", "--input", "{"], "--input must be JSON"],
    [["DeleteUser", "--input", "[]"], "--input must be a JSON object"],
    [["user:list", "--input", "{}"], "--input goes with a command of AWS"],
  ])("explain %o says what would be right", async (line, message) => {
    const { code, stderr, stdout } = await terminal.run("cache", "explain", ...line);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each([
    [[], "what was changed is missing"],
    [["delete"], "what was changed is missing"],
    [["delete", "user", "--from-event", "-"], "an operation and --from-event exclude each other"],
    [["--from-event", "-", "--dry-run"], "--dry-run goes with an operation"],
    [["delete", "group", "g", "--account", "1"], "12 digits"],
  ])("invalidate %o is told", async (line, message) => {
    const { code, stderr } = await terminal.run("cache", "invalidate", ...line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
