import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let accounts: readonly string[];

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 2, accounts: 5 } });
  accounts = terminal.sim.accountIds;
});

afterEach(async () => {
  await terminal.close();
});

function idOf(name: string): string {
  const { OrganizationalUnits } = terminal.sim.perform("ListOrganizationalUnitsForParent", {
    ParentId: rootOf(),
  }) as { OrganizationalUnits: { Id: string; Name: string }[] };
  return OrganizationalUnits.find((unit) => unit.Name === name)?.Id ?? "";
}

function rootOf(): string {
  const { Roots } = terminal.sim.perform("ListRoots", {}) as { Roots: { Id: string }[] };
  return Roots[0]?.Id ?? "";
}

/** Takes the right to ask Organizations away. */
function deny(): void {
  for (const operation of ["ListAccounts", "DescribeAccount", "ListRoots", "ListParents"]) {
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      message: "You don't have permissions to access this resource.",
      operation,
      times: "always",
    });
  }
}

describe("org tree", () => {
  test("draws units and accounts, and is answered from the cache the next time", async () => {
    const [management, production, staging, development, sandbox] = accounts;
    const shown = await terminal.run("org", "tree");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout.replaceAll(/\((?:r|ou)-[^)]+\)/g, "(ID)")).toBe(
      [
        "Root (ID)",
        `├── ${management} management`,
        "├── Workloads (ID)",
        `│   ├── ${production} production`,
        `│   ├── ${sandbox} sandbox`,
        "│   └── Production (ID)",
        `│       └── ${development} development`,
        "└── Security (ID)",
        `    └── ${staging} staging`,
        "",
      ].join("\n"),
    );
    expect(await terminal.run("org", "tree")).toEqual({ ...shown, calls: {} });
  });

  test("is a row for each, when it is to be flat", async () => {
    const shown = await terminal.run("org", "tree", "--flat");
    expect(shown.stdout).toMatch(
      new RegExp(`^ACCOUNT +${accounts[3]} +development +Root / Workloads / Production +ACTIVE$`, "m"),
    );
    const { value } = await terminal.json<{ Nodes: { Type: string }[] }>("org", "tree", "--flat");
    expect(value.Nodes.map(({ Type }) => Type).toSorted()).toEqual([
      ...Array(5).fill("ACCOUNT"),
      ...Array(3).fill("ORGANIZATIONAL_UNIT"),
      "ROOT",
    ]);
  });

  test("is the same rows where columns are wanted, flat or not", async () => {
    const flat = await terminal.run("org", "tree", "--flat", "--output", "csv");
    expect(flat.stdout).toMatch(/^Type,ID,Name,In,Status\nROOT,r-/);
    expect((await terminal.run("org", "tree", "--output", "csv")).stdout).toBe(flat.stdout);
  });

  test("shows what can be read, says that it is not all, and ends with another code", async () => {
    terminal.sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      message: "no",
      operation: "ListAccountsForParent",
    });
    const shown = await terminal.run("org", "tree");
    expect(shown.code).toBe(6);
    expect(shown.stdout).toMatch(/Workloads/);
    expect(shown.stderr).toBe(
      "awsideman: 1 of 8 lists of units or accounts could not be read, so this is not all: AWS denies access: no; try again: what was read is kept\n",
    );
    expect(await terminal.run("org", "tree")).toMatchObject({ code: 0, calls: { ListAccountsForParent: 1 } });
  });

  test("shows names with control characters as escapes", async () => {
    await terminal.run("org", "tree");
    const name = "\u001b[31mred\u0007";
    terminal.sim.perform("UpdateOrganizationalUnit", { OrganizationalUnitId: idOf("Security"), Name: name });
    const { stdout } = await terminal.run("org", "tree", "--no-cache");
    expect(stdout).toContain(String.raw`└── \u001b[31mred\u0007 (ou-`);
  });

  test("is denied to who may not ask", async () => {
    deny();
    const denied = await terminal.run("org", "tree");
    expect(denied).toMatchObject({ code: 4, stdout: "" });
    expect(denied.stderr).toMatch(/^awsideman: AWS denies access: You don't have permissions[^\n]+\n$/);
  });
});

describe("org account", () => {
  test("shows where it is and its tags, by name or ID", async () => {
    const [, , , development = ""] = accounts;
    terminal.sim.perform(
      "TagResource",
      { ResourceId: development, Tags: [{ Key: "owner", Value: "ada" }] },
      "organizations",
    );
    const shown = await terminal.run("org", "account", "Development");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toMatch(new RegExp(`^Account ID +${development}$`, "m"));
    expect(shown.stdout).toMatch(/^Status +ACTIVE$/m);
    expect(shown.stdout).toMatch(/^In +Root \/ Workloads \/ Production$/m);
    expect(shown.stdout).toMatch(/^Tags +owner=ada$/m);
    const { value, calls } = await terminal.json<{ Tags: object[]; Parents: object[] }>(
      "org",
      "account",
      development,
    );
    expect(calls).toEqual({});
    expect([value.Tags, value.Parents.length]).toEqual([[{ Key: "owner", Value: "ada" }], 3]);
  });

  test.each([
    [
      "000000000000",
      'there is no account "000000000000" in the organisation; "awsideman org search" finds them',
    ],
    ["productoin", 'there is no account "productoin"; did you mean "production"?'],
  ])("%s is not there", async (text, message) => {
    expect(await terminal.run("org", "account", text)).toMatchObject({
      code: 3,
      stdout: "",
      stderr: `awsideman: ${message}\n`,
    });
  });
});

