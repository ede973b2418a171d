import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CacheManager } from "@awsideman/cache-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Terminal, type Finished } from "./support/terminal.ts";

/** What is published, and not the sources. */
const program = path.join(import.meta.dirname, "..", "dist", "program");
const support = path.join(import.meta.dirname, "support");

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
    const fromSources = (): Promise<Finished> => terminal.runWith({ built: false }, ...line);
    await forget();
    const expected = [await fromSources(), await fromSources()];
    await forget();
    expect([await run(...line), await run(...line)]).toEqual(expected);
    expect(expected).toMatchObject([{ code: 0, stderr: "" }, { code: 0 }]);
  });
});

describe("a cached answer", () => {
  let large: Terminal;

  beforeAll(async () => {
    large = await Terminal.open({ population: { users: 100 } });
  });

  afterAll(async () => {
    await large.close();
  });

  test.for(["user list", "user list --json", "cache status"])(
    "loads no file but the program: %s",
    async (text) => {
      await large.runWith({ built: true }, "user", "list");
      const recorder = pathToFileURL(path.join(support, "record-modules.ts")).href;
      const { finished, loaded } = await record(large, ["--import", recorder], text.split(" "));
      expect(finished).toMatchObject({ code: 0, calls: {} });
      // The program itself is not imported: `bin.js` reads it.
      const files = loaded.filter((url) => url.startsWith("file:"));
      expect(files.map((url) => path.basename(url))).toEqual(["bin.js"]);
    },
  );

  // Nor does it compress what it stores: another hundred users would be worth it.
  test("loads no module of Node's that is slow to load", async () => {
    const first = await large.runWith({ built: true }, "user", "list");
    const { finished, loaded } = await recordBuiltins(large, "user", "list");
    expect(finished).toEqual({ ...first, calls: {} });
    expect(loaded).toContain("sqlite");
    const slow =
      /^(?:crypto|fs\/promises|net|perf_hooks|readline.*|stream|timers\/promises|tty|v8|worker_threads|zlib)$/;
    expect(loaded.filter((name) => slow.test(name))).toEqual([]);
  });

  test("is read where another program has compressed it", async () => {
    const first = await large.runWith({ built: true }, "user", "list");
    await compressEntries(large.cacheDirectory);
    const { finished, loaded } = await recordBuiltins(large, "user", "list");
    expect(finished).toEqual({ ...first, calls: {} });
    expect(loaded).toContain("zlib");
  });
});

