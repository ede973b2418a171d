import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 6, groups: 5, permissionSets: 1 }, pageSize: 4 });
});

afterEach(async () => {
  await terminal.close();
});

const hits = (stderr: string): readonly string[] =>
  [...stderr.matchAll(/^awsideman: cache: hit (\w+:\w+)/gm)].map(([, name]) => name as string);

describe("a list of several pages", () => {
  test.for(["user list", "user list --json", "group list", "group list --json"])(
    "is kept as it is shown: %s",
    async (text) => {
      const line = text.split(" ");
      const { stdout } = await terminal.run(...line, "--no-cache");
      expect(await terminal.run(...line)).toMatchObject({ stdout });
      const again = await terminal.run(...line, "--verbose");
      expect(again).toMatchObject({ stdout, calls: {} });
      const [noun] = line;
      expect(hits(again.stderr)).toEqual(["instance:list", `${noun}:list`, `text:${noun}s`]);
    },
  );

  test("is shown anew once a part of it was changed", async () => {
    await terminal.run("user", "list");
    await terminal.run("user", "update", "farah.abel.6", "--display-name", "Countess");
    terminal.sim.settle();
    for (let time = 0; time < 2; time++)
      expect((await terminal.run("user", "list")).stdout).toContain("Countess");
  });

  test("goes with the answers that it is made of", async () => {
    await terminal.run("user", "list");
    await terminal.run("cache", "clear", "user:list:*");
    expect((await terminal.run("user", "list")).calls).toEqual({ ListUsers: 2 });
  });

  test("is another one for whoever asks something else, or for somebody else", async () => {
    await terminal.run("user", "list");
    const key = { variables: { AWS_ACCESS_KEY_ID: "AKIAANOTHER" } };
    for (const [options, ...line] of [
      [key, "user", "list"],
      [{}, "user", "list", "--region", "eu-west-1"],
    ] as const) {
      const { code, calls } = await terminal.runWith(options, ...line);
      expect({ code, asked: calls["ListUsers"] }).toEqual({ code: 0, asked: 2 });
    }
    const beginning = await terminal.run("user", "list", "--limit", "5", "--verbose");
    expect(hits(beginning.stderr)).toEqual(["instance:list", "user:list", "user:list", "user:list"]);
    expect(beginning.stdout.trimEnd().split("\n")).toHaveLength(2 + 5);
  });

  test("is asked for page by page where nothing is kept", async () => {
    expect((await terminal.run("user", "list", "--no-cache")).calls).toEqual({
      ListInstances: 1,
      ListUsers: 2,
    });
  });
});
