import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sdkVersions } from "../src/open-identity-center.ts";
import { bin, Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open({ population: { users: 5, groups: 2, permissionSets: 2 } });
});

afterAll(async () => {
  await terminal.close();
});

describe("what a process loads", () => {
  const recorder = pathToFileURL(path.join(import.meta.dirname, "support", "record-modules.ts")).href;

  async function modulesOf(...line: readonly string[]): Promise<readonly string[]> {
    const file = path.join(terminal.home, "modules.json");
    const options = { variables: { RECORD_TO: file }, nodeOptions: ["--import", recorder] };
    expect(await terminal.runWith(options, ...line)).toMatchObject({ code: 0, stderr: "" });
    return JSON.parse(await readFile(file, "utf8")) as string[];
  }

  const heavy = /\/node_modules\/(?:.*\/)?(?:@aws-sdk|@smithy|@aws-crypto|ioredis|commander|yaml|jmespath)\//;

  test("a cached answer needs neither the SDK nor ioredis", async () => {
    const cold = await modulesOf("user", "list");
    // It would be found if it was there.
    expect(cold.filter((url) => heavy.test(url))).not.toEqual([]);
    const warm = await modulesOf("user", "list");
    expect(warm).toContainEqual(expect.stringContaining("/commands/user/list.ts"));
    expect(warm.filter((url) => heavy.test(url))).toEqual([]);
    // Nor any other command but for its row, nor what only errors and help need.
    const commands = warm.filter((url) => url.includes("/packages/cli/src/commands/"));
    expect(commands.filter((url) => !/-commands\.ts$|\/user\/(?:list|show-users)\.ts$/.test(url))).toEqual(
      [],
    );
    expect(
      warm.filter((url) => /\/(?:help|closest|explain|classify|load-client|ask)\.ts$/.test(url)),
    ).toEqual([]);
  });

  test("nor does the configuration need the library, unless it has more of YAML than most", async () => {
    const folder = path.join(terminal.home, ".config", "awsideman");
    await mkdir(folder, { recursive: true });
    onTestFinished(() => rm(folder, { recursive: true }));
    const usual = "# ours\noutput: table\ncache:\n  operation_ttls:\n    list_groups: 60\n";
    await writeFile(path.join(folder, "config.yaml"), usual);
    const loaded = await modulesOf("user", "list");
    expect(loaded.filter((url) => heavy.test(url) || url.endsWith("yaml-document.ts"))).toEqual([]);
    await writeFile(path.join(folder, "config.yaml"), `${usual}templates: []\n`);
    expect((await modulesOf("user", "list")).filter((url) => heavy.test(url))).not.toEqual([]);
  });

  test("only the service that is asked is loaded", async () => {
    const { calls } = await terminal.run("permission-set", "list");
    expect(calls).not.toHaveProperty("ListInstances");
    const loaded = await modulesOf("permission-set", "list", "--no-cache");
    expect(loaded.filter((url) => url.includes("client-identitystore/"))).toEqual([]);
  });
});

test("the SDK's versions are the installed ones", async () => {
  const require = createRequire(import.meta.url);
  for (const [service, version] of Object.entries(sdkVersions)) {
    const file = require.resolve(`@aws-sdk/client-${service}/package.json`);
    const manifest = JSON.parse(await readFile(file, "utf8")) as { version: string };
    expect(manifest.version).toBe(version);
  }
});

