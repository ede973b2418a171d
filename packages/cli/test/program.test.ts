import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CacheManager } from "@awsideman/cache-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedModules } from "./support/record-modules.ts";
import { Terminal, type Finished } from "./support/terminal.ts";

/** What is published, and not the sources. */
const program = path.join(import.meta.dirname, "..", "dist", "program");
const recorder = pathToFileURL(path.join(import.meta.dirname, "support", "record-modules.ts")).href;

let terminal: Terminal;

beforeAll(async () => {
  if (!existsSync(path.join(program, "main.cjs")))
    throw new Error("The command is not built: run `npx -y pnpm@12 build` first, or test all by `pnpm test`");
  terminal = await Terminal.open({ population: { users: 5, groups: 2, permissionSets: 2, accounts: 1 } });
});

afterAll(async () => {
  await terminal.close();
});

async function run(...line: readonly string[]): Promise<Finished> {
  return terminal.runWith({ built: true }, ...line);
}

describe("every command that reads does the same as from the sources, first and next time", () => {
  test.for([
    "user list",
    "user get ada.abel.1",
    "group list",
    "group get Finance-2",
    "group list-members Finance-2",
    "permission-set list",
    "permission-set get PowerUserAccess-2",
    "assignment list --principal ada.abel.1",
  ])("%s", async (text) => {
    const line = text.split(" ");
    const forget = async (): Promise<unknown> => terminal.run("cache", "clear", "--all");
    await forget();
    const expected = [await terminal.run(...line), await terminal.run(...line)];
    await forget();
    expect([await run(...line), await run(...line)]).toEqual(expected);
    expect(expected).toMatchObject([{ code: 0, stderr: "" }, { code: 0 }]);
  });
});

test("a cached answer loads a handful of files, and no module of Node's that is slow to load", async () => {
  await run("user", "list");
  const { finished, loaded } = await record(terminal, "user", "list");
  expect(finished).toHaveProperty("calls", {});
  const files = loaded.imported.filter((url) => url.startsWith("file:"));
  expect(files.map((url) => path.basename(url))).toEqual([
    "bin.js",
    "main.cjs",
    "cached-answer.cjs",
    // What all of them share.
    "rolldown-runtime.cjs",
  ]);
  const slow = /^node:(?:crypto|util|v8|zlib|stream|readline.*|tty|worker_threads)$/;
  expect(loaded.imported.filter((url) => slow.test(url))).toEqual([]);
});

describe("an answer that is large enough to be compressed", () => {
  let large: Terminal;

  beforeAll(async () => {
    large = await Terminal.open({ population: { users: 100 } });
  });

  afterAll(async () => {
    await large.close();
  });

  test("is stored as it is, so that the command does not load zlib to read it", async () => {
    const first = await large.runWith({ built: true }, "user", "list");
    const { finished, loaded } = await record(large, "user", "list");
    expect(finished).toEqual({ ...first, calls: {} });
    expect(loaded.builtin).toContain("sqlite");
    expect(loaded.builtin).not.toContain("zlib");
  });

  test("is read where another program has compressed it", async () => {
    const first = await large.runWith({ built: true }, "user", "list");
    await compressEntries(large.cacheDirectory);
    const { finished, loaded } = await record(large, "user", "list");
    expect(finished).toEqual({ ...first, calls: {} });
    expect(loaded.builtin).toContain("zlib");
  });
});

/** Stores everything in a cache once more, as the library does where nobody says otherwise. */
async function compressEntries(cacheDir: string): Promise<void> {
  await using cache = new CacheManager();
  await cache.configureStorage({ backend: "disk", config: { cacheDir } });
  for await (const { namespace, caller, key } of cache.allEntries()) {
    const scoped = cache.withScope({ namespace, caller });
    await scoped.set(key, await scoped.get(key));
  }
}

async function record(
  at: Terminal,
  ...line: readonly string[]
): Promise<{ readonly finished: Finished; readonly loaded: LoadedModules }> {
  const file = path.join(at.home, "modules.json");
  const finished = await at.runWith(
    { built: true, variables: { RECORD_TO: file }, nodeOptions: ["--import", recorder] },
    ...line,
  );
  return { finished, loaded: JSON.parse(await readFile(file, "utf8")) as LoadedModules };
}

