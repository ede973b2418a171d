import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runCommandLine } from "../src/index.ts";
import { Terminal, type Finished } from "./support/terminal.ts";

let terminal: Terminal;
let account: string;

beforeAll(async () => {
  terminal = await Terminal.open({
    population: { users: 4, groups: 3, permissionSets: 2, accounts: 2, assignments: 1 },
  });
  account = terminal.sim.accountIds[1] as string;
});

afterAll(async () => {
  await terminal.close();
});

afterEach(() => {
  vi.unstubAllEnvs();
  terminal.sim.faults.clear();
});

/** Everything there is, to see that nothing was changed. */
function everything(): unknown {
  const { users, groups, memberships, permissionSets, assignments } = terminal.sim.state;
  return { users, groups, memberships, permissionSets, assignments };
}

interface DryRun {
  readonly DryRun: true;
  readonly Calls: readonly { Command: string; Input: object; MakesStale: readonly string[] }[];
  readonly StaleEntries: number;
}

describe("a dry run sends nothing, and says what it would send", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["user create", ["-u", "zoe", "-f", "Zoe", "-l", "Zimmer"], ["CreateUser"]],
    ["user update", ["ada.abel.1", "-n", "Ada"], ["UpdateUser"]],
    ["user delete", ["ada.abel.1"], ["DeleteUser"]],
    ["group create", ["-n", "Auditors", "-d", "Who looks"], ["CreateGroup"]],
    ["group update", ["Finance-2", "-n", "Money"], ["UpdateGroup"]],
    ["group delete", ["Finance-2"], ["DeleteGroup"]],
    ["group add-member", ["Operations-3", "ada.abel.1"], ["CreateGroupMembership"]],
    ["group remove-member", ["Engineering-1", "ada.abel.1"], ["DeleteGroupMembership"]],
    [
      "permission-set create",
      ["-n", "Audit", "--session-duration", "90m", "--managed-policy", "SecurityAudit"],
      ["CreatePermissionSet", "AttachManagedPolicyToPermissionSet"],
    ],
    [
      "permission-set update",
      [
        "ReadOnlyAccess-1",
        "--description",
        "x",
        "--add-managed-policy",
        "SecurityAudit",
        "--remove-managed-policy",
        "ReadOnlyAccess",
        "--provision",
      ],
      [
        "UpdatePermissionSet",
        "AttachManagedPolicyToPermissionSet",
        "DetachManagedPolicyFromPermissionSet",
        "ProvisionPermissionSet",
      ],
    ],
    ["permission-set delete", ["PowerUserAccess-2"], ["DeletePermissionSet"]],
    ["assignment assign", ["PowerUserAccess-2", "chloe.abel.3", "ID"], ["CreateAccountAssignment"]],
    ["assignment revoke", ["PowerUserAccess-2", "chloe.abel.3", "ID"], ["DeleteAccountAssignment"]],
  ])("%s", async (command, rest, sent) => {
    const before = everything();
    const line = [
      ...command.split(" "),
      ...rest.map((word) => (word === "ID" ? account : word)),
      "--dry-run",
    ];
    const { value, calls } = await terminal.json<DryRun>(...line);
    expect(value.DryRun).toBe(true);
    expect(value.Calls.map(({ Command }) => Command)).toEqual(sent);
    expect(value.Calls[0]?.MakesStale).not.toEqual([]);
    expect(Object.keys(calls).filter((call) => !/^(?:List|Describe|Get)/.test(call))).toEqual([]);
    expect(everything()).toEqual(before);
  });

  test("tells people, too, and how many answers of the cache it would cost", async () => {
    await terminal.run("user", "list");
    const shown = await terminal.run("user", "update", "ada.abel.1", "-n", "Ada", "--dry-run");
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^Would send +identitystore UpdateUser$/m);
    expect(shown.stdout).toMatch(/^Makes stale +user:\S+ users:d-\S+ alt-user:d-\S+ absences:d-\S+$/m);
    expect(shown.stdout).toMatch(/^In the cache +[1-9]\d* answers would be asked for again$/m);
    expect(shown.stderr).toBe("awsideman: this was a dry run: nothing was sent\n");
    expect((await terminal.run("user", "list")).calls).toEqual({});
  });

  test("of clearing the cache leaves it as it is", async () => {
    await terminal.run("group", "list");
    const { value } = await terminal.json<{ wouldClear: number }>("cache", "clear", "group:*", "--dry-run");
    expect(value.wouldClear).toBeGreaterThan(0);
    expect((await terminal.run("cache", "clear", "--all", "--dry-run")).stdout).toMatch(
      /^Would clear \d+ entries\.\n$/,
    );
    expect((await terminal.run("group", "list")).calls).toEqual({});
  });
});