describe("at a terminal", () => {
  test("a reader who goes away is no error", async () => {
    const child = terminal.spawn({}, "user", "list");
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test.runIf(process.platform === "linux")(
    "an output that cannot be written is an error, in one line",
    async () => {
      const full = await open("/dev/full", "w");
      onTestFinished(() => full.close());
      const child = spawn(process.execPath, ["--conditions=@awsideman/source", bin, "user", "list"], {
        env: terminal.variables,
        stdio: ["ignore", full.fd, "pipe"],
      });
      let stderr = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: "awsideman: the output cannot be written (ENOSPC)\n",
      });
    },
  );

  test.skipIf(process.platform === "win32")("Ctrl-C ends it at once, with 130", async () => {
    using hold = terminal.sim.faults.hold({ operation: "ListGroups" });
    const child = terminal.spawn({}, "group", "list");
    const closed = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
    await hold.reached;
    child.kill("SIGINT");
    expect(await closed).toEqual({ code: 130, signal: null });
  });

  test("names cannot play tricks", async () => {
    terminal.sim.console.createGroup("evil\u001b[2J\u202Egroup", "two\nlines");
    const { stdout } = await terminal.run("group", "list", "--no-cache");
    expect(stdout).toContain("evil\\u001b[2J\\u202egroup");
    expect(stdout).toContain("two\\nlines");
    const { value } = await terminal.json<{ Groups: readonly { DisplayName: string }[] }>(
      "group",
      "list",
      "--no-cache",
    );
    expect(value.Groups.map(({ DisplayName }) => DisplayName)).toContain("evil\u001b[2J\u202Egroup");
  });

  test("an empty list says so, and not on stdout", async () => {
    const empty = await Terminal.open();
    onTestFinished(() => empty.close());
    expect(await empty.run("user", "list")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "awsideman: there is nothing to list\n",
    });
    expect((await empty.json("user", "list")).value).toEqual({ Users: [] });
  });

  test("--verbose tells what the cache does", async () => {
    await terminal.run("cache", "clear");
    const cold = await terminal.run("user", "list", "--verbose");
    expect(cold.stderr).toMatch(/^awsideman: cache: miss instance:list:all$/m);
    expect(cold.stderr).toMatch(/^awsideman: cache: stored user:list:/m);
    const warm = await terminal.run("user", "list", "-v");
    expect(warm.stderr).toMatch(/^(?:awsideman: cache: hit \S+\n){2}$/);
  });
});

describe("commands keep to themselves", () => {
  test("each request has a status of its own, that to assign and that to revoke, and it is asked anew", async () => {
    terminal.sim.configure({ operationDuration: 60_000 });
    const [account] = terminal.sim.accountIds;
    const change = ["PowerUserAccess-2", "chloe.abel.3", account as string];
    const assigned = await terminal.json<{ RequestId: string }>("assignment", "assign", ...change);
    const status = async (id: string): Promise<unknown> =>
      (await terminal.json<{ Status: string }>("assignment", "status", id)).value.Status;
    expect(await status(assigned.value.RequestId)).toBe("IN_PROGRESS");
    terminal.sim.settle();
    expect(await status(assigned.value.RequestId)).toBe("SUCCEEDED");
    const revoked = await terminal.json<{ RequestId: string }>("assignment", "revoke", ...change, "--yes");
    expect(await status(revoked.value.RequestId)).toBe("IN_PROGRESS");
    expect(await status(assigned.value.RequestId)).toBe("SUCCEEDED");
    terminal.sim.settle();
    terminal.sim.configure({ operationDuration: 0 });
    expect(await status(revoked.value.RequestId)).toBe("SUCCEEDED");
    expect(await terminal.run("assignment", "status", "12345678-1234-4234-8234-123456789012")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^awsideman: there is no request "12345678-.+" to assign or to revoke; .+\n$/,
      ) as string,
    });
  });

  test("no command runs another one", async () => {
    const users = terminal.sim.state.users.length;
    const tried = await terminal.run("cache", "warm", "user", "delete", "ada.abel.1");
    expect(tried).toMatchObject({ code: 2, stdout: "", calls: {} });
    expect(terminal.sim.state.users).toHaveLength(users);
  });
});

test("JSON has AWS's names, and all of AWS's members", async () => {
  const { value } = await terminal.json<{ Users: readonly Record<string, unknown>[] }>("user", "list");
  const ada = value.Users[0];
  expect(ada).toMatchObject({
    UserId: expect.any(String) as string,
    UserName: "ada.abel.1",
    Name: { GivenName: "Ada", FamilyName: "Abel" },
    Emails: [{ Value: "ada.abel.1@example.com", Type: "work", Primary: true }],
    CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
  const members = await terminal.json<{ GroupMemberships: readonly object[] }>(
    "group",
    "list-members",
    "Finance-2",
  );
  expect(Object.keys(members.value.GroupMemberships[0] as object)).toEqual([
    "IdentityStoreId",
    "MembershipId",
    "GroupId",
    "MemberId",
    "UserName",
    "DisplayName",
  ]);
  const [account] = terminal.sim.accountIds;
  const assignments = await terminal.json<{ AccountAssignments: readonly object[] }>(
    "assignment",
    "list",
    "--account",
    account as string,
  );
  expect(Object.keys(assignments.value.AccountAssignments[0] as object).sort()).toEqual([
    "AccountId",
    "PermissionSetArn",
    "PermissionSetName",
    "PrincipalId",
    "PrincipalName",
    "PrincipalType",
  ]);
  expect((await terminal.json("user", "get", "ada.abel.1")).value).not.toHaveProperty("$metadata");
});
