import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { controlC, linesOf, runInPseudoTerminal, script } from "./support/pseudo-terminal.ts";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

/** A second and more: 40 permission sets are 40 calls, and AWS takes 20 a second after the first 10. */
beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 40, accounts: 1 } });
});

afterEach(async () => {
  await terminal.close();
});

/** What was drawn of the line, one after the other. */
const drawn = (text: string): readonly string[] =>
  [...text.matchAll(/\r((?:permission sets|permission-sets|assignments|asking AWS)[^\r\n]*)/g)].map(
    ([, line]) => line as string,
  );

describe.skipIf(script === undefined)("at a terminal", () => {
  test("long work shows how far it is, in the width that there is, and leaves nothing behind", async () => {
    const { code, text } = await runInPseudoTerminal(
      terminal,
      { columns: 40 },
      "permission-set",
      "list",
      "-o",
      "text",
    );
    expect(code).toBe(0);
    const lines = drawn(text);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line.length).toBeLessThan(40);
      expect(line).toMatch(/^(?:permission sets \d+\/40|asking AWS)/);
    }
    // Neither colours nor anything else that a terminal could take amiss.
    expect(text).not.toContain("\u001b");
    const plain = await terminal.run("permission-set", "list", "-o", "text");
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
    const { code, text } = await runInPseudoTerminal(
      terminal,
      { press: { keys: controlC, when: /calls/ } },
      ...line,
    );
    expect(code).toBe(130);
    expect(linesOf(text).filter((shown) => shown !== "" && shown !== "^C")).toEqual([
      "awsideman: interrupted; what was loaded is kept: the next run goes on from there",
    ]);
    const first = terminal.sim.calls.total;
    expect(first).toBeGreaterThan(10);
    const { calls } = await terminal.run(...line);
    const asked = Object.values(calls).reduce((sum, count) => sum + count, 0);
    const again = await Terminal.open({
      population: { users: 3, groups: 2, permissionSets: 40, accounts: 1 },
    });
    const whole = Object.values((await again.run(...line)).calls).reduce((sum, count) => sum + count, 0);
    await again.close();
    // What was on its way when it ended is asked for again: ten at most.
    expect(first + asked).toBeGreaterThanOrEqual(whole);
    expect(first + asked).toBeLessThanOrEqual(whole + 10);
  });

  test("what is interrupted and has no more to say leaves the line as it is, and begins another", async () => {
    for (let set = 0; set < 100; set++) terminal.sim.console.createPermissionSet({ Name: `more-${set}` });
    const { code, text } = await runInPseudoTerminal(
      terminal,
      { press: { keys: controlC, when: /permission sets \d/ } },
      "permission-set",
      "list",
    );
    expect(code).toBe(130);
    expect(text).toMatch(/permission sets \d+\/140[^\r\n]*\^C\r\n$/);
  });

  test("a warm that is interrupted says what it has and what is left, and goes on the next time", async () => {
    const line = ["cache", "warm", "permission-sets", "--rate", "40"];
    const { code, text } = await runInPseudoTerminal(
      terminal,
      { press: { keys: controlC, when: /calls/ } },
      ...line,
    );
    expect(code).toBe(130);
    const lines = linesOf(text);
    expect(lines.at(-2)).toBe(
      "awsideman: interrupted; what was loaded is kept: the next run goes on from there",
    );
    const [, loaded, left] = /^permission-sets +(\d+) +0 +0 +(\d+)$/m.exec(lines.join("\n")) ?? [];
    expect(Number(loaded) + Number(left)).toBe(1 + 6 * 40);
    expect(Number(loaded)).toBeGreaterThan(10);
    const { value } = await terminal.json<{ kinds: readonly { fresh: number; loaded: number }[] }>(
      "cache",
      "warm",
      "permission-sets",
      "--budget",
      "0",
    );
    expect(value.kinds[0]).toMatchObject({ loaded: 0, fresh: Number(loaded) });
  });
});

test("a pipe is told nothing", async () => {
  const { code, stderr } = await terminal.run("permission-set", "list");
  expect([code, stderr]).toEqual([0, ""]);
});
