import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let production: string;
let staging: string;
let ada: string;
let ben: string;
let engineers: string;
let readers: string;

interface Review {
  readonly PrincipalName?: string;
  readonly Access: readonly {
    readonly AccountId: string;
    readonly AccountName?: string;
    readonly PermissionSetName?: string;
    readonly PrincipalId: string;
    readonly PrincipalType: string;
    readonly PrincipalName?: string;
    readonly Inherited: boolean;
    readonly GroupName?: string;
  }[];
}

beforeEach(async () => {
  terminal = await Terminal.open({
    population: {
      users: 3,
      groups: 2,
      membershipsPerUser: 0,
      permissionSets: 2,
      accounts: 3,
      assignments: 0,
    },
  });
  const { console, state, accountIds } = terminal.sim;
  [, production = "", staging = ""] = accountIds;
  [ada = "", ben = ""] = state.users.map(({ userId }) => userId);
  [engineers = "", readers = ""] = state.groups.map(({ groupId }) => groupId);
  const [readOnly = "", power = ""] = state.permissionSets.map(({ permissionSetArn }) => permissionSetArn);
  console.addMember(engineers, ada);
  console.addMember(engineers, ben);
  const assign = (
    accountId: string,
    permissionSetArn: string,
    principalType: "USER" | "GROUP",
    principalId: string,
  ): void => console.assign({ accountId, permissionSetArn, principalType, principalId });
  assign(production, readOnly, "GROUP", engineers);
  assign(production, power, "USER", ada);
  assign(staging, readOnly, "GROUP", readers);
  assign(staging, readOnly, "USER", ben);
  terminal.sim.settle();
});

afterEach(async () => {
  await terminal.close();
});

describe("access-review principal", () => {
  test("tells a user's own access from what comes through groups, with names", async () => {
    const shown = await terminal.run("access-review", "principal", "ada.abel.1");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    const rows = shown.stdout.split("\n").slice(2, -1);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      [production, "production", "PowerUserAccess-2", "directly"],
      [production, "production", "ReadOnlyAccess-1", "group Engineering-1"],
    ]);
    const again = await terminal.run("access-review", "principal", "ada.abel.1");
    expect(again).toEqual({ ...shown, calls: {} });
  });

  test("sees at once that the user was taken out of the group", async () => {
    await terminal.run("access-review", "principal", "ada.abel.1");
    await terminal.run("group", "remove-member", "Engineering-1", "ada.abel.1", "--yes");
    terminal.sim.settle();
    const { value } = await terminal.json<Review>("access-review", "principal", "ada.abel.1");
    expect(value.Access.map(({ PermissionSetName }) => PermissionSetName)).toEqual(["PowerUserAccess-2"]);
  });

  test("shows a group's", async () => {
    const { value } = await terminal.json<Review>("access-review", "principal", "Finance-2");
    expect(value.Access).toMatchObject([
      { AccountId: staging, AccountName: "staging", PermissionSetName: "ReadOnlyAccess-1", Inherited: false },
    ]);
  });

  test("shows what is left of one that is deleted, by its ID", async () => {
    terminal.sim.console.deleteUser(ada);
    const shown = await terminal.run("access-review", "principal", ada);
    expect(shown).toMatchObject({ code: 0, stderr: `awsideman: the user ${ada} is deleted\n` });
    expect(shown.stdout).toMatch(/PowerUserAccess-2 +directly\n$/);
    expect(await terminal.run("access-review", "principal", "ada.abel.1")).toMatchObject({ code: 3 });
  });

  test.each([
    ["access-review", "principal"],
    ["assignment", "list", "--principal"],
  ])("%s %s says that nobody has an ID, also where it says whose it would be", async (...line) => {
    const nobody = ada.replace(/.{6}$/, "ffffff");
    for (const type of ["USER", "GROUP"] as const)
      expect(await terminal.run(...line, nobody, "--principal-type", type)).toMatchObject({
        code: 3,
        stdout: "",
        stderr: `awsideman: there is no ${type.toLowerCase()} "${nobody}"; "awsideman user list" and "awsideman group list" show them\n`,
      });
    const chloe = terminal.sim.state.users[2]?.userId as string;
    expect(await terminal.run(...line, chloe, "--principal-type", "USER")).toMatchObject({
      code: 0,
      stderr: "awsideman: there is nothing to list\n",
    });
  });

  test("is the same where AWS does not tell it of one principal, and says why it takes longer", async () => {
    const line = ["access-review", "principal", "ada.abel.1"];
    const { value: told } = await terminal.json<Review>(...line);
    await terminal.run("cache", "clear", "--all", "--force");
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      operation: "ListAccountAssignmentsForPrincipal",
      times: "always",
    });
    const found = await terminal.run(...line, "--json");
    expect(found).toMatchObject({
      code: 0,
      stderr:
        "awsideman: AWS tells only the management account what one principal has: all assignments are read\n",
    });
    expect((JSON.parse(found.stdout) as Review).Access).toEqual(told.Access);
  });
});