describe("what is compiled", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "awsideman-compiled-"));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  const runThere = (...line: readonly string[]): Promise<Finished> =>
    terminal.runWith({ built: true, variables: { NODE_COMPILE_CACHE: directory } }, ...line);

  async function kept(): Promise<readonly string[]> {
    const files = await readdir(directory, { recursive: true });
    return files.filter((file) => path.basename(file).startsWith("awsideman-")).toSorted();
  }

  const suffix = (file: string): string =>
    path.basename(file).replace(/^awsideman-[0-9a-f]{32}-v[\d.]+-\w+/, "");

  test("is kept for the next run of the same command, twice, and for nobody else to read", async () => {
    await runThere("user", "list");
    expect((await kept()).map(suffix)).toEqual(["-user-list.1"]);
    for (let time = 0; time < 2; time++) expect(await runThere("user", "list")).toMatchObject({ calls: {} });
    await runThere("cache", "status");
    await runThere("--help");
    const files = await kept();
    expect(files.map(suffix)).toEqual(["-cache-status.1", "-other.1", "-user-list.2"]);
    for (const file of files) expect((await stat(path.join(directory, file))).mode & 0o077).toBe(0);
  });

  test("is not kept of a command that fails", async () => {
    expect(await runThere("user", "lost")).toMatchObject({ code: 2 });
    expect(await kept()).toEqual([]);
  });

  test.for([
    [
      "a changed bit",
      (bytes: Buffer) => bytes.with(bytes.length >> 2, (bytes[bytes.length >> 2] as number) ^ 1),
    ],
    ["half of it", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["nothing", () => Buffer.alloc(0)],
    ["that of another program", () => Buffer.alloc(1_000, "abc")],
  ] as const)("is compiled again where %s is found", async ([, damage]) => {
    const expected = [await runThere("user", "list"), await runThere("user", "list")][1];
    const files = await kept();
    for (const file of files) {
      const whole = path.join(directory, file);
      const bytes = await readFile(whole);
      await writeFile(whole, damage(bytes));
    }
    expect(await runThere("user", "list")).toEqual(expected);
    // It has begun again: what it had found was not run.
    const [first] = await kept();
    expect(suffix(first as string)).toBe("-user-list.1");
    const bytes = await readFile(path.join(directory, first as string));
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(bytes.subarray(0, bytes.length / 2).equals(bytes.subarray(bytes.length / 2))).toBe(true);
  });

  test.skipIf(process.platform === "win32")("is not looked for where others may write", async () => {
    await runThere("user", "list");
    const folder = path.join(directory, "node-compile-cache");
    await mkdir(folder);
    await chmod(folder, 0o777);
    const options = { built: true, variables: { TMPDIR: directory } };
    expect(await terminal.runWith(options, "user", "list")).toMatchObject({ code: 0, calls: {} });
    // Node has not been there either, which would run what it finds.
    expect(await readdir(folder)).toEqual([]);
  });

  test("lies with what Node has compiled, in a folder that is made for its owner alone", async () => {
    const options = { built: true, variables: { TMPDIR: directory } };
    expect(await terminal.runWith(options, "user", "list")).toMatchObject({ code: 0 });
    const folder = path.join(directory, "node-compile-cache");
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await kept()).map(suffix)).toEqual(["-user-list.1"]);
  });

  test("is begun anew where V8 does not take it, for other options for one", async () => {
    const found: (readonly string[])[] = [];
    for (const nodeOptions of [[], [], ["--no-opt"], ["--no-opt"]]) {
      const options = { built: true, variables: { TMPDIR: directory }, nodeOptions };
      expect(await terminal.runWith(options, "user", "list")).toMatchObject({ code: 0 });
      found.push((await kept()).map(suffix));
    }
    expect(found).toEqual([["-user-list.1"], ["-user-list.2"], ["-user-list.1"], ["-user-list.2"]]);
  });

  test("cannot be kept: the command works all the same", async () => {
    const options = { built: true, variables: { NODE_COMPILE_CACHE: process.execPath } };
    expect(await terminal.runWith(options, "user", "list")).toMatchObject({ code: 0, stderr: "" });
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

function recordBuiltins(at: Terminal, ...line: readonly string[]): ReturnType<typeof record> {
  return record(at, ["--require", path.join(support, "record-builtins.cjs")], line);
}

async function record(
  at: Terminal,
  nodeOptions: readonly string[],
  line: readonly string[],
): Promise<{ readonly finished: Finished; readonly loaded: readonly string[] }> {
  const file = path.join(at.home, "modules.json");
  const finished = await at.runWith({ built: true, variables: { RECORD_TO: file }, nodeOptions }, ...line);
  return { finished, loaded: JSON.parse(await readFile(file, "utf8")) as string[] };
}

test("a write is seen by the next process", async () => {
  const changed = ["user", "update", "ada.abel.1", "--display-name", "Countess Lovelace"];
  await run("user", "list");
  expect(await run(...changed)).toMatchObject({ code: 0, stderr: "" });
  expect((await run("user", "list")).stdout).toContain("Countess Lovelace");
  for (const line of [
    ["user", "create", "-u", "grace", "-f", "Grace", "-l", "Hopper"],
    ["group", "add-member", "Finance-2", "grace"],
    ["group", "remove-member", "Finance-2", "grace", "--yes"],
    ["user", "delete", "grace", "--force"],
  ])
    expect(await run(...line)).toMatchObject({ code: 0, stderr: "" });
});

test("an assignment is followed to its end", async () => {
  const change = ["PowerUserAccess-2", "ada.abel.1", terminal.sim.accountIds[0] as string];
  for (const command of ["assign", "revoke"])
    expect(
      await run(
        "assignment",
        command,
        ...change,
        "--principal-type",
        "USER",
        "--wait",
        ...(command === "revoke" ? ["--yes"] : []),
      ),
    ).toMatchObject({
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
