import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

interface Assignments {
  readonly AccountAssignments: readonly {
    readonly AccountId: string;
    readonly PermissionSetName: string;
    readonly PrincipalName?: string;
    readonly PrincipalType: string;
  }[];
}

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({
    population: { users: 30, groups: 2, permissionSets: 4, accounts: 3, assignments: 40 },
    pageSize: 10,
  });
});

afterEach(async () => {
  await terminal.close();
});

/** How many pages of assignments there are: each account and permission set has its own. */
function pages(): number {
  const pairs = new Map<string, number>();
  for (const { accountId, permissionSetArn } of terminal.sim.state.assignments) {
    const pair = `${accountId} ${permissionSetArn}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return [...pairs.values()].reduce((sum, rows) => sum + Math.ceil(rows / 10), 0);
}

describe("all assignments", () => {
  test("are those of every account, with all names, in the fewest calls, and then in none", async () => {
    const { value, calls } = await terminal.json<Assignments>("assignment", "list");
    const rows = value.AccountAssignments;
    expect(rows).toHaveLength(40);
    expect(rows.filter(({ PrincipalName }) => PrincipalName === undefined)).toEqual([]);
    expect(calls).toEqual({
      ListInstances: 1,
      ListPermissionSets: 1,
      ListAccountsForProvisionedPermissionSet: 4,
      ListAccountAssignments: pages(),
      DescribePermissionSet: 4,
      // 30 users are three pages.
      ListUsers: 3,
      DescribeGroup: 2,
    });
    const again = await terminal.json<Assignments>("assignment", "list");
    expect(again).toEqual({ value, calls: {} });

    for (const account of terminal.sim.accountIds) {
      const { AccountAssignments } = (await terminal.json<Assignments>("assignment", "list", "-a", account))
        .value;
      expect(AccountAssignments).toEqual(rows.filter(({ AccountId }) => AccountId === account));
    }
  });

  test("are in order: by account, permission set and principal", async () => {
    const { AccountAssignments } = (await terminal.json<Assignments>("assignment", "list")).value;
    const keys = AccountAssignments.map(({ AccountId, PermissionSetName, PrincipalName }) =>
      [AccountId, PermissionSetName, PrincipalName].join("\t"),
    );
    expect(keys).toEqual(keys.toSorted());
  });

  test("of a permission set are those of all accounts that it is provisioned to", async () => {
    const [name] = terminal.sim.state.permissionSets.map((set) => set.name);
    const all = (await terminal.json<Assignments>("assignment", "list")).value.AccountAssignments;
    const { value, calls } = await terminal.json<Assignments>(
      "assignment",
      "list",
      "--permission-set",
      name as string,
    );
    expect(value.AccountAssignments.length).toBeGreaterThan(0);
    expect(value.AccountAssignments).toEqual(
      all.filter(({ PermissionSetName }) => PermissionSetName === name),
    );
    expect(calls).toEqual({});
  });

  test("of a permission set are asked for where it is, and nowhere else", async () => {
    const arn = terminal.sim.console.createPermissionSet({ Name: "Rare" });
    terminal.sim.console.assign({
      accountId: terminal.sim.accountIds[2] as string,
      permissionSetArn: arn,
      principalType: "USER",
      principalId: terminal.sim.state.users[0]?.userId as string,
    });
    const { value, calls } = await terminal.json<Assignments>("assignment", "list", "--permission-set", arn);
    expect(value.AccountAssignments).toHaveLength(1);
    expect(calls).toMatchObject({ ListAccountsForProvisionedPermissionSet: 1, ListAccountAssignments: 1 });
  });

  test("of principals that are gone are shown as such", async () => {
    const [user] = terminal.sim.state.users.map(({ userId }) => userId);
    await terminal.run("user", "list");
    const before = (await terminal.run("assignment", "list")).stdout;
    terminal.sim.console.deleteUser(user as string);
    await terminal.run("cache", "clear");
    const after = (await terminal.run("assignment", "list")).stdout;
    expect(before).not.toContain("(deleted)");
    expect(after.split("(deleted)").length - 1).toBeGreaterThan(0);
  });

  test("of somebody who is new are named, also where the list of users is older than he", async () => {
    await terminal.run("user", "list");
    const userId = terminal.sim.console.createUser({ UserName: "zoe" });
    const [set] = terminal.sim.state.permissionSets.map(({ permissionSetArn }) => permissionSetArn);
    terminal.sim.console.assign({
      accountId: terminal.sim.accountIds[1] as string,
      permissionSetArn: set as string,
      principalType: "USER",
      principalId: userId,
    });
    const { stdout, calls } = await terminal.run("assignment", "list");
    expect(stdout).toMatch(/^\S+ +zoe +USER +\d+$/m);
    expect(calls).toMatchObject({ DescribeUser: 1 });
  });
});
