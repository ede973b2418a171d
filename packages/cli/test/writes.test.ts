import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

type Line = readonly string[];

let terminal: Terminal;
let account: string;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 4, groups: 3, permissionSets: 2, accounts: 2 } });
  account = terminal.sim.accountIds[0] as string;
});

afterEach(async () => {
  await terminal.close();
});

const users: Line = ["user", "list"];
const groups: Line = ["group", "list"];
const engineers: Line = ["group", "list-members", "Engineering-1"];
const operators: Line = ["group", "list-members", "Operations-3"];
const assignments = (): Line => ["assignment", "list", "--account", account];

async function read(...lines: readonly Line[]): Promise<void> {
  for (const line of lines) expect(await terminal.run(...line)).toMatchObject({ code: 0, stderr: "" });
}

/** Runs reads as further processes, and returns what AWS was asked for each. */
async function callsOf(...lines: readonly Line[]): Promise<readonly object[]> {
  const calls: object[] = [];
  for (const line of lines) calls.push((await terminal.run(...line)).calls);
  return calls;
}

async function write(...line: Line): Promise<string> {
  const written = await terminal.run(...line);
  expect(written).toMatchObject({ code: 0, stderr: "" });
  return written.stdout;
}

describe("another process sees a write at once, and what the write left alone stays cached", () => {
  test("user create", async () => {
    await read(groups, engineers, users);
    const names = ["--username", "zoe", "--given-name", "Zoe", "--family-name", "Zimmer"];
    const shown = await write("user", "create", ...names, "-e", "zoe@example.com");
    expect(shown).toMatch(/^Created +zoe\nUser ID +\S+\n$/);
    const after = await terminal.run(...users);
    expect(after.stdout).toMatch(/zoe +zoe@example\.com +Zoe Zimmer/);
    expect(after.calls).toEqual({ ListUsers: 1 });
    expect(await callsOf(groups, engineers)).toEqual([{}, {}]);
  });

  test("user update", async () => {
    await read(groups, engineers, operators, users);
    const shown = await write("user", "update", "ada.abel.1", "-n", "Ada Lovelace", "-e", "ada@example.org");
    expect(shown).toMatch(/^Changed +displayName, emails$/m);
    expect((await terminal.run(...users)).stdout).toMatch(/ada\.abel\.1 +ada@example\.org +Ada Lovelace/);
    const members = await terminal.run(...engineers);
    expect(members.stdout).toMatch(/Ada Lovelace/);
    // Her new name; who is a member is still known.
    expect(members.calls).toEqual({ DescribeUser: 1 });
    expect(await callsOf(groups, operators)).toEqual([{}, {}]);
  });

  test("user update, of the name to sign in with", async () => {
    await read(["user", "get", "ada.abel.1"]);
    await write("user", "update", "ada.abel.1", "--username", "ada");
    expect(await terminal.run("user", "get", "ada.abel.1")).toMatchObject({ code: 3 });
    expect(await terminal.run("user", "get", "ada")).toMatchObject({ code: 0 });
  });

  test("user delete", async () => {
    await read(users, groups, engineers, ["user", "get", "ada.abel.1"]);
    await write("user", "delete", "ada.abel.1", "--yes");
    expect((await terminal.run(...users)).stdout).not.toMatch(/ada\.abel\.1/);
    expect((await terminal.run(...engineers)).stdout).not.toMatch(/ada\.abel\.1/);
    expect(await terminal.run("user", "get", "ada.abel.1")).toMatchObject({ code: 3 });
    expect(await callsOf(groups)).toEqual([{}]);
  });

  test("group add-member and remove-member", async () => {
    await read(operators, engineers, users, groups);
    const shown = await write("group", "add-member", "Operations-3", "ada.abel.1");
    expect(shown).toMatch(/^Added +ada\.abel\.1\nTo +Operations-3\nMembership ID +\S+\n$/);
    const after = await terminal.run(...operators);
    expect(after.stdout).toMatch(/ada\.abel\.1/);
    expect(after.calls).toEqual({ ListGroupMemberships: 1 });

    await write("group", "remove-member", "Operations-3", "ada.abel.1", "--yes");
    expect((await terminal.run(...operators)).stdout).not.toMatch(/ada\.abel\.1/);
    expect(await callsOf(engineers, users, groups)).toEqual([{}, {}, {}]);
  });

  test("assignment assign and revoke, to the end", async () => {
    await read(assignments(), users, groups, ["permission-set", "list"]);
    expect((await terminal.run(...assignments())).stdout).not.toMatch(/chloe/);
    const change = ["ReadOnlyAccess-1", "chloe.abel.3", account, "--wait"];
    expect(await write("assignment", "assign", ...change)).toMatch(/^Status +SUCCEEDED$/m);
    expect((await terminal.run(...assignments())).stdout).toMatch(/chloe\.abel\.3 +USER/);

    expect(await write("assignment", "revoke", ...change, "-y")).toMatch(/^Status +SUCCEEDED$/m);
    expect((await terminal.run(...assignments())).stdout).not.toMatch(/chloe/);
    expect(await callsOf(users, groups, ["permission-set", "list"])).toEqual([{}, {}, {}]);
  });
});

