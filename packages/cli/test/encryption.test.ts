import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
let key: string;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 1 } });
  key = randomBytes(32).toString("base64");
  terminal.variables["AWSIDEMAN_CACHE_ENCRYPTION_KEY"] = key;
});

afterEach(async () => {
  await terminal.close();
});

interface Listing {
  readonly Users: readonly { readonly UserId: string; readonly UserName: string }[];
}

/** Every byte that is anywhere below the directory, names of files included. */
function bytesBelow(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return `${entry.name}\n${entry.isFile() ? readFileSync(file, "latin1") : ""}`;
    })
    .join("\n");
}

describe("a cache with a key", () => {
  test("answers as one without does, and its files give no name away", async () => {
    const { value, calls } = await terminal.json<Listing>("user", "list");
    expect(calls).not.toEqual({});
    const again = await terminal.json<Listing>("user", "list");
    expect(again).toEqual({ value, calls: {} });
    await terminal.run("permission-set", "list");
    await terminal.run("group", "list-members", "Everyone");
    const bytes = bytesBelow(terminal.cacheDirectory);
    expect(bytes.length).toBeGreaterThan(20_000);
    const names = [
      "user",
      "group",
      "list",
      "describe",
      "permission",
      "instance",
      "awsideman",
      "hits",
      "127.0.0.1",
    ];
    names.push(...value.Users.flatMap(({ UserId, UserName }) => [UserId, UserName]));
    // Three characters would be there by chance.
    expect(Math.min(...names.map((name) => name.length))).toBeGreaterThan(3);
    expect(names.filter((name) => bytes.includes(name))).toEqual([]);
    // The same search finds them where there is no key.
    delete terminal.variables["AWSIDEMAN_CACHE_ENCRYPTION_KEY"];
    terminal.variables["AWSIDEMAN_CACHE_DIR"] = path.join(terminal.home, "plain");
    await terminal.run("user", "list");
    const plain = bytesBelow(path.join(terminal.home, "plain"));
    expect(names.filter((name) => plain.includes(name)).length).toBeGreaterThan(8);
  });

  test("says so, and knows the names of what it holds", async () => {
    await terminal.run("user", "list");
    const { stdout } = await terminal.run("cache", "status", "--recent-entries", "5");
    expect(stdout).toMatch(/^Backend +disk, encrypted$/m);
    expect(stdout).toMatch(/^Entries +2, /m);
    expect(stdout).toMatch(/^user:list/m);
    const { value } = await terminal.json("cache", "status", "--detailed");
    expect(value).toMatchObject({ encrypted: true, byOperation: { "user:list": { misses: 1, sets: 1 } } });
  });

  test("sees a change at once", async () => {
    const { value } = await terminal.json<Listing>("user", "list");
    await terminal.run("user", "delete", value.Users[0]?.UserName as string, "--force");
    const after = await terminal.json<Listing>("user", "list");
    expect(after.value.Users).toHaveLength(value.Users.length - 1);
  });
});

describe("another key, or none", () => {
  test.each([
    [
      "a wrong key",
      () => ({ AWSIDEMAN_CACHE_ENCRYPTION_KEY: randomBytes(32).toString("hex") }),
      "with another key",
    ],
    [
      "no such file",
      () => ({
        AWSIDEMAN_CACHE_ENCRYPTION_KEY: undefined,
        AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: "/nowhere/key",
      }),
      "AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: the key file /nowhere/key does not exist",
    ],
    [
      "a file that others may read",
      () => ({
        AWSIDEMAN_CACHE_ENCRYPTION_KEY: undefined,
        AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: path.join(terminal.home, "key"),
      }),
      "has mode 644",
    ],
  ] as const)("%s costs one line, and AWS answers", async (_, make, message) => {
    await writeFile(path.join(terminal.home, "key"), key, { mode: 0o644 });
    await terminal.run("user", "list");
    const variables = make();
    for (const time of [1, 2]) {
      const { code, stdout, stderr, calls } = await terminal.runWith({ variables }, "user", "list");
      expect(code).toBe(0);
      expect(stdout).toMatch(/User ID/);
      expect(stderr.trim().split("\n"), `time ${time}`).toEqual([expect.stringContaining(message)]);
      expect(stderr).not.toContain(variables.AWSIDEMAN_CACHE_ENCRYPTION_KEY ?? key);
      expect(calls).toHaveProperty("ListUsers");
    }
    // It has not taken anything from whoever has the key.
    expect((await terminal.run("user", "list")).calls).toEqual({});
  });

  test.each([
    ["is wrong", "0".repeat(64), /^Health +The cache is locked: it is encrypted with another key$/m],
    ["is not there", undefined, /^Health +The cache is locked: there is no usable key for it$/m],
  ])("is what the status says of it, where it %s, and it can be cleared", async (_, wrong, health) => {
    await terminal.run("user", "list");
    const variables = {
      AWSIDEMAN_CACHE_ENCRYPTION_KEY: wrong,
      AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: wrong === undefined ? "/nowhere/key" : undefined,
    };
    const { code, stdout } = await terminal.runWith({ variables }, "cache", "status");
    expect(code).toBe(0);
    expect(stdout).toMatch(health);
    expect((await terminal.run("cache", "status")).stdout).toMatch(/^Health +good$/m);
    expect(await terminal.runWith({ variables }, "cache", "clear")).toMatchObject({ code: 0 });
    expect((await terminal.run("user", "list")).calls).toHaveProperty("ListUsers");
  });

  test("says how to begin anew, which works", async () => {
    await terminal.run("user", "list");
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: "0".repeat(64) };
    const locked = await terminal.runWith({ variables }, "user", "list");
    expect(locked.stderr).toContain('or begin anew with "awsideman cache clear --all"\n');
    expect(await terminal.runWith({ variables }, "cache", "clear", "--all")).toMatchObject({ code: 0 });
    expect(await terminal.runWith({ variables }, "user", "list")).toMatchObject({ code: 0, stderr: "" });
  });

  test("still makes its changes known", async () => {
    const { value } = await terminal.json<Listing>("user", "list");
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: randomBytes(32).toString("hex") };
    const name = value.Users[0]?.UserName as string;
    await terminal.runWith({ variables }, "user", "delete", name, "--force");
    expect((await terminal.json<Listing>("user", "list")).value.Users).toHaveLength(value.Users.length - 1);
  });

  test("what is no key is a mistake of the user's, and is not repeated", async () => {
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: "correct-horse-battery" };
    const { code, stderr } = await terminal.runWith({ variables }, "user", "list");
    expect(code).toBe(2);
    expect(stderr).toContain("AWSIDEMAN_CACHE_ENCRYPTION_KEY must be a key of 32 bytes");
    expect(stderr).not.toContain("horse");
  });
});

test("without a key nothing of it is loaded", async () => {
  const recorder = pathToFileURL(path.join(import.meta.dirname, "support", "record-modules.ts")).href;
  const file = path.join(terminal.home, "modules.json");
  const modulesOf = async (variables: Record<string, string | undefined>): Promise<readonly string[]> => {
    const nodeOptions = ["--import", recorder];
    await terminal.runWith({ variables: { RECORD_TO: file, ...variables }, nodeOptions }, "user", "list");
    return JSON.parse(await readFile(file, "utf8")) as string[];
  };
  const isOfEncryption = (url: string): boolean => /\/encrypt-storage\.ts$|^node:crypto$/.test(url);
  const plain = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: undefined };
  await modulesOf(plain);
  expect((await modulesOf(plain)).filter(isOfEncryption)).toEqual([]);
  expect(new Set((await modulesOf({})).filter(isOfEncryption)).size).toBe(2);
});
