import { describe, expect, test } from "vitest";
import { commandTable } from "../src/command-table.ts";
import { runCommandLine } from "../src/index.ts";

async function run(...line: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const shown = { stdout: "", stderr: "" };
  const output = {
    print: (text: string) => void (shown.stdout += text),
    note: (text: string) => void (shown.stderr += text),
  };
  const code = await runCommandLine(line, { variables: { HOME: "/nowhere" }, output });
  return { code, ...shown };
}

async function expectUsage(line: readonly string[], message: string): Promise<void> {
  expect(await run(...line)).toEqual({ code: 2, stdout: "", stderr: `awsideman: ${message}\n` });
}

describe("help", () => {
  test.each([[], ["--help"], ["-h"], ["help"]])("of everything: %s", async (...line) => {
    const { code, stdout, stderr } = await run(...line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of commandTable)
      expect(stdout).toMatch(new RegExp(`^ {2}${name}.* {2}${summary}$`, "m"));
    expect(stdout).toMatch(/^ {2}-p, --profile NAME +The profile/m);
    expect(stdout).toMatch(
      /^Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 access denied, 5 throttled/m,
    );
  });

  test.each([
    ["user", "--help"],
    ["help", "user"],
    ["user", "help"],
  ])("of a group: %s %s", async (...line) => {
    const { code, stdout } = await run(...line);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: awsideman user COMMAND/);
    expect(stdout).not.toMatch(/permission-set list/);
  });

  test.each(commandTable.map(({ name }) => [name]))("of %s", async (name) => {
    const { code, stdout } = await run(...name.split(" "), "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: awsideman ${name}`));
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(160);
  });

  test("with what is required in the line of usage", async () => {
    const { stdout } = await run("user", "create", "-h");
    expect(stdout).toMatch(
      /^Usage: awsideman user create --username NAME --given-name NAME --family-name NAME \[OPTIONS\]\n\nCreate a user\.\n/,
    );
    expect((await run("assignment", "assign", "--help")).stdout).toMatch(
      /^Usage: awsideman assignment assign PERMISSION_SET PRINCIPAL \[ACCOUNT\] \[OPTIONS\]\n/,
    );
  });

  test("the version", async () => {
    expect(await run("--version")).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
      stderr: "",
    });
  });
});

describe("what is wrong with a line is told in one", () => {
  test.each<[readonly string[], string]>([
    [["usr"], 'there is no command "usr"; did you mean "user"?'],
    [["usr", "list", "--help"], 'there is no command "usr"; did you mean "user"?'],
    [["weather"], 'there is no command "weather"; see "awsideman --help"'],
    [["user", "lst"], 'there is no command "user lst"; did you mean "user list"?'],
    [
      ["permission-set", "lits"],
      'there is no command "permission-set lits"; did you mean "permission-set list"?',
    ],
    [
      ["group"],
      'group needs a command: list, find, get, create, update, delete, list-members, add-member, remove-member; see "awsideman group --help"',
    ],
    [["user", "list", "--limt", "3"], 'there is no option "--limt"; did you mean "--limit"?'],
    [["user", "list", "-x"], 'there is no option "-x"; see "awsideman user list --help"'],
    [["--jsn"], 'there is no option "--jsn"; did you mean "--json"?'],
    [["user", "list", "--limit", "0"], '--limit must be a whole number from 1, received "0"'],
    ...["soon", "-5m", "1.5h", "1w"].map((age): [readonly string[], string] => [
      ["user", "list", `--max-age=${age}`],
      `--max-age must be a time such as 30s, 5m or 1h, received "${age}"`,
    ]),
    [["user", "list", "-l", "1e3"], '-l must be a whole number from 1, received "1e3"'],
    [
      ["user", "list", "--json=yes"],
      '--json takes no value, received "yes"; see "awsideman user list --help"',
    ],
    [
      ["user", "list", "--profile"],
      "--profile needs a value, NAME; one that begins with a dash is written --profile=NAME",
    ],
    [
      ["user", "list", "--region", "--json"],
      "--region needs a value, REGION; one that begins with a dash is written --region=REGION",
    ],
    [["user", "list", "--profile="], "--profile is empty"],
    [
      ["user", "list", "alice"],
      'user list takes no "alice"; quote a name that has spaces; see "awsideman user list --help"',
    ],
    [["user", "get"], 'USER is missing; see "awsideman user get --help"'],
    [["user", "create", "-u", "x"], '--given-name NAME is missing; see "awsideman user create --help"'],
    [["user", "update", "ada"], 'nothing is to be changed; see "awsideman user update --help"'],
    [
      ["assignment", "assign", "p", "u", "123"],
      'ACCOUNT must be an account ID of 12 digits, or a name, received "123"',
    ],
    [
      ["assignment", "assign", "p", "u", "123456789012", "--principal-type", "robot"],
      '--principal-type must be USER or GROUP, received "robot"',
    ],
    [["assignment", "status", "last"], 'REQUEST_ID must be an ID of a request, received "last"'],
    [
      ["user", "list", "--profile", "wor\u001bk"],
      String.raw`--profile must be a text, not empty, and without control characters, received "wor\u001bk"`,
    ],
    [["cache", "clear", "--all", "user"], "--all and a pattern exclude each other"],
  ])("%j", expectUsage);
});