describe("what takes something away", () => {
  test.each([
    [["user", "delete", "ada.abel.1"], /delete the user "ada\.abel\.1"/],
    [["group", "remove-member", "Engineering-1", "ada.abel.1"], /remove "ada\.abel\.1" from the group/],
    [["assignment", "revoke", "PowerUserAccess-2", "chloe.abel.3", "ID"], /take "PowerUserAccess-2" in/],
  ])("is not done where nobody can be asked: %j", async (words, what) => {
    const before = everything();
    const refused = await terminal.run(...words.map((word) => (word === "ID" ? account : word)));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(what);
    expect(refused.stderr).toMatch(
      /^awsideman: there is nobody to ask whether to [^\n]+; add --yes to do it, or --dry-run to see it\n$/,
    );
    expect(everything()).toEqual(before);
  });

  /** Runs a line in this process, with somebody who answers. */
  async function answered(answer: boolean, ...line: readonly string[]): Promise<Partial<Finished>> {
    // The SDK looks for credentials in the environment of its process.
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "simulator");
    const shown = { stdout: "", stderr: "" };
    const output = {
      print: (text: string) => void (shown.stdout += text),
      note: (text: string) => void (shown.stderr += text),
    };
    const ask = (question: string): Promise<boolean> => {
      output.note(`${question}\n`);
      return Promise.resolve(answer);
    };
    const code = await runCommandLine(line, { variables: terminal.variables, output, ask });
    return { code, ...shown };
  }

  test("is asked about, and not done when that is not wanted", async () => {
    const id = terminal.sim.console.createUser({ UserName: "dora\u0007" });
    const no = await answered(false, "user", "delete", "dora\u0007");
    expect(no).toMatchObject({ code: 1, stdout: "" });
    expect(no.stderr).toBe(
      String.raw`Do you want to delete the user "dora\u0007" (${id})?` +
        "\n" +
        String.raw`awsideman: nothing was done: you did not want to delete the user "dora\u0007" (${id})` +
        "\n",
    );
    expect(await answered(true, "user", "delete", id)).toMatchObject({ code: 0 });
    expect(terminal.sim.state.users.some(({ userId }) => userId === id)).toBe(false);
  });

  test("clearing all of the cache is asked about, and not done when that is not wanted", async () => {
    await terminal.run("group", "list");
    expect(await answered(false, "cache", "clear", "--all")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Do you want to forget all that is cached, of every endpoint?\n" +
        "awsideman: nothing was done: you did not want to forget all that is cached, of every endpoint\n",
    });
    expect((await terminal.run("group", "list")).calls).toEqual({});
    expect((await answered(true, "cache", "clear", "--all")).stdout).toMatch(/^Cleared \d+ entries\.\n$/);
    expect((await terminal.run("group", "list")).calls).toMatchObject({ ListGroups: 1 });
  });

  test.each([
    ["cache", "clear"],
    ["cache", "clear", "group:*"],
    ["cache", "clear", "--all", "--yes"],
    ["cache", "clear", "--all", "--force"],
    ["cache", "clear", "--all", "--dry-run"],
  ])("%s %s %s %s is not asked about", async (...line) => {
    expect(await answered(false, ...line)).toMatchObject({ code: 0, stderr: "" });
  });

  test("a changed permission set is brought to its accounts when that is wanted", async () => {
    const line = ["permission-set", "update", "ReadOnlyAccess-1", "--description"];
    const no = await answered(false, ...line, "one");
    expect(no.stderr).toMatch(/"ReadOnlyAccess-1" is provisioned to 1 account: bring the change there\?\n/);
    expect(no.stderr).toMatch(
      /it stays as it was in 1 account: "awsideman permission-set update ReadOnlyAccess-1 --provision" brings it there\n/,
    );
    const yes = await answered(true, ...line, "two", "--wait");
    expect(yes).toMatchObject({ code: 0 });
    expect(yes.stdout).toMatch(/^Provisioning +SUCCEEDED$/m);
  });
});

