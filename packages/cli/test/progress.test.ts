import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { controlC, linesOf, runInPseudoTerminal, script } from "./support/pseudo-terminal.ts";
import { holdAllButFirst } from "./support/hold-all-but-first.ts";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

const population = { users: 3, groups: 2, permissionSets: 40, accounts: 1 };

/** A second and more: 40 permission sets are 40 calls, and AWS takes 20 a second after the first 10. */
beforeEach(async () => {
  terminal = await Terminal.open({ population });
});

afterEach(async () => {
  await terminal.close();
});

/** What was drawn of the line, one after the other. */
const drawn = (text: string): readonly string[] =>
  [...text.matchAll(/\r((?:permission sets|permission-sets|assignments|accounts|asking AWS)[^\r\n]*)/g)].map(
    ([, line]) => line as string,
  );

describe.skipIf(script === undefined)("at a terminal", () => {
  test("long work shows how far it is, in the width that there is, and leaves nothing behind", async () => {
    using rest = holdAllButFirst(terminal.sim, "DescribePermissionSet");
    const look = (seen: string): void => {
      if (/permission sets \d+\/40/.test(seen)) rest.release();
    };
    const line = ["permission-set", "list", "-o", "text"];
    const { code, text } = await runInPseudoTerminal(terminal, { columns: 40, look }, ...line);
    expect(code).toBe(0);
    const lines = drawn(text);
    for (const one of lines) {
      expect(one.length).toBeLessThan(40);
      expect(one).toMatch(/^(?:permission sets \d+\/40|asking AWS)/);
    }
    // Neither colours nor anything else that a terminal could take amiss.
    expect(text).not.toContain("\u001b");
    const plain = await terminal.run(...line);
    expect(linesOf(text).join("\n")).toBe(plain.stdout);
  });

  test.for([
    ["--quiet", {}],
    ["a terminal that can only print", { TERM: "dumb" }],
  ] as const)("not with %s", async ([option, variables]) => {
    const line = ["permission-set", "list", ...(option === "--quiet" ? [option] : [])];
    const { code, text } = await runInPseudoTerminal(terminal, { variables }, ...line);
    expect([code, drawn(text)]).toEqual([0, []]);
  });

  test("a list that is interrupted says that what was loaded is kept, and it is", async () => {
    const line = ["assignment", "list"];
    using rest = holdAllButFirst(terminal.sim, "ListAccountAssignments");
    const press = { keys: controlC, when: /assignments \d/ };
    const { code, text } = await runInPseudoTerminal(terminal, { press }, ...line);
    rest.release();
    expect(code).toBe(130);
    expect(linesOf(text).filter((shown) => shown !== "" && shown !== "^C")).toEqual([
      "awsideman: interrupted; what was loaded is kept: the next run goes on from there",
    ]);
    const first = terminal.sim.calls.total;
    const { calls } = await terminal.run(...line);
    const asked = Object.values(calls).reduce((sum, count) => sum + count, 0);
    const again = await Terminal.open({ population });
    const whole = Object.values((await again.run(...line)).calls).reduce((sum, count) => sum + count, 0);
    await again.close();
    // What was on its way when it ended is asked for again: ten at most.
    expect(first + asked).toBeGreaterThanOrEqual(whole);
    expect(first + asked).toBeLessThanOrEqual(whole + 10);
  });

  test("what is interrupted and has no more to say leaves the line as it is, and begins another", async () => {
    using _ = holdAllButFirst(terminal.sim, "DescribePermissionSet");
    const press = { keys: controlC, when: /permission sets \d/ };
    const { code, text } = await runInPseudoTerminal(terminal, { press }, "permission-set", "list");
    expect(code).toBe(130);
    expect(text).toMatch(/permission sets \d+\/40[^\r\n]*\^C\r\n$/);
  });

  test("a warm that is interrupted says what it has and what is left, and goes on the next time", async () => {
    using rest = holdAllButFirst(terminal.sim, "DescribePermissionSet");
    const line = ["cache", "warm", "permission-sets"];
    const press = { keys: controlC, when: /permission-sets \d/ };
    const { code, text } = await runInPseudoTerminal(terminal, { press }, ...line);
    rest.release();
    expect(code).toBe(130);
    const lines = linesOf(text);
    expect(lines.at(-2)).toBe(
      "awsideman: interrupted; what was loaded is kept: the next run goes on from there",
    );
    const [, loaded, left] = /^permission-sets +(\d+) +0 +0 +(\d+)$/m.exec(lines.join("\n")) ?? [];
    expect(Number(loaded) + Number(left)).toBe(1 + 6 * 40);
    expect(Number(loaded)).toBeGreaterThan(1);
    const next = await terminal.run(...line, "--budget", "1", "--json");
    expect(next.code).toBe(6);
    expect(JSON.parse(next.stdout)).toMatchObject({ kinds: [{ loaded: 1, fresh: Number(loaded) }] });
  });

  test("an assignment in several accounts shows how many are done", async () => {
    const few = await Terminal.open({ population: { users: 1, permissionSets: 2, accounts: 3 } });
    onTestFinished(() => few.close());
    using rest = holdAllButFirst(few.sim, "CreateAccountAssignment");
    const look = (seen: string): void => {
      if (/accounts \d\/3/.test(seen)) rest.release();
    };
    const accounts = few.sim.accountIds.join(",");
    const line = ["assignment", "assign", "PowerUserAccess-2", "ada.abel.1", "--accounts", accounts];
    const { code, text } = await runInPseudoTerminal(few, { look }, ...line);
    expect(code).toBe(0);
    expect(drawn(text)).toContainEqual(expect.stringMatching(/^accounts \d\/3, /));
    const shown = linesOf(text);
    expect(shown[0]).toMatch(/^Account /);
    expect(shown.filter((one) => one.includes(" SUCCEEDED "))).toHaveLength(3);
    expect(shown.join("\n")).not.toContain("accounts");
  });
});

test("a pipe is told nothing", async () => {
  const { code, stderr } = await terminal.run("permission-set", "list");
  expect([code, stderr]).toEqual([0, ""]);
});
