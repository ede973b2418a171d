import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

interface Report {
  readonly outcome: string;
  readonly calls: number;
  readonly durationMilliseconds: number;
  readonly kinds: readonly {
    readonly kind: string;
    readonly loaded: number;
    readonly fresh: number;
    readonly failed: number;
    readonly left: number | null;
    readonly problems: readonly {
      readonly command: string;
      readonly error: string;
      readonly times: number;
    }[];
  }[];
}

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({
    population: { users: 12, groups: 2, permissionSets: 2, accounts: 2, assignments: 6 },
    pageSize: 5,
  });
});

afterEach(async () => {
  await terminal.close();
});

const countOf = (calls: object): number =>
  Object.values(calls).reduce<number>((sum, count) => sum + Number(count), 0);

test("after it, what people read asks AWS nothing", async () => {
  const { value, calls } = await terminal.json<Report>("cache", "warm");
  expect(value).toMatchObject({ outcome: "complete", calls: countOf(calls) });
  expect(value.kinds.map(({ kind, failed, left }) => [kind, failed, left])).toEqual(
    ["users", "groups", "memberships", "permission-sets", "assignments"].map((kind) => [kind, 0, 0]),
  );
  for (const line of [
    "user list",
    "group list",
    "group list-members Finance-2",
    "permission-set list",
    "permission-set get PowerUserAccess-2",
    "assignment list",
    "assignment list --permission-set PowerUserAccess-2",
  ]) {
    const read = await terminal.run(...line.split(" "));
    expect([line, read.code, read.calls]).toEqual([line, 0, {}]);
    expect(read.stdout).not.toBe("");
  }
});

test("a second time it asks for nothing, and says so", async () => {
  const first = await terminal.run("cache", "warm");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const again = await terminal.run("cache", "warm");
  expect(again).toMatchObject({ code: 0, stderr: "", calls: {} });
  expect(again.stdout.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
    "What Loaded Already there Failed Left",
    expect.stringMatching(/^[- ]+$/),
    "users 0 3 0 0",
    "groups 0 1 0 0",
    expect.stringMatching(/^memberships 0 \d+ 0 0$/),
    "permission-sets 0 13 0 0",
    expect.stringMatching(/^assignments 0 \d+ 0 0$/),
    "",
    "Calls 0",
    expect.stringMatching(/^Time (?:\d+ min )?\d+ s$/),
    "",
  ]);
});

test("it loads what is named, and makes no more calls than its budget, with those that find the instance", async () => {
  const { code, stdout, stderr, calls } = await terminal.run(
    "cache",
    "warm",
    "memberships",
    "users",
    "--budget",
    "4",
  );
  expect(code).toBe(6);
  expect(stderr).toBe("awsideman: the budget is spent; the next run goes on from there\n");
  expect(calls).toEqual({ ListInstances: 1, ListUsers: 3 });
  expect(stdout).toMatch(/^users +3 +0 +0 +0\nmemberships +0 +0 +0 +unknown\n\nCalls +4$/m);
});

test("a budget that finding the instance spends is kept, too, and so is one that is just enough", async () => {
  const first = await terminal.run("cache", "warm", "users", "--budget", "1");
  expect([first.code, first.calls]).toEqual([6, { ListInstances: 1 }]);
  const second = await terminal.run("cache", "warm", "users", "--budget", "3");
  expect([second.code, second.stderr, second.calls]).toEqual([0, "", { ListUsers: 3 }]);
});

test("with --no-cache it asks for what is there, too, and keeps what it is told", async () => {
  await terminal.run("cache", "warm", "users");
  terminal.sim.console.createUser({ UserName: "zoe" });
  expect((await terminal.json<Report>("cache", "warm", "users")).calls).toEqual({});
  const { value, calls } = await terminal.json<Report>("cache", "warm", "users", "--no-cache");
  expect(value).toMatchObject({ outcome: "complete", kinds: [{ kind: "users", loaded: 3, fresh: 0 }] });
  expect(calls).toEqual({ ListInstances: 1, ListUsers: 3 });
  const read = await terminal.run("user", "list");
  expect([read.calls, read.stdout.includes("zoe")]).toEqual([{}, true]);
  const spent = await terminal.run("cache", "warm", "users", "--no-cache", "--budget", "2");
  expect([spent.code, spent.calls]).toEqual([6, { ListInstances: 1, ListUsers: 1 }]);
  expect(spent.stderr).toMatch(
    /^awsideman: the budget is spent; with --no-cache the next run begins anew[^\n]+\n$/,
  );
});

