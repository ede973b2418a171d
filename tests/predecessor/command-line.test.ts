import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Terminal } from "../../packages/cli/test/support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2 } });
});

afterEach(async () => {
  await terminal.close();
});

test("B1: the next command reads from disk what the one before has stored", async () => {
  const first = await terminal.run("user", "list");
  for (const _ of [1, 2]) {
    const { code, stdout, calls } = await terminal.run("user", "list");
    expect({ code, stdout, calls }).toEqual({ code: 0, stdout: first.stdout, calls: {} });
  }
});

test("B2: the next command sees what the one before has changed, and asks for nothing else", async () => {
  await terminal.run("user", "list");
  await terminal.run("group", "list");
  const [user] = terminal.sim.state.users;
  await terminal.run("user", "update", user?.userId ?? "", "--display-name", "Augusta");
  expect((await terminal.run("user", "list")).stdout).toContain("Augusta");
  expect((await terminal.run("group", "list")).calls).toEqual({});
});

test("B3: what is invalidated by hand is asked for again, and the rest is not", async () => {
  await terminal.run("user", "list");
  await terminal.run("group", "list");
  expect((await terminal.run("cache", "clear", "user:*")).code).toBe(0);
  expect((await terminal.run("group", "list")).calls).toEqual({});
  expect((await terminal.run("user", "list")).calls).toEqual({ ListUsers: 1 });
});

test("B14: what is fresh is still there after a clean-up", async () => {
  await terminal.run("user", "list");
  expect((await terminal.run("cache", "cleanup")).code).toBe(0);
  expect((await terminal.run("user", "list")).calls).toEqual({});
});

test("B28: nothing is left in the folder for temporary files, and nothing there is believed", async () => {
  const temporary = join(terminal.home, "temporary");
  mkdirSync(temporary);
  const variables = { TMPDIR: temporary, TMP: temporary, TEMP: temporary };
  for (const words of [
    ["user", "list"],
    ["group", "list"],
    ["assignment", "list"],
    ["cache", "status"],
  ])
    await terminal.runWith({ variables }, ...words);
  // Node's own, of the commands as they are published: this user's alone, which is looked at before it is used.
  expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
});

test("B29: no command that warms the cache carries out a command that writes", async () => {
  const [user] = terminal.sim.state.users;
  for (const words of [
    ["user", "delete", user?.userId ?? "", "--yes"],
    ["group", "create", "writers"],
  ])
    await terminal.run("cache", "warm", ...words);
  expect([terminal.sim.state.users.length, terminal.sim.state.groups.length]).toEqual([3, 2]);
});

test("B30: the status names what is cached, and for how long it was", async () => {
  await terminal.run("user", "list");
  const { value } = await terminal.json<{ byResource: object; oldestEntry: string }>("cache", "status");
  expect(Object.keys(value.byResource)).toContain("user");
  expect(Date.parse(value.oldestEntry)).toBeGreaterThan(0);
});
