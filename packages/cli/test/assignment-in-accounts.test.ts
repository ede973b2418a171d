import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let accounts: readonly string[];

const who = ["PowerUserAccess-2", "chloe.abel.3"];

interface Row {
  readonly TargetId: string;
  readonly AccountName?: string;
  readonly Status: string;
  readonly RequestId?: string;
  readonly FailureReason?: string;
}

beforeEach(async () => {
  terminal = await Terminal.open({
    population: { users: 4, groups: 1, permissionSets: 2, accounts: 5, assignments: 0 },
  });
  accounts = terminal.sim.accountIds;
});

afterEach(async () => {
  await terminal.close();
});

function assigned(): readonly string[] {
  return terminal.sim.state.assignments.map(({ accountId }) => accountId).toSorted();
}

test("assigns in the accounts that are named, a row for each, and takes it away again", async () => {
  const [one = "", two = ""] = accounts;
  const named = ["--accounts", `${one},${two}`, "--accounts", one];
  const { value, calls } = await terminal.json<{ Requests: readonly Row[] }>(
    "assignment",
    "assign",
    ...who,
    ...named,
  );
  expect(value.Requests.map(({ TargetId, Status }) => [TargetId, Status])).toEqual([
    [one, "SUCCEEDED"],
    [two, "SUCCEEDED"],
  ]);
  expect(calls).toMatchObject({ CreateAccountAssignment: 2 });
  expect(assigned()).toEqual([one, two].toSorted());

  const refused = await terminal.run("assignment", "revoke", ...who, ...named);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain('whether to take "PowerUserAccess-2" in 2 accounts away from');
  expect(assigned()).toHaveLength(2);

  const revoked = await terminal.run("assignment", "revoke", ...who, ...named, "--yes");
  expect(revoked).toMatchObject({ code: 0, stderr: "" });
  expect(revoked.stdout).toMatch(
    /^Account +Account Name +Status +Reason +Request ID\n-.*\n\d{12} +SUCCEEDED +\S+\n\d{12} +SUCCEEDED +\S+\n$/,
  );
  expect(assigned()).toEqual([]);
});

test("finds accounts by a pattern of their names, and a dry run names them and sends nothing", async () => {
  const { value: all } = await terminal.json<{ Accounts: readonly { Id: string; Name: string }[] }>(
    "org",
    "search",
    "*",
  );
  const [wanted] = all.Accounts;
  const line = ["assignment", "assign", ...who, "--account-pattern", wanted?.Name ?? ""];
  const { value: dry } = await terminal.json<{ Calls: readonly { Input: Row }[] }>(...line, "--dry-run");
  expect(dry.Calls.map(({ Input }) => Input.TargetId)).toEqual([wanted?.Id]);
  expect(assigned()).toEqual([]);
  const { value } = await terminal.json<{ Requests: readonly Row[] }>(...line);
  expect(value.Requests).toMatchObject([
    { TargetId: wanted?.Id, AccountName: wanted?.Name, Status: "SUCCEEDED" },
  ]);
  expect(assigned()).toEqual([wanted?.Id]);
});

test("assigns in every active account below a unit", async () => {
  const { value } = await terminal.json<{ Requests: readonly Row[] }>(
    "assignment",
    "assign",
    ...who,
    "--ou",
    "Root",
  );
  expect(value.Requests.every(({ Status }) => Status === "SUCCEEDED")).toBe(true);
  expect(assigned()).toEqual(accounts.toSorted());
});

test("goes on where one is refused, says which, and ends with 6", async () => {
  const [one = ""] = accounts;
  const some = await terminal.run("assignment", "assign", ...who, "--accounts", `999999999999,${one}`);
  expect(some.code).toBe(6);
  expect(some.stdout).toMatch(/^999999999999 +FAILED /m);
  expect(some.stdout).toMatch(new RegExp(`^${one} +SUCCEEDED `, "m"));
  expect(some.stderr).toMatch(/^awsideman: 1 of 2 requests have failed, the first because: .+\n$/);
  expect(assigned()).toEqual([one]);
});

test("does not say that one has failed of which AWS has not answered", async () => {
  const [one = "", two = ""] = accounts;
  terminal.sim.faults.add({ kind: "drop-after-apply", operation: "CreateAccountAssignment" });
  const line = ["assignment", "assign", ...who, "--accounts", `${one},${two}`];
  const some = await terminal.runWith({ variables: { AWS_MAX_ATTEMPTS: "1" } }, ...line);
  expect(some.code).toBe(6);
  expect(some.stdout).toMatch(/^\d{12} +NOT_KNOWN +AWS cannot be reached: the connection was cut$/m);
  expect(some.stdout).toMatch(/^\d{12} +SUCCEEDED /m);
  expect(some.stderr).toBe(
    "awsideman: 1 of 2 requests have failed, the first because: AWS cannot be reached: the connection was cut; of those that are NOT_KNOWN, look before you try again\n",
  );
});

test("where AWS refuses all of them, that is what it ends with", async () => {
  terminal.sim.faults.add({
    kind: "error-before",
    error: "AccessDeniedException",
    operation: "CreateAccountAssignment",
    times: "always",
  });
  const none = await terminal.run("assignment", "assign", ...who, "--accounts", accounts.join(","));
  expect(none.code).toBe(4);
  expect(none.stdout.match(/ FAILED /g)).toHaveLength(accounts.length);
});

test.each([
  ["while AWS takes them", "CreateAccountAssignment", false],
  ["while it waits for them", "DescribeAccountAssignmentCreationStatus", true],
])(
  "interrupted %s, it shows what was sent and what was not, and sends no more",
  async (_, operation, isTaken) => {
    terminal.sim.configure({ operationDuration: 60_000 });
    const hold = terminal.sim.faults.hold({ operation });
    // Five are sent at once.
    const named = [...accounts.slice(0, 5), "111111111111", "222222222222"];
    const line = ["assignment", "assign", ...who, "--accounts", named.join(","), "--json"];
    const child = terminal.spawn({}, ...line);
    const closed = once(child, "close");
    let shown = "";
    let notes = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (notes += text));
    await hold.reached;
    child.kill("SIGINT");
    expect(await closed).toEqual([130, null]);
    hold.release();
    const { Requests } = JSON.parse(shown) as { Requests: readonly Row[] };
    expect(Requests.map(({ Status }) => Status)).toEqual([
      ...Array.from({ length: 5 }, () => "IN_PROGRESS"),
      "NOT_SENT",
      "NOT_SENT",
    ]);
    expect(Requests.some(({ RequestId }) => RequestId !== undefined)).toBe(isTaken);
    expect(Requests.filter(({ FailureReason }) => FailureReason !== undefined)).toEqual([]);
    expect(notes).toBe("awsideman: interrupted; AWS goes on with what was sent\n");
  },
);

test.each([
  [[], 2, /the account is missing; name an account, or use --accounts/],
  [["111122223333", "--ou", "Root"], 2, /the accounts are named in more than one way/],
  [["--accounts", "111122223333", "--account-pattern", "x"], 2, /in more than one way/],
  [["--accounts", ","], 2, /--accounts must name an account/],
  [["--account-pattern", "no such account"], 3, /there is no such active account/],
  [["--ou", "No such unit"], 3, /there is no unit "No such unit"/],
] as const)("%j is refused, and nothing is sent", async (words, code, why) => {
  const refused = await terminal.run("assignment", "assign", ...who, ...words);
  expect(refused).toMatchObject({ code, stdout: "" });
  expect(refused.stderr).toMatch(why);
  expect(refused.calls).not.toHaveProperty("CreateAccountAssignment");
});