test("a write is seen by the next process", async () => {
  const changed = ["user", "update", "ada.abel.1", "--display-name", "Countess Lovelace"];
  await run("user", "list");
  expect(await run(...changed)).toMatchObject({ code: 0, stderr: "" });
  expect((await run("user", "list")).stdout).toContain("Countess Lovelace");
  for (const line of [
    ["user", "create", "-u", "grace", "-f", "Grace", "-l", "Hopper"],
    ["group", "add-member", "Finance-2", "grace"],
    ["group", "remove-member", "Finance-2", "grace"],
    ["user", "delete", "grace", "--force"],
  ])
    expect(await run(...line)).toMatchObject({ code: 0, stderr: "" });
});

test("an assignment is followed to its end", async () => {
  const change = ["PowerUserAccess-2", "ada.abel.1", terminal.sim.accountIds[0] as string];
  for (const command of ["assign", "revoke"])
    expect(await run("assignment", command, ...change, "--principal-type", "USER", "--wait")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Status +SUCCEEDED$/m) as string,
    });
});

test.for([
  ["--version", 0, /^\d+\.\d+\.\d+\n$/, /^$/],
  ["--help", 0, /user list/, /^$/],
  // What is not ASCII is escaped in the bundle.
  ["permission-set get --help", 0, /ps-…/, /^$/],
  ["usr list", 2, /^$/, /^awsideman: .+user/],
  ["user get nobody", 3, /^$/, /^awsideman: there is no user "nobody"/],
  ["cache status --json", 0, /"backend": "disk"/, /^$/],
  ["cache clear", 0, /./, /^$/],
] as const)("%s", async ([text, code, stdout, stderr]) => {
  expect(await run(...text.split(" "))).toMatchObject({
    code,
    stdout: expect.stringMatching(stdout) as string,
    stderr: expect.stringMatching(stderr) as string,
  });
});

test("the other backends are there", async () => {
  const memory = { built: true, variables: { AWSIDEMAN_CACHE_BACKEND: "memory" } };
  expect(await terminal.runWith(memory, "user", "list")).toMatchObject({ code: 0, stderr: "" });
  const redis = { built: true, variables: { AWSIDEMAN_CACHE_BACKEND: "redis" } };
  expect(await terminal.runWith(redis, "user", "list")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^awsideman: AWSIDEMAN_CACHE_REDIS_URL must say where Redis is/) as string,
  });
});

test("a cache with a key is encrypted, and locked with another one", async () => {
  const [right, wrong] = ["a".repeat(64), "b".repeat(64)];
  const withKey = (key: string) => ({
    built: true,
    variables: {
      AWSIDEMAN_CACHE_ENCRYPTION_KEY: key,
      AWSIDEMAN_CACHE_DIR: path.join(terminal.home, "encrypted"),
    },
  });
  const first = await terminal.runWith(withKey(right), "user", "list");
  expect(first).toMatchObject({ code: 0, stderr: "", calls: { ListUsers: 1 } });
  expect(await terminal.runWith(withKey(right), "user", "list")).toEqual({ ...first, calls: {} });
  const { stdout } = await terminal.runWith(withKey(right), "cache", "status", "--recent-entries", "1");
  expect(stdout).toMatch(/^Backend +disk, encrypted$[^]*^Health +good$[^]*^user:list/m);
  const locked = await terminal.runWith(withKey(wrong), "user", "list");
  expect(locked).toMatchObject({ code: 0, stdout: first.stdout, calls: { ListUsers: 1 } });
  expect(locked.stderr).toMatch(/^awsideman: cache: [^\n]+ another key [^\n]+\n$/);
  const change = ["user", "update", "ada.abel.1", "--display-name", "Ada of the key"];
  await terminal.runWith(withKey(wrong), ...change);
  expect((await terminal.runWith(withKey(right), "user", "list")).stdout).toContain("Ada of the key");
});

test("where compiled code cannot be kept, the command works all the same", async () => {
  const options = { built: true, variables: { NODE_COMPILE_CACHE: process.execPath } };
  expect(await terminal.runWith(options, "user", "list")).toMatchObject({ code: 0, stderr: "" });
});