describe("org search", () => {
  test("finds by a part of the name, the address or the ID", async () => {
    const found = await terminal.run("org", "search", "prod");
    expect(found.stdout).toMatch(
      new RegExp(
        `^production +${accounts[1]} +aws\\+${accounts[1]}@example\\.com +ACTIVE +Root / Workloads$`,
        "m",
      ),
    );
    expect((await terminal.run("org", "search", String(accounts[2]))).stdout).toMatch(/staging/);
    expect(await terminal.run("org", "search", "nothing*")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "awsideman: there is nothing to list\n",
    });
  });

  test("only in a unit, with a tag", async () => {
    const { value: inUnit } = await terminal.json<{ Accounts: { Name: string }[] }>(
      "org",
      "search",
      "*",
      "--ou",
      "workloads",
    );
    expect(inUnit.Accounts.map(({ Name }) => Name)).toEqual(["production", "sandbox", "development"]);
    terminal.sim.perform(
      "TagResource",
      { ResourceId: accounts[4], Tags: [{ Key: "stage", Value: "test" }] },
      "organizations",
    );
    const withTag = ["org", "search", "*", "--tag", "stage=t*"];
    expect((await terminal.run(...withTag)).stdout).toMatch(/^sandbox /m);
    expect((await terminal.run(...withTag, "--tag", "other")).stdout).toBe("");
  });

  test("tells which unit is not there, and what no tag is", async () => {
    expect(await terminal.run("org", "search", "*", "--ou", "Nowhere")).toMatchObject({
      code: 3,
      stderr: 'awsideman: there is no unit "Nowhere"; "awsideman org tree" shows them\n',
    });
    expect(await terminal.run("org", "search", "*", "--tag", "=x")).toMatchObject({
      code: 2,
      stderr: 'awsideman: --tag must be KEY=VALUE or KEY, received "=x"\n',
    });
  });

  test("lists a hundred accounts in pages of twenty", async () => {
    const large = await Terminal.open({ population: { accounts: 101 } });
    try {
      // 5 calls a second would be slow: names alone need no places.
      const { value, calls } = await large.json<{ Accounts: object[] }>("org", "search", "management");
      expect(value.Accounts).toHaveLength(1);
      expect(calls).toMatchObject({ ListAccounts: 6 });
    } finally {
      await large.close();
    }
  });
});

test("org trace-policies tells an account that there is not", async () => {
  expect(await terminal.run("org", "trace-policies", "000000000000")).toMatchObject({
    code: 3,
    stderr:
      'awsideman: there is no account "000000000000" in the organisation; "awsideman org search" finds them\n',
  });
});

test("org trace-policies lists what is attached, from the root down", async () => {
  const shown = await terminal.run("org", "trace-policies", "development");
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(
    shown.stdout
      .split("\n")
      .slice(2, -1)
      .map((line) => line.split(/ +/)[0]),
  ).toEqual(["Root", "Workloads", "Production", "development"]);
});

describe("an account by its name", () => {
  test("is assigned to", async () => {
    const line = ["PowerUserAccess-2", "chloe.abel.3", "production", "--wait"];
    const assigned = await terminal.run("assignment", "assign", ...line);
    expect(assigned).toMatchObject({ code: 0, stderr: "" });
    expect(assigned.stdout).toMatch(new RegExp(`^Account +${accounts[1]}`, "m"));
  });

  test("is one to list assignments of", async () => {
    const byName = await terminal.run("assignment", "list", "--account", "production");
    expect(byName).toMatchObject({ code: 0, stderr: "" });
    const byId = await terminal.run("assignment", "list", "--account", String(accounts[1]));
    expect(byId).toEqual({ ...byName, calls: {} });
  });

  test("is not known to who may not ask; by its ID everything goes on", async () => {
    deny();
    const line = ["assignment", "assign", "PowerUserAccess-2", "chloe.abel.3"];
    expect(await terminal.run(...line, "production")).toMatchObject({
      code: 4,
      stderr:
        'awsideman: AWS Organizations does not tell this caller which account is "production"; name the account by its ID of 12 digits\n',
    });
    const byId = await terminal.run(...line, String(accounts[1]), "--wait");
    expect(byId).toMatchObject({ code: 0, stderr: "" });
    expect(byId.calls).not.toHaveProperty("ListAccounts");
  });
});