test("what AWS refuses is told, and the rest is loaded", async () => {
  terminal.sim.faults.add({
    kind: "error-before",
    error: "AccessDeniedException",
    times: "always",
    operation: "ListTagsForResource",
  });
  const { code, stdout, stderr } = await terminal.run("cache", "warm");
  expect(code).toBe(6);
  expect(stdout).toMatch(/^permission-sets +11 +0 +2 +0$/m);
  expect(stderr).toMatch(
    /^awsideman: ListTagsForResource has failed 2 times: AccessDeniedException: [^\n]+\nawsideman: not everything could be loaded; [^\n]+\n$/,
  );
});

test("where nothing can be had at all, it is the error that any command has", async () => {
  terminal.sim.faults.add({ kind: "error-before", error: "AccessDeniedException", times: "always" });
  await terminal.run("user", "list");
  const ids = [
    "--instance-arn",
    terminal.sim.instanceArn,
    "--identity-store-id",
    terminal.sim.identityStoreId,
  ];
  const { code, stdout, stderr } = await terminal.run("cache", "warm", "users", "groups", ...ids);
  expect([code, stdout]).toEqual([4, ""]);
  expect(stderr).toMatch(/^awsideman: AWS denies access[^\n]*\n$/);
});

describe("it is refused", () => {
  test.for([
    // The predecessor took any command here, and ran it.
    ["user", "delete", "ada.abel.1"],
    ["user"],
    ["users", "--", "delete"],
    ["--budget", "-1"],
    ["--budget", "0"],
    ["--rate", "0"],
  ])("B29: to run another command, or with numbers that make no sense: %j", async (line) => {
    const { code, stdout, stderr, calls } = await terminal.run("cache", "warm", ...line);
    expect({ code, stdout, calls }).toEqual({ code: 2, stdout: "", calls: {} });
    expect(stderr).toMatch(/^awsideman: [^\n]+\n$/);
  });

  test.for([
    ["AWSIDEMAN_CACHE_BACKEND", "memory", /^awsideman: a cache in memory ends with this command/],
    ["AWSIDEMAN_CACHE_DISABLED", "true", /^awsideman: the cache is switched off/],
  ] as const)("where nothing would be kept: %s=%s", async ([name, value, message]) => {
    const { code, stderr, calls } = await terminal.runWith({ variables: { [name]: value } }, "cache", "warm");
    expect([code, calls]).toEqual([2, {}]);
    expect(stderr).toMatch(message);
  });

  const locked = {
    right: { AWSIDEMAN_CACHE_ENCRYPTION_KEY: "a".repeat(64) },
    wrong: { AWSIDEMAN_CACHE_ENCRYPTION_KEY: "b".repeat(64) },
  };
  test.for<[string, () => Promise<Readonly<Record<string, string>>>, RegExp]>([
    [
      "the folder cannot be used",
      async () => {
        await writeFile(terminal.cacheDirectory, "a file");
        return {};
      },
      /: The disk backend cannot be opened: [^\n]+ is not a directory\n$/,
    ],
    [
      "it has just begun anew",
      async () => {
        await terminal.run("user", "list");
        return locked.right;
      },
      /: it began anew, and stores nothing until 20[^\n]+Z; try again then\n$/,
    ],
    [
      "it is locked",
      async () => {
        await terminal.runWith({ variables: locked.right }, "user", "list");
        return locked.wrong;
      },
      /: The cache is locked: [^\n]+\n$/,
    ],
  ])("where nothing would be kept: %s", async ([, prepare, why]) => {
    const variables = await prepare();
    const { code, stdout, stderr, calls } = await terminal.runWith({ variables }, "cache", "warm");
    expect({ code, stdout, calls }).toEqual({ code: 1, stdout: "", calls: {} });
    expect(stderr).toMatch(/^awsideman: the cache cannot be warmed: /m);
    expect(stderr).toMatch(why);
  });
});
