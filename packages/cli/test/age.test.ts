import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 6, groups: 2 }, pageSize: 4 });
});

afterEach(async () => {
  await terminal.close();
});

/** Somebody else makes a user, and this tool hears nothing of it. */
function change(name: string): void {
  terminal.sim.console.createUser({ UserName: name });
  terminal.sim.settle();
}

describe("--no-cache", () => {
  test("asks AWS, once for each page, and everybody else sees what it has said", async () => {
    await terminal.run("user", "list");
    await terminal.run("user", "list", "--json");
    change("zoe");
    expect((await terminal.run("user", "list")).stdout).not.toContain("zoe");
    const { code, stdout, calls } = await terminal.run("user", "list", "--no-cache");
    expect({ code, calls }).toEqual({ code: 0, calls: { ListInstances: 1, ListUsers: 2 } });
    expect(stdout).toContain("zoe");
    expect(await terminal.run("user", "list")).toMatchObject({ stdout, calls: {} });
    // Also in a form in which it was kept before.
    expect((await terminal.run("user", "list", "--json")).stdout).toContain("zoe");
  });

  test.for([[["--show-age"]], [["--limit", "7"]], [["--json"]]])(
    "also with %s leaves nothing of before",
    async ([options]) => {
      await terminal.run("user", "list");
      change("zoe");
      await terminal.run("user", "list", "--no-cache", ...(options as string[]));
      expect(await terminal.run("user", "list")).toMatchObject({
        stdout: expect.stringContaining("zoe") as string,
        calls: {},
      });
    },
  );

  test("keeps nothing that is being changed", async () => {
    // As long as it is held, nobody knows what is true, however long the reads take.
    using change = terminal.sim.faults.hold({ operation: "UpdateUser", when: "after" });
    const changed = terminal.run("user", "update", "ada.abel.1", "--display-name", "Ada");
    await change.reached;
    expect((await terminal.run("user", "list", "--no-cache")).calls).toMatchObject({ ListUsers: 2 });
    // The first page twice, as ever where it cannot be kept.
    expect((await terminal.run("user", "list")).calls).toMatchObject({ ListUsers: 3 });
    change.release();
    expect(await changed).toMatchObject({ code: 0 });
  });

  test("and --max-age exclude each other", async () => {
    const { code, stderr } = await terminal.run("user", "list", "--no-cache", "--max-age", "5m");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "awsideman: --no-cache and --max-age exclude each other\n",
    });
  });
});

describe("--max-age", () => {
  test("is content with what is recent", async () => {
    const first = await terminal.run("user", "list");
    expect(await terminal.run("user", "list", "--max-age", "1h")).toEqual({ ...first, calls: {} });
  });

  test("of 0 is --no-cache", async () => {
    await terminal.run("user", "list");
    expect((await terminal.run("user", "list", "--max-age", "0s")).calls).toEqual({
      ListInstances: 1,
      ListUsers: 2,
    });
  });

  test.for(["5", "1500ms"])("may be %s", async (age) => {
    expect(await terminal.run("group", "list", "--max-age", age)).toMatchObject({ code: 0 });
  });

  test.for(["", "5 m"])("cannot be %j", async (age) => {
    const { code, stderr } = await terminal.run("group", "list", `--max-age=${age}`);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `awsideman: --max-age must be a time such as 30s, 5m or 1h, received "${age}"\n`,
    });
  });
});

describe("--show-age", () => {
  const told = async (...line: readonly string[]): Promise<string> =>
    (await terminal.run(...line, "--show-age")).stderr;

  test("tells how often AWS was asked, and how old is what it was not asked for", async () => {
    expect(await told("user", "list")).toBe("awsideman: from AWS; 3 calls to AWS\n");
    expect(await told("user", "list")).toMatch(
      /^awsideman: from the cache, (?:\d+ min )?\d+ s old; 0 calls to AWS\n$/,
    );
    await terminal.run("cache", "clear", "group");
    expect(await told("group", "list")).toMatch(
      /^awsideman: from the cache, (?:\d+ min )?\d+ s old; 1 call to AWS\n$/,
    );
  });

  test("tells nothing where nothing was asked", async () => {
    expect(await told("cache", "status")).toBe("");
  });

  test("changes nothing of what is printed", async () => {
    const { stdout } = await terminal.run("user", "list", "--json");
    expect((await terminal.run("user", "list", "--json", "--show-age")).stdout).toBe(stdout);
  });
});