describe("access-review account", () => {
  test("puts the members of groups in their place; the account may be named by its name", async () => {
    const shown = await terminal.run("access-review", "account", "production");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    const rows = shown.stdout.split("\n").slice(2, -1);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ["ada.abel.1", "PowerUserAccess-2", "directly"],
      ["ada.abel.1", "ReadOnlyAccess-1", "group Engineering-1"],
      ["ben.abel.2", "ReadOnlyAccess-1", "group Engineering-1"],
    ]);
    expect(await terminal.run("access-review", "account", "production")).toEqual({ ...shown, calls: {} });
  });

  test("leaves groups as they are, when it is asked to, and groups without members in any case", async () => {
    const groups = await terminal.run("access-review", "account", production, "--groups");
    expect(groups.stdout).toMatch(/^Engineering-1 \(group\) +ReadOnlyAccess-1 +directly$/m);
    const empty = await terminal.run("access-review", "account", staging);
    expect(empty.stdout).toMatch(/^Finance-2 \(group\) +ReadOnlyAccess-1 +directly$/m);
  });

  test("shows deleted principals as such", async () => {
    terminal.sim.console.deleteGroup(engineers);
    terminal.sim.console.deleteUser(ada);
    const { stdout } = await terminal.run("access-review", "account", production);
    expect(stdout).toContain(`${ada} (deleted) `);
    expect(stdout).toContain(`${engineers} (deleted) (group) `);
  });

  test("shows what could be read, says that it is not all, and ends with 6", async () => {
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      message: "not this one",
      operation: "ListGroupMemberships",
    });
    const shown = await terminal.run("access-review", "account", production);
    expect(shown.code).toBe(6);
    expect(shown.stdout).toMatch(/^ada\.abel\.1 +PowerUserAccess-2 +directly$/m);
    expect(shown.stdout).toMatch(/^Engineering-1 \(group\) +ReadOnlyAccess-1/m);
    expect(shown.stderr).toBe(
      "awsideman: 1 of 3 lists of who has access could not be read, so this is not all: AWS denies access: not this one; try again: what was read is kept\n",
    );
  });

  test("ends as AWS says when nothing could be read", async () => {
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      operation: "ListAccountAssignments",
      times: "always",
    });
    expect(await terminal.run("access-review", "account", production)).toMatchObject({ code: 4, stdout: "" });
  });

  test("of an account where nobody has anything has nothing to list", async () => {
    const [management = ""] = terminal.sim.accountIds;
    expect(await terminal.run("access-review", "account", management)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "awsideman: there is nothing to list\n",
    });
  });

  describe("where nobody has anything in it", () => {
    const nowhere = "123456789012";
    const lines = [
      ["access-review", "account"],
      ["assignment", "list", "--account"],
    ];

    test.each(lines)("%s %s says that there is no such account", async (...line) => {
      expect(await terminal.run(...line, nowhere, "--json")).toMatchObject({
        code: 3,
        stdout: "",
        stderr: `awsideman: there is no account "${nowhere}" in the organisation; "awsideman org search" finds them\n`,
      });
    });

    test.each(lines)("%s %s says that nobody knows, to who may not ask Organizations", async (...line) => {
      terminal.sim.faults.add({
        kind: "error-before",
        error: "AccessDeniedException",
        operation: "DescribeAccount",
      });
      const untold = {
        code: 0,
        stdout: "",
        stderr: `awsideman: it is not known whether there is an account ${nowhere}: Organizations does not tell\nawsideman: there is nothing to list\n`,
      };
      expect(await terminal.run(...line, nowhere)).toMatchObject(untold);
      // And nobody asks in vain again and again.
      expect(await terminal.run(...line, nowhere)).toMatchObject({ ...untold, calls: {} });
    });
  });

  test("shows names with control characters as escapes", async () => {
    terminal.sim.console.updateUser(ada, { AttributePath: "userName", AttributeValue: "ada\u001b[2J" });
    const { stdout } = await terminal.run("access-review", "account", production);
    expect(stdout).toContain(String.raw`ada\u001b[2J`);
  });
});

describe("access-review permission-set", () => {
  test("shows who has it where", async () => {
    const shown = await terminal.run("access-review", "permission-set", "ReadOnlyAccess-1");
    const rows = shown.stdout.split("\n").slice(2, -1);
    expect(rows.map((row) => row.split(/ {2,}/).join("|"))).toEqual(
      [
        `${production}|production|ada.abel.1|group Engineering-1`,
        `${production}|production|ben.abel.2|group Engineering-1`,
        `${staging}|staging|Finance-2 (group)|directly`,
        `${staging}|staging|ben.abel.2|directly`,
      ].toSorted(),
    );
  });

  test("is not denied to who may not ask Organizations: accounts have no names then", async () => {
    for (const operation of ["ListAccounts", "DescribeAccount"]) {
      terminal.sim.faults.add({
        kind: "error-before",
        error: "AccessDeniedException",
        operation,
        times: "always",
      });
    }
    const shown = await terminal.run("access-review", "permission-set", "ReadOnlyAccess-1");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toMatch(new RegExp(`^${staging} +ben\\.abel\\.2 +directly$`, "m"));
    // And nobody asks in vain again and again.
    expect((await terminal.run("access-review", "permission-set", "ReadOnlyAccess-1")).calls).toEqual({});
  });
});
