import { randomBytes } from "node:crypto";
import { chmodSync, statSync } from "node:fs";
import { readdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 1 } });
});
afterEach(() => terminal.close());

/** Windows has no modes. */
function modeOf(file: string): number {
  return process.platform === "win32" ? 0o600 : statSync(file).mode & 0o777;
}

/** The database itself. */
async function databaseFile(): Promise<string> {
  const names = await readdir(terminal.cacheDirectory, { recursive: true });
  const name = names.find((one) => /\.db$|\.sqlite$|cache-[^/]*$/.test(one) && !/-(?:wal|shm)$/.test(one));
  if (name === undefined) throw new Error(`There is no database among ${names.join(", ")}`);
  return path.join(terminal.cacheDirectory, name);
}

describe("cache cleanup", () => {
  test("removes what was invalidated and what has expired, and leaves the rest", async () => {
    await terminal.run("group", "list");
    await terminal.runWith({ variables: { AWSIDEMAN_CACHE_DEFAULT_TTL: "0.001" } }, "permission-set", "list");
    await terminal.run("user", "list");
    const created = await terminal.run("user", "create", "-u", "zoe", "-f", "Zoe", "-l", "Z");
    expect(created).toMatchObject({ code: 0 });
    const { value } = await terminal.json<{ expired: number; invalidated: number }>("cache", "cleanup");
    expect(value.invalidated).toBeGreaterThan(0);
    expect((await terminal.json<object>("cache", "cleanup")).value).toEqual({
      expired: 0,
      invalidated: 0,
      freedBytes: 0,
    });
    expect((await terminal.run("group", "list")).calls).toEqual({});
  });

  test("has nothing to do for a cache that is new, or one in memory", async () => {
    expect(await terminal.run("cache", "cleanup")).toMatchObject({
      code: 0,
      stdout: "Removed 0 entries: 0 expired, 0 invalidated. Freed 0 bytes.\n",
    });
    const variables = { AWSIDEMAN_CACHE_BACKEND: "memory" };
    expect(await terminal.runWith({ variables }, "cache", "cleanup")).toMatchObject({
      code: 0,
      stdout: "There is nothing to clean up: memory does that by itself.\n",
    });
  });

  test("says what is wrong where the cache cannot be used", async () => {
    await writeFile(path.join(terminal.home, "file"), "");
    const variables = { AWSIDEMAN_CACHE_DIR: path.join(terminal.home, "file", "below") };
    const { code, stderr, stdout } = await terminal.runWith({ variables }, "cache", "cleanup");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("cannot be cleaned up");
  });
});

describe("cache check", () => {
  test("finds nothing wrong with a good one", async () => {
    await terminal.run("user", "list");
    expect(await terminal.run("cache", "check")).toMatchObject({
      code: 0,
      stdout: "Looked at 2 entries: nothing is wrong.\n",
      stderr: "",
    });
    expect((await terminal.json("cache", "check")).value).toEqual({ entries: 2, problems: [] });
  });

  test.runIf(process.platform !== "win32")("finds what others could read, and repairs it", async () => {
    await terminal.run("user", "list");
    const file = await databaseFile();
    chmodSync(file, 0o644);
    const found = await terminal.run("cache", "check");
    expect(found).toMatchObject({ code: 1 });
    expect(found.stdout).toContain("permissions");
    expect(found.stderr).toMatch(
      /^awsideman: \d+ problems? found in the cache; run "awsideman cache check --repair"$/m,
    );
    expect(await terminal.run("cache", "check", "--repair")).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await terminal.run("cache", "check")).toMatchObject({ code: 0 });
  });

  test("of a damaged one ends well, and the cache begins anew", async () => {
    await terminal.run("user", "list");
    await truncate(await databaseFile(), 5_000);
    const { code, stderr } = await terminal.run("cache", "check", "--repair");
    expect(code).toBe(0);
    expect(stderr).not.toContain("    at ");
    expect(await terminal.run("cache", "check")).toMatchObject({ code: 0 });
    expect(await terminal.run("user", "list")).toMatchObject({ code: 0 });
  });

  test("has nothing to look at in memory", async () => {
    const variables = { AWSIDEMAN_CACHE_BACKEND: "memory" };
    const { stdout, code } = await terminal.runWith({ variables }, "cache", "check");
    expect({ stdout, code }).toEqual({
      code: 0,
      stdout: "There is nothing to check: memory keeps nothing that could be damaged.\n",
    });
  });
});