test("while an assignment is on its way, nobody keeps what was before", async () => {
  terminal.sim.configure({ operationDuration: 60_000 });
  const line = ["assignment", "assign", "ReadOnlyAccess-1", "chloe.abel.3", account];
  const { stdout, stderr } = await terminal.run(...line, "--json");
  const { RequestId, Status } = JSON.parse(stdout) as { RequestId: string; Status: string };
  expect(Status).toBe("IN_PROGRESS");
  expect(stderr).toBe(`awsideman: "awsideman assignment status ${RequestId}" shows what becomes of it\n`);
  expect((await terminal.run(...assignments())).stdout).not.toMatch(/chloe/);
  const status = ["assignment", "status", RequestId];
  expect((await terminal.run(...status)).stdout).toMatch(/^Status +IN_PROGRESS$/m);
  terminal.sim.settle();
  expect((await terminal.run(...assignments())).stdout).toMatch(/chloe/);
  expect((await terminal.run(...status)).stdout).toMatch(/^Status +SUCCEEDED$/m);
});

test("interrupted while it waits, it says what is known, and how to know more", async () => {
  terminal.sim.configure({ operationDuration: 60_000 });
  const asked = terminal.sim.faults.hold({ operation: "DescribeAccountAssignmentCreationStatus" });
  const line = ["assignment", "assign", "ReadOnlyAccess-1", "chloe.abel.3", account, "--wait"];
  const child = terminal.spawn({}, ...line);
  const closed = once(child, "close");
  const told = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (told[name] += text));
  await asked.reached;
  child.kill("SIGINT");
  expect(await closed).toEqual([130, null]);
  const { requestId } = terminal.sim.state.requests.at(-1) as { requestId: string };
  expect(told.stdout).toMatch(new RegExp(`^Request ID +${requestId}\nStatus +IN_PROGRESS$`, "m"));
  expect(told.stderr).toBe(
    `awsideman: interrupted; "awsideman assignment status ${requestId}" shows what becomes of it\n`,
  );
});

test("a request of which AWS does not tell any more is shown as it was", async () => {
  terminal.sim.configure({ operationDuration: 60_000 });
  const operation = "DescribeAccountAssignmentCreationStatus";
  terminal.sim.faults.add({ kind: "error-before", error: "AccessDeniedException", operation });
  const line = ["assignment", "assign", "ReadOnlyAccess-1", "chloe.abel.3", account, "--wait"];
  const untold = await terminal.run(...line);
  expect(untold.code).toBe(4);
  expect(untold.stdout).toMatch(/^Request ID +\S+\nStatus +IN_PROGRESS$/m);
  expect(untold.stderr).toMatch(/^awsideman: AWS denies access[^\n]*\n$/);
});

test("a write that AWS refuses leaves the old state, and everybody sees it", async () => {
  await read(engineers);
  const again = await terminal.run("group", "add-member", "Engineering-1", "ada.abel.1");
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(/^awsideman: AWS reports a conflict: [^\n]+\n$/);
  expect((await terminal.run(...engineers)).stdout).toMatch(/ada\.abel\.1/);
});

test("an assignment that fails is an error, with AWS's reason", async () => {
  const group = terminal.sim.state.groups[0]?.groupId as string;
  terminal.sim.console.deleteGroup(group);
  const line = [
    "assignment",
    "assign",
    "ReadOnlyAccess-1",
    group,
    account,
    "--principal-type",
    "GROUP",
    "--wait",
  ];
  const failed = await terminal.run(...line);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/^Status +FAILED$/m);
  expect(failed.stderr).toMatch(/^awsideman: the request has failed: [^\n]+\n$/);
});

test("nothing is assigned by a name that both a user and a group have", async () => {
  terminal.sim.console.createUser({ UserName: "Finance-2" });
  const line = ["assignment", "assign", "ReadOnlyAccess-1", "Finance-2", account];
  const unclear = await terminal.run(...line);
  expect(unclear).toMatchObject({ code: 2, stdout: "" });
  expect(unclear.stderr).toBe(
    'awsideman: both a user and a group are called "Finance-2"; say which one with --principal-type USER or --principal-type GROUP\n',
  );
  expect(unclear.calls).not.toHaveProperty("CreateAccountAssignment");
  const clear = await terminal.json<{ PrincipalType: string }>(...line, "--principal-type", "group");
  expect(clear.value.PrincipalType).toBe("GROUP");
});

test("who is not a member cannot be removed", async () => {
  expect(await terminal.run("group", "remove-member", "Operations-3", "ada.abel.1")).toMatchObject({
    code: 3,
    stderr:
      'awsideman: "ada.abel.1" is not a member of "Operations-3"; "awsideman group list-members Operations-3" shows who is\n',
  });
});
