import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, Terminal } from "./support/terminal.ts";

let terminal: Terminal;

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