describe("cache export", () => {
  test("writes a line of JSON for each entry, for its user alone, and no answers", async () => {
    await terminal.run("user", "list");
    const file = path.join(terminal.home, "out.jsonl");
    expect(await terminal.run("cache", "export", file)).toMatchObject({
      code: 0,
      stdout: `Exported 2 entries to ${file}.\n`,
      calls: {},
    });
    const text = await readFile(file, "utf8");
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ key }) => String(key).split(":", 2).join(":")).sort()).toEqual([
      "instance:list",
      "user:list",
    ]);
    for (const entry of entries)
      expect(Object.keys(entry)).toEqual([
        "key",
        "namespace",
        "caller",
        "tags",
        "createdAt",
        "expiresAt",
        "sizeBytes",
      ]);
    expect(modeOf(file)).toBe(0o600);
  });

  test("writes answers where they are asked for, and only of the entries that are named", async () => {
    await terminal.run("user", "list");
    const { stdout } = await terminal.run("cache", "export", "-", "user:list:*", "--values");
    const [entry, ...others] = stdout.trimEnd().split("\n");
    expect(others).toEqual([]);
    expect(JSON.parse(entry as string)).toMatchObject({ value: { output: { Users: [{}, {}, {}] } } });
  });

  test("overwrites nothing, and refuses what is no pattern", async () => {
    const file = path.join(terminal.home, "out.jsonl");
    await writeFile(file, "precious");
    const link = path.join(terminal.home, "link");
    await symlink(path.join(terminal.home, "target"), link);
    expect(await terminal.run("cache", "export", file)).toMatchObject({ code: 2 });
    expect(await terminal.run("cache", "export", link)).toMatchObject({ code: 2 });
    expect(await readFile(file, "utf8")).toBe("precious");
    expect(await terminal.run("cache", "export", path.join(terminal.home, "no", "where"))).toMatchObject({
      code: 1,
    });
    expect(await terminal.run("cache", "export", "-", "")).toMatchObject({ code: 2, stdout: "" });
    const other = path.join(terminal.home, "other");
    const none = await terminal.run("cache", "export", other, "user|list");
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toMatch(/^awsideman: [^\n]+; patterns are such as [^\n]+\n$/);
    // So that it can be done again with a pattern.
    await expect(readFile(other)).rejects.toThrow("ENOENT");
  });
});

describe("cache encryption", () => {
  let file: string;
  beforeEach(async () => {
    file = path.join(terminal.home, "key");
    await writeFile(file, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  });
  const withFile = (...line: readonly string[]) =>
    terminal.runWith({ variables: { AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: file } }, ...line);

  test("status says whether it is on, and never shows a key", async () => {
    expect((await terminal.run("cache", "encryption", "status")).stdout).toMatch(/^Encryption +off$/m);
    const { stdout, stderr } = await withFile("cache", "encryption", "status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ encrypted: true, keyFrom: file, keys: 1, healthy: true });
    expect(stdout + stderr).not.toContain((await readFile(file, "utf8")).trim());
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: randomBytes(32).toString("hex") };
    const named = await terminal.runWith({ variables }, "cache", "encryption", "status");
    expect(named.stdout).toMatch(/^Key +AWSIDEMAN_CACHE_ENCRYPTION_KEY$/m);
    expect(named.stdout).not.toContain(variables.AWSIDEMAN_CACHE_ENCRYPTION_KEY);
  });

  test("status says until when a cache that has just been given a key stores nothing", async () => {
    await terminal.run("user", "list");
    const told = await withFile("cache", "encryption", "status");
    const until = /^Health +recovering: it began anew, and stores nothing until (20\S+Z)$/m.exec(
      told.stdout,
    )?.[1];
    const { stdout } = await withFile("cache", "encryption", "status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true, recoveringUntil: Date.parse(until ?? "") });
  });

  test("rotate puts a new key in front, and what was stored before stays readable", async () => {
    await withFile("user", "list");
    const [old] = (await readFile(file, "utf8")).split("\n");
    const rotated = await withFile("cache", "encryption", "rotate");
    expect(rotated.code).toBe(0);
    const [fresh, kept, end] = (await readFile(file, "utf8")).split("\n");
    expect({ kept, end }).toEqual({ kept: old, end: "" });
    expect(Buffer.from(fresh as string, "base64")).toHaveLength(32);
    expect(rotated.stdout + rotated.stderr).not.toContain(fresh);
    expect(modeOf(file)).toBe(0o600);
    expect((await withFile("user", "list")).calls).toEqual({});
    await withFile("group", "list");
    expect(await withFile("cache", "encryption", "rotate", "--drop-old")).toMatchObject({ code: 0 });
    expect(await readFile(file, "utf8")).toBe(`${fresh}\n`);
    expect(await withFile("cache", "encryption", "rotate", "--drop-old")).toMatchObject({ code: 2 });
    expect(await withFile("user", "list")).toMatchObject({ code: 0 });
  });

  test("a dry run changes nothing", async () => {
    const before = await readFile(file, "utf8");
    expect((await withFile("cache", "encryption", "rotate", "--dry-run")).stdout).toContain("would have");
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("refuses where there is no key file to change, and says what to do", async () => {
    expect(await terminal.run("cache", "encryption", "rotate")).toMatchObject({ code: 2 });
    const variables = { AWSIDEMAN_CACHE_ENCRYPTION_KEY: randomBytes(32).toString("hex") };
    const { code, stderr } = await terminal.runWith({ variables }, "cache", "encryption", "rotate");
    expect(code).toBe(2);
    expect(stderr).toContain("put a new key in front of it");
    expect(await terminal.run("cache", "encryption", "remove")).toMatchObject({ code: 2 });
    expect(await withFile("cache", "encryption", "status", "--drop-old")).toMatchObject({ code: 2 });
  });

  test.runIf(process.platform !== "win32")("refuses a key file that others may read", async () => {
    chmodSync(file, 0o644);
    const { code, stderr } = await withFile("cache", "encryption", "rotate");
    expect(code).toBe(1);
    expect(stderr).toContain("chmod 600");
  });
});
