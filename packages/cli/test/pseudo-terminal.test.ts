import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { controlC, linesOf, runInPseudoTerminal, script, type Seen } from "./support/pseudo-terminal.ts";
import { holdAllButFirst } from "./support/hold-all-but-first.ts";
import { tricks } from "./support/names.ts";
import { orders, widthOf } from "./support/terminal-width.ts";
import { Terminal } from "./support/terminal.ts";

const columns = 40;
let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 2, groups: 1, permissionSets: 8, accounts: 1 } });
});

afterEach(async () => {
  await terminal.close();
});

describe.skipIf(script === undefined)("at a terminal", () => {
  describe("what is to be deleted is asked about", () => {
    const deleteAda = async (keys: string): Promise<Seen & { readonly isThere: boolean }> => {
      const seen = await runInPseudoTerminal(
        terminal,
        { press: { keys, when: /\[y\/N\] $/ } },
        "user",
        "delete",
        "ada.abel.1",
      );
      expect(seen.text).toMatch(/^Do you want to delete the user "ada\.abel\.1" \([^)]+\)\? \[y\/N\] /);
      const isThere = terminal.sim.state.users.some(({ attributes }) => attributes.UserName === "ada.abel.1");
      return { ...seen, isThere };
    };

    test("y deletes it", async () => {
      const { code, text, isThere } = await deleteAda("y\n");
      expect([code, isThere]).toEqual([0, false]);
      expect(text).toMatch(/\[y\/N\] y\r\nDeleted +ada\.abel\.1\r\n/);
    });

    test("by a name that plays no tricks", async () => {
      const press = { keys: "n\n", when: /\[y\/N\] $/ };
      for (const UserName of Object.values(tricks)) {
        terminal.sim.console.createUser({ UserName });
        const { code, text } = await runInPseudoTerminal(terminal, { press }, "user", "delete", UserName);
        expect([code, text.startsWith('Do you want to delete the user "eve')]).toEqual([1, true]);
        expect(text).not.toMatch(orders);
      }
    });

    test.for([
      ["n", "n\n", "n"],
      ["the end of the input", "\u0004", ""],
    ] as const)("%s does not", async ([, keys, echo]) => {
      const { code, text, isThere } = await deleteAda(keys);
      expect([code, isThere]).toEqual([1, true]);
      expect(text.slice(text.indexOf("[y/N]"))).toMatch(
        new RegExp(`^\\[y/N\\] ${echo}\r\nawsideman: nothing was done: [^\r\n]+\r\n$`),
      );
    });

    test("nor does Control-C, which ends it with 130 and no more words", async () => {
      const { code, text, isThere } = await deleteAda(controlC);
      expect([code, isThere]).toEqual([130, true]);
      expect(text).toMatch(/\[y\/N\] \^C\r\n$/);
    });
  });

  describe("that all is to be forgotten is asked about", () => {
    const clearAll = async (
      keys: string,
      ...options: readonly string[]
    ): Promise<Seen & { isLeft: boolean }> => {
      await terminal.run("user", "list");
      const press = { keys, when: /\[y\/N\] $/ };
      const seen = await runInPseudoTerminal(terminal, { press }, "cache", "clear", "--all", ...options);
      const { calls } = await terminal.run("user", "list");
      return { ...seen, isLeft: Object.keys(calls).length === 0 };
    };
    const question = "Do you want to forget all that is cached, of every endpoint? [y/N] ";

    test("y forgets it", async () => {
      const { code, text, isLeft } = await clearAll("y\n");
      expect([code, isLeft]).toEqual([0, false]);
      expect(text).toBe(`${question}y\r\nCleared 2 entries.\r\n`);
    });

    test.for([
      ["n", "n\n", "n", 1],
      ["the end of the input", "\u0004", "", 1],
      ["Control-C", controlC, "^C", 130],
    ] as const)("%s does not", async ([, keys, echo, expected]) => {
      const { code, text, isLeft } = await clearAll(keys);
      expect([code, isLeft]).toEqual([expected, true]);
      const why = expected === 130 ? /^$/ : /^awsideman: nothing was done: [^\r\n]+\r\n$/;
      const asked = text.slice(0, question.length);
      const rest = text.slice(question.length);
      expect([asked, rest.slice(0, echo.length + 2)]).toEqual([question, `${echo}\r\n`]);
      expect(rest.slice(echo.length + 2)).toMatch(why);
    });

    test.for(["--yes", "--force", "--dry-run"])("not with %s", async (option) => {
      const { code, text, isLeft } = await clearAll("", option);
      expect([code, isLeft]).toEqual([0, option === "--dry-run"]);
      expect(text).toMatch(/^(?:Cleared|Would clear) 2 entries\.\r\n$/);
    });
  });

  test("a warm shows in one line how far it is, and the line is gone in the end", async () => {
    using first = holdAllButFirst(terminal.sim, "DescribePermissionSet");
    using last = terminal.sim.faults.hold({ operation: "ListTagsForResource" });
    const look = (text: string): void => {
      if (/permission-sets \d\/49/.test(text)) first.release();
      if (text.includes("permission-sets 41/49")) last.release();
    };
    const line = ["cache", "warm", "permission-sets"];
    const { code, text } = await runInPseudoTerminal(terminal, { columns, look }, ...line);
    expect(code).toBe(0);
    const drawn = [...text.matchAll(/\r(permission-sets \d+[^\r\n]*)/g)].map(([, shown]) => shown as string);
    // In the last column, some terminals go to the next line.
    for (const shown of drawn) expect(shown.length).toBeLessThan(columns);
    expect(linesOf(text)[0]).toMatch(/^What /);
    expect(text).not.toMatch(orders);
  });

  test("names in any script, and those that are meant to play tricks, stay in their lines", async () => {
    const names = [
      "a\u001b[31mred\u001b[0m\u0007\u009b2J\u202eevil\r\nuser",
      "мария.константинопольская.с.длинным.именем",
      "山田太郎山田太郎山田太郎山田太郎山田太郎",
      "한국어이름한국어이름한국어이름한국어이름",
      "محمد بن عبد الله بن عبد العزيز آل سعود",
      "👩‍👩‍👧‍👦 नमस्ते e\u0301".repeat(4),
    ];
    for (const UserName of names) terminal.sim.console.createUser({ UserName, DisplayName: UserName });
    const { code, text } = await runInPseudoTerminal(terminal, { columns }, "user", "list");
    expect(code).toBe(0);
    expect(text).not.toMatch(orders);
    const lines = text.trimEnd().split("\r\n");
    for (const line of lines) expect([line, widthOf(line) <= columns]).toEqual([line, true]);
    const shown = lines.map((line) => line.slice("Username  ".length)).join("");
    for (const name of names.slice(1, 4)) expect(shown).toContain(name);
    expect(shown).toContain(String.raw`\u202eevil\u000d\nuser`);
  });

  test.for([
    ["cache status --detailed", { FORCE_COLOR: "3", CLICOLOR_FORCE: "1", TERM: "xterm-256color" }],
    ["user get nobody", { NO_COLOR: "1" }],
  ] as const)("%s has no colours, whatever the environment says: %j", async ([line, variables]) => {
    const { text } = await runInPseudoTerminal(terminal, { variables }, ...line.split(" "));
    expect(text).not.toBe("");
    expect(text).not.toMatch(orders);
  });

  test.for([
    ["ListInstances", "user list", []],
    ["DeleteUser", "user delete ada.abel.1 --yes", []],
    [
      "ListPermissionSets",
      "cache warm permission-sets",
      ["awsideman: interrupted; what was loaded is kept: the next run goes on from there"],
    ],
    [
      "ListPermissionSets",
      "cache warm permission-sets --no-cache",
      ["awsideman: interrupted; what was loaded is kept"],
    ],
  ] as const)("Control-C while AWS does not answer %s of %s ends it", async ([operation, line, said]) => {
    using hold = terminal.sim.faults.hold({ operation });
    const press = { keys: controlC, when: hold.reached };
    const { code, text } = await runInPseudoTerminal(terminal, { press }, ...line.split(" "));
    expect(code).toBe(130);
    expect(linesOf(text).filter((shown) => shown.startsWith("awsideman:"))).toEqual(said);
    // No stack.
    expect(text).not.toMatch(/^\s+at |Error/m);
  });

  test.for(["ListAccountAssignments", "ListGroupMembershipsForMember"])(
    "Control-C ends a review that reads everything, while AWS does not answer %s",
    async (operation) => {
      terminal.sim.faults.add({
        kind: "error-before",
        error: "AccessDeniedException",
        operation: "ListAccountAssignmentsForPrincipal",
      });
      using hold = terminal.sim.faults.hold({ operation });
      const press = { keys: controlC, when: hold.reached };
      const { code, text } = await runInPseudoTerminal(
        terminal,
        { press },
        "access-review",
        "principal",
        "ada.abel.1",
      );
      expect(code).toBe(130);
      expect(linesOf(text).at(-2)).toMatch(/^(?:\^C)?awsideman: interrupted; what was loaded is kept: .+$/);
    },
  );

  test("an audit that is interrupted tells what it has found, and that it was not all", async () => {
    for (const line of ["user list", "group list"]) await terminal.run(...line.split(" "));
    using hold = terminal.sim.faults.hold({ operation: "ListUsers" });
    const press = { keys: controlC, when: hold.reached };
    const { code, text } = await runInPseudoTerminal(terminal, { press }, "cache", "audit");
    expect(code).toBe(130);
    expect(text).toMatch(/ of \d+ entries[^]*\r\nawsideman: interrupted\r\n$/);
  });
});
