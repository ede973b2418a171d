import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, Terminal } from "./support/terminal.ts";

let terminal: Terminal;

/** What a shell is told that has sourced the script, in a program of its own. */
async function askShell(
  shell: string,
  program: string,
  ...words: readonly string[]
): Promise<readonly string[]> {
  const { stdout } = await terminal.run("completion", shell);
  await writeFile(path.join(terminal.home, `completion.${shell}`), stdout);
  const env = { ...terminal.variables, PATH: `${terminal.home}/bin:${terminal.variables["PATH"]}` };
  const options = shell === "zsh" ? ["-f", "-c"] : ["--no-config", "-c"];
  const rest = shell === "zsh" ? ["zsh", ...words] : words;
  const shown = await promisify(execFile)(shell, [...options, program, ...rest], { env, cwd: terminal.home });
  expect(shown.stderr).toBe("");
  return shown.stdout.split("\n").filter((line) => line !== "");
}

function isThere(shell: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, shell)));
}

/** What bash would offer for a line, at its end. */
async function offer(
  line: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const program = `
source ./completion.bash
COMP_LINE="$1" COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
_awsideman
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const environment = { ...terminal.variables, ...variables };
  const env = { ...environment, PATH: `${terminal.home}/bin:${environment["PATH"]}` };
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", program, "bash", line], {
    env,
    cwd: terminal.home,
  });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

beforeAll(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 2, accounts: 1 } });
  const folder = path.join(terminal.home, "bin");
  await mkdir(folder);
  const script = path.join(folder, "awsideman");
  await writeFile(
    script,
    `#!/bin/sh\nexec "${process.execPath}" --conditions=@awsideman/source "${bin}" "$@"\n`,
  );
  await chmod(script, 0o755);
  const { stdout } = await terminal.run("completion", "bash");
  await writeFile(path.join(terminal.home, "completion.bash"), stdout);
  terminal.sim.console.createGroup("Sales Team");
  terminal.sim.console.createUser({ UserName: "zoe@example.com" });
  terminal.sim.console.createUser({ UserName: "zoe\u001b[31m" });
});

afterAll(async () => {
  await terminal.close();
});

test.skipIf(process.platform === "win32")(
  "bash completes commands, options, and names that are in the cache, and asks nobody",
  async () => {
    expect(await offer("awsideman perm")).toEqual(["permission-set"]);
    expect(await offer("awsideman permission-set g")).toEqual(["get"]);
    expect(await offer("awsideman user list --out")).toEqual(["--output"]);
    const before = terminal.sim.calls.snapshot().operations;
    expect(await offer("awsideman user get ")).toEqual([]);
    expect(terminal.sim.calls.snapshot().operations).toEqual(before);

    await terminal.run("user", "list");
    await terminal.run("group", "list");
    await terminal.run("permission-set", "list");
    const asked = terminal.sim.calls.snapshot().operations;
    expect(await offer("awsideman user get ada")).toEqual(["ada.abel.1"]);
    expect(await offer("awsideman user get zoe")).toEqual(["zoe@example.com"]);
    expect(await offer("awsideman user get zoe@e")).toEqual(["example.com"]);
    expect(await offer("awsideman group get Sal")).toEqual(["Sales\\ Team"]);
    expect(await offer("awsideman group get 'Sales T")).toEqual(["Sales Team"]);
    expect(await offer("awsideman permission-set get P")).toEqual(["PowerUserAccess-2"]);
    expect(await offer("awsideman assignment list --principal Sal")).toEqual(["Sales\\ Team"]);
    expect(await offer("awsideman cache inspect us")).toEqual([expect.stringMatching(/^user:list:/)]);
    expect(await offer("awsideman cache inspect user:l")).toEqual([expect.stringMatching(/^list:/)]);
    expect(await offer("awsideman cache explain add")).toEqual(["add-member"]);
    expect(terminal.sim.calls.snapshot().operations).toEqual(asked);
    // It was no reader either.
    const { value } = await terminal.json<{ misses: number }>("cache", "status");
    expect(value.misses).toBe(6);
  },
);

test.skipIf(process.platform === "win32")("bash completes what is about the cache", async () => {
  expect(await offer("awsideman cache warm users ")).toEqual([
    "groups",
    "memberships",
    "permission-sets",
    "assignments",
  ]);
  expect(await offer("awsideman cache invalidate remove")).toEqual(["remove-member"]);
  expect(await offer("awsideman cache invalidate delete perm")).toEqual(["permission-set"]);
  expect(await offer("awsideman cache clear group_")).toEqual([
    "group_membership:describe:\\*",
    "group_membership:get_id:\\*",
  ]);
  expect(await offer("awsideman cache clear --resource organizational")).toEqual(["organizational_unit"]);
  expect(await offer("awsideman config set cache.red")).toEqual(["cache.redis_url"]);
});

test.runIf(isThere("zsh"))("zsh is offered the same, and files where those may stand", async () => {
  // Functions of its completion system, which is there only while somebody types.
  const program = `
compdef() { }
compadd() { shift; print -rl -- "$@" }
_files() { print files }
source ./completion.zsh
words=(awsideman "$@") CURRENT=$(( $# + 1 )) PREFIX="$argv[-1]"
_awsideman`;
  const offered = (...words: readonly string[]): Promise<readonly string[]> =>
    askShell("zsh", program, ...words);
  expect(await offered("cache", "warm", "users", "")).toEqual([
    "groups",
    "memberships",
    "permission-sets",
    "assignments",
  ]);
  await terminal.run("group", "list");
  expect(await offered("group", "get", "Sales\\ T")).toEqual(["Sales Team"]);
  expect(await offered("cache", "export", "")).toEqual(["files"]);
});

test.runIf(isThere("fish"))("fish is offered the same, with what it is", async () => {
  const program = "source ./completion.fish; complete -C $argv[1]";
  const offered = (line: string): Promise<readonly string[]> => askShell("fish", program, line);
  expect(await offered("awsideman cache warm users g")).toEqual(["groups"]);
  expect(await offered("awsideman user g")).toEqual(["get\tShow a user and the groups that it is in"]);
  await terminal.run("group", "list");
  expect(await offered("awsideman group get Sal")).toEqual(["Sales Team"]);
});

test.skipIf(process.platform === "win32")("trouble is nothing that a shell is told of", async () => {
  expect(await offer("awsideman user get a", { AWS_REGION: "no region!" })).toEqual([]);
  expect(await offer("awsideman user get a", { AWSIDEMAN_CACHE_DIR: "/dev/null/x" })).toEqual([]);
  expect(await offer("awsideman --profile nobody user get a")).toEqual([]);
  for (const line of [["__complete"], ["__complete", "tcsh"], ["__complete", "bash"]])
    expect(await terminal.run(...line)).toMatchObject({ code: 0, stderr: "" });
});

test("there is a script for each shell, and each says how to use it", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await terminal.run("completion", shell);
    expect({ code, first: stdout.split("\n").find((line) => line.startsWith("# ")) }).toEqual({
      code: 0,
      first: expect.stringContaining(`awsideman completion ${shell}`) as string,
    });
  }
});