describe("groups and users", () => {
  test("a group is created, found, changed and deleted, and each is seen at once", async () => {
    await terminal.run("group", "list");
    const created = await terminal.run("group", "create", "--name", "Auditors", "--description", "Who looks");
    expect(created.stdout).toMatch(/^Created +Auditors\nGroup ID +\S+\n$/);
    const found = await terminal.run("group", "find", "LOOKS");
    expect(found.stdout).toMatch(/Auditors +Who looks$/m);
    await terminal.run("group", "update", "Auditors", "-n", "Readers");
    expect((await terminal.run("group", "list", "--filter", "displayname=read*")).stdout).toMatch(/Readers/);
    expect(await terminal.run("group", "delete", "Readers", "--force")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect((await terminal.run("group", "find", "Readers")).stdout).toBe("");
  });

  test("a description and an address are taken away by an empty one, and nothing else is", async () => {
    terminal.sim.console.createGroup("Described", "What it is for");
    const user = terminal.sim.console.createUser({
      UserName: "emma",
      Emails: [{ Value: "emma@example.com", Type: "work", Primary: true }],
    });
    const group = await terminal.run("group", "update", "Described", "--description", "");
    expect(group).toMatchObject({ code: 0, stderr: "" });
    const { value } = await terminal.json<object>("group", "get", "Described");
    expect(value).not.toHaveProperty("Description");
    expect(await terminal.run("user", "update", "emma", "-e", "")).toMatchObject({ code: 0, stderr: "" });
    const { attributes } = terminal.sim.state.users.find(({ userId }) => userId === user) ?? {};
    expect(attributes).toHaveProperty("UserName", "emma");
    expect(attributes).not.toHaveProperty("Emails");
    expect(await terminal.run("group", "update", "Described", "-n", "")).toMatchObject({
      code: 2,
      stderr: "awsideman: -n is empty\n",
    });
  });

  test("users are found by a part of a name or an address, and filtered by attributes", async () => {
    expect((await terminal.run("user", "find", "CHLOE")).stdout).toMatch(/chloe\.abel\.3/);
    expect((await terminal.run("user", "find", "CHLOE", "-c")).stdout).toBe("");
    const { value } = await terminal.json<{ Users: object[] }>(
      "user",
      "find",
      "*example.com",
      "--limit",
      "2",
    );
    expect(value.Users).toHaveLength(2);
    const both = ["user", "list", "-f", "FamilyName=Abel", "-f", "Title=Finance"];
    expect((await terminal.run(...both)).stdout).toMatch(/ben\.abel\.2/);
    expect(await terminal.run("user", "list", "-f", "Titel=x")).toMatchObject({
      code: 2,
      stderr: 'awsideman: there is no attribute "Titel" to filter by; did you mean "Title"?\n',
    });
    expect(await terminal.run("user", "list", "-f", "Title")).toMatchObject({ code: 2 });
  });
});

describe("permission sets", () => {
  test("are created with their policies, changed and deleted", async () => {
    const create = ["permission-set", "create", "-n", "Audit", "--session-duration", "8h"];
    const created = await terminal.run(
      ...create,
      "--managed-policy",
      "SecurityAudit",
      "--description",
      "Looks",
    );
    expect(created).toMatchObject({ code: 0, stderr: "" });
    const show = async (): Promise<string> => (await terminal.run("permission-set", "get", "Audit")).stdout;
    expect(await show()).toMatch(/^Session Duration +PT8H$/m);
    expect(await show()).toMatch(/^Managed policies +SecurityAudit$/m);
    const changed = await terminal.run(
      "permission-set",
      "update",
      "Audit",
      "--relay-state=https://example.com/",
      "--add-managed-policy=ReadOnlyAccess",
      "--remove-managed-policy=SecurityAudit",
    );
    // Nobody has it: there is nowhere to bring it.
    expect(changed).toMatchObject({ code: 0, stderr: "" });
    expect(await show()).toMatch(/^Description +Looks$/m);
    expect(await show()).toMatch(/^Managed policies +ReadOnlyAccess$/m);
    expect((await terminal.run("permission-set", "find", "aud")).stdout).toMatch(/^Audit /m);
    expect(await terminal.run("permission-set", "delete", "Audit", "-y")).toMatchObject({ code: 0 });
    expect(await terminal.run("permission-set", "get", "Audit")).toMatchObject({ code: 3 });
  });

  test("that were made only in part are shown, and it ends with 6", async () => {
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      message: "not that",
      operation: "AttachManagedPolicyToPermissionSet",
    });
    const line = ["permission-set", "create", "-n", "Half", "--managed-policy", "SecurityAudit"];
    const half = await terminal.run(...line);
    expect(half.code).toBe(6);
    expect(half.stdout).toMatch(/^Created +Half$/m);
    expect(half.stderr).toBe(
      "awsideman: 1 of 2 changes are made, AttachManagedPolicyToPermissionSet is not: AWS denies access: not that\n",
    );
  });

  test("are not there by another name, and perhaps by one that is like it", async () => {
    for (const line of [
      ["permission-set", "get"],
      ["permission-set", "delete", "-y"],
    ])
      expect(await terminal.run(...line, "readonlyaccess-1")).toMatchObject({
        code: 3,
        stderr:
          'awsideman: there is no permission set "readonlyaccess-1"; did you mean "ReadOnlyAccess-1"?\n',
      });
    expect(await terminal.run("permission-set", "get", "Weather")).toMatchObject({
      code: 3,
      stderr: 'awsideman: there is no permission set "Weather"; "awsideman permission-set list" shows them\n',
    });
  });

  test("take no session that AWS would not", async () => {
    const wrong = await terminal.run("permission-set", "create", "-n", "x", "--session-duration", "13h");
    expect(wrong).toMatchObject({ code: 2, calls: {} });
  });
});
