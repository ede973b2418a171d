import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 3, groups: 2, permissionSets: 1 } });
});

afterEach(async () => {
  await terminal.close();
});

interface Status {
  readonly enabled: boolean;
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
  readonly awsCallsSaved: number;
  readonly [name: string]: unknown;
}

describe("cache status", () => {
  test("tells of what earlier processes did", async () => {
    for (let time = 0; time < 3; time += 1) await terminal.run("user", "list");
    const { value, calls } = await terminal.json<Status>("cache", "status");
    expect(calls).toEqual({});
    expect(value).toEqual({
      enabled: true,
      backend: "disk",
      encrypted: false,
      directory: terminal.cacheDirectory,
      sizeBytes: expect.any(Number) as number,
      limitBytes: 100 * 1024 * 1024,
      entries: 2,
      hits: 4,
      misses: 2,
      hitRatePercentage: expect.closeTo(66.67, 2) as number,
      byDay: expect.any(Array) as unknown,
      byResource: {
        user: { entries: 1, sizeBytes: expect.any(Number) as number },
        instance: { entries: 1, sizeBytes: expect.any(Number) as number },
      },
      oldestEntry: expect.stringMatching(/^20\d\d-/) as string,
      awsCallsSaved: 4,
      millisecondsSaved: expect.any(Number) as number,
      breaker: "closed",
      health: { healthy: true, problems: [] },
    });
    const days = value["byDay"] as readonly { readonly hits: number; readonly misses: number }[];
    expect(days.reduce((sum, { hits }) => sum + hits, 0)).toBe(4);
    expect(value["millisecondsSaved"]).toBeGreaterThan(0);
    expect(value["sizeBytes"]).toBeGreaterThan(1000);
    const { stdout } = await terminal.run("cache", "status");
    expect(stdout).toMatch(/^Cache +enabled$/m);
    expect(stdout).toMatch(/^Size +\d+\.\d % +#\.{19} +[\d.]+ kB of 100 MB$/m);
    expect(stdout).toMatch(/^Hit rate +66\.7 % +#{13}\.{7} +6 reads$/m);
    expect(stdout).toMatch(/^Entries +2, the oldest that can be served (?:\d+ min )?\d+ s old$/m);
    expect(stdout).toMatch(/^Time saved +about (?:\d+ min )?\d+ s of waiting for AWS$/m);
    expect(stdout).toMatch(/^user +1 +[\d.]+ kB$/m);
    expect(stdout).toMatch(/^AWS calls saved +4$/m);
  });

  test("--watch tells again and again, until it is interrupted", async () => {
    const child = terminal.spawn({}, "cache", "status", "--watch", "--output", "json");
    const end = "\n}\n";
    const told = await new Promise<string>((resolve) => {
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (more: string) => {
        text += more;
        if (text.endsWith(end) && text.split(end).length > 2) resolve(text);
      });
    });
    for (const picture of told.split(end).slice(0, -1))
      expect(JSON.parse(`${picture}\n}`)).toMatchObject({ enabled: true });
    child.kill("SIGINT");
    expect(await new Promise((resolve) => void child.on("close", resolve))).toBe(0);
  });

  test("draws with blocks where the locale has them", async () => {
    await terminal.run("user", "list");
    const variables = { LANG: "en_US.UTF-8" };
    expect((await terminal.runWith({ variables }, "cache", "status")).stdout).toMatch(/^Size.* █░{19} /m);
  });

  test("--detailed tells of each operation", async () => {
    await terminal.run("user", "list");
    await terminal.run("user", "list");
    const { value } = await terminal.json<Status>("cache", "status", "--detailed");
    expect(value).toMatchObject({
      namespace: terminal.sim.endpoint,
      breaker: "closed",
      byOperation: { "user:list": { hits: 1, misses: 1, sets: 1 }, "instance:list": { hits: 1, misses: 1 } },
    });
    const { stdout } = await terminal.run("cache", "status", "--detailed");
    expect(stdout).toMatch(/^Operation +Hits +Misses +Hit rate +Stored +Too late$/m);
    expect(stdout).toMatch(/^user:list +1 +1 +50\.0 % +1 +0$/m);
  });

  test("--recent-entries shows the newest first, and no more than asked for", async () => {
    for (const line of [
      ["user", "list"],
      ["group", "list"],
    ])
      await terminal.run(...line);
    const { value } = await terminal.json<{ recentEntries: readonly Record<string, unknown>[] }>(
      "cache",
      "status",
      "--recent-entries",
      "2",
    );
    expect(value.recentEntries.map(({ key }) => String(key).split(":").slice(0, 2).join(":"))).toEqual([
      "group:list",
      "user:list",
    ]);
    expect(value.recentEntries[0]).toEqual({
      key: expect.any(String) as string,
      namespace: terminal.sim.endpoint,
      caller: expect.any(String) as string,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      sizeBytes: expect.any(Number) as number,
    });
    const [{ createdAt, expiresAt }] = value.recentEntries as readonly [
      { createdAt: string; expiresAt: string },
    ];
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(15 * 60_000);
    const { stdout } = await terminal.run("cache", "status", "--recent-entries", "2");
    expect(stdout).toMatch(
      /\nKey +Age +Time left +Size\n-.*\ngroup:list:\S+ +(?:\d+ min )?\d+ s +\d+ min \d+ s +[\d.]+ (?:bytes|kB)\n/,
    );
  });

  test("tells until when a cache that has begun anew stores nothing", async () => {
    await terminal.run("user", "list");
    // What was kept without a key is removed, and what was unsettled is not known any more.
    terminal.variables["AWSIDEMAN_CACHE_ENCRYPTION_KEY"] = "a".repeat(64);
    const before = Date.now();
    const { code, stdout } = await terminal.run("cache", "status");
    const after = Date.now();
    expect(code).toBe(0);
    const [, until] =
      /^Health +recovering: it began anew, and stores nothing until (\S+Z)$/m.exec(stdout) ?? [];
    const began = Date.parse(until ?? "") - 15 * 60_000;
    expect(began).toBeGreaterThanOrEqual(before);
    expect(began).toBeLessThanOrEqual(after);
    const { value } = await terminal.json<Status>("cache", "status");
    expect(value).toMatchObject({ health: { healthy: true, recoveringUntil: Date.parse(until ?? "") } });
  });

  test("is an answer also where there is no cache to be had", async () => {
    await writeFile(terminal.cacheDirectory, "a file");
    const { code, stdout } = await terminal.run("cache", "status");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Health +The disk backend cannot be opened: /m);
  });
});

describe("cache clear", () => {
  test("forgets what a pattern names, and nothing else", async () => {
    for (const line of [
      ["user", "list"],
      ["group", "list"],
    ])
      await terminal.run(...line);
    expect(await terminal.run("cache", "clear", "user:list:*")).toMatchObject({
      code: 0,
      stdout: "Cleared 1 entry.\n",
    });
    expect((await terminal.run("group", "list")).calls).toEqual({});
    expect((await terminal.run("user", "list")).calls).toEqual({ ListUsers: 1 });
  });

  test("forgets everything without one", async () => {
    for (const line of [
      ["user", "list"],
      ["group", "list"],
    ])
      await terminal.run(...line);
    expect((await terminal.json("cache", "clear")).value).toEqual({ cleared: 3, pattern: "*" });
    expect((await terminal.run("user", "list")).calls).toEqual({ ListInstances: 1, ListUsers: 1 });
    expect(await terminal.run("cache", "clear", "--force")).toMatchObject({ code: 0 });
  });

  test("forgets what the profile in use sees, and every other one", async () => {
    await writeProfiles(terminal, "work", "home");
    for (const profile of ["work", "home"]) await terminal.run("user", "list", "--profile", profile);
    expect((await terminal.json("cache", "clear", "--profile", "work")).value).toMatchObject({ cleared: 4 });
    for (const profile of ["work", "home"]) {
      expect((await terminal.run("user", "list", "--profile", profile)).calls).toMatchObject({
        ListUsers: 1,
      });
    }
  });

  test("leaves other endpoints alone, unless it is to be all", async () => {
    const other = await Terminal.open({ population: { users: 1 } });
    onTestFinished(() => other.close());
    const there = ["user", "list", "--endpoint-url", other.sim.endpoint];
    await terminal.run(...there);
    await terminal.run("user", "list");
    await terminal.run("cache", "clear");
    const before = other.sim.calls.total;
    await terminal.run(...there);
    expect(other.sim.calls.total).toBe(before);
    expect((await terminal.json("cache", "clear", "--all")).value).toMatchObject({ pattern: null });
    await terminal.run(...there);
    expect(other.sim.calls.total).toBeGreaterThan(before);
  });

  test("--resource forgets all that tells of a kind of thing, and nothing else", async () => {
    for (const line of [
      ["group", "list"],
      ["permission-set", "list"],
    ])
      await terminal.run(...line);
    const clear = ["cache", "clear", "--resource", "permission-set"];
    const { value } = await terminal.json<Readonly<Record<string, unknown>>>(...clear, "--dry-run");
    expect(value).toEqual({
      dryRun: true,
      wouldClear: expect.any(Number) as number,
      pattern: null,
      resource: "permission-set",
      patterns: ["permission_set:*", "assignment:*"],
    });
    expect(value["wouldClear"]).toBeGreaterThan(0);
    expect((await terminal.run("permission-set", "list")).calls).toEqual({});
    expect((await terminal.json(...clear)).value).toMatchObject({ cleared: value["wouldClear"] });
    expect((await terminal.run("group", "list")).calls).toEqual({});
    expect((await terminal.run("permission-set", "list")).calls).toMatchObject({ ListPermissionSets: 1 });
  });

  test.each([
    [
      ["--resource", "usr"],
      /^awsideman: there is no resource "usr"; did you mean user\? resources are .+\n$/,
    ],
    [["--resource", "user", "user:*"], /^awsideman: --resource and a pattern exclude each other/],
    [["--resource", "user", "--all"], /^awsideman: --all and --resource exclude each other/],
  ])("%j is refused, and nothing is forgotten", async (words, why) => {
    await terminal.run("user", "list");
    const refused = await terminal.run("cache", "clear", ...words);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(why);
    expect((await terminal.run("user", "list")).calls).toEqual({});
  });

  test("says what is wrong with a pattern", async () => {
    expect(await terminal.run("cache", "clear", "user|list")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^awsideman: .+; patterns are such as "user:list:\*", .+\n$/) as string,
    });
  });

  test("fails where there is no cache to be had, and is made up for when there is", async () => {
    await terminal.run("user", "list");
    const aside = `${terminal.cacheDirectory}-aside`;
    await rename(terminal.cacheDirectory, aside);
    await writeFile(terminal.cacheDirectory, "a file");
    const { code, stdout, stderr } = await terminal.run("cache", "clear");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^awsideman: cache: The cache directory .+ is not a directory; the change waits in a file, .+\nawsideman: the cache could not be cleared\n$/,
    );
    await rm(terminal.cacheDirectory);
    await rename(aside, terminal.cacheDirectory);
    expect((await terminal.run("user", "list")).calls).toMatchObject({ ListUsers: 1 });
  });
});

describe("who shares answers with whom", () => {
  test("two profiles share none, and see each other's writes", async () => {
    await writeProfiles(terminal, "work", "home");
    for (const profile of ["work", "home"]) {
      expect((await terminal.run("user", "list", "--profile", profile)).calls).toEqual({
        ListInstances: 1,
        ListUsers: 1,
      });
    }
    await terminal.run("user", "create", "--profile", "work", "-u", "zoe", "-f", "Zoe", "-l", "Zimmer");
    const seen = await terminal.run("user", "list", "--profile", "home");
    expect(seen.stdout).toMatch(/zoe/);
    expect(seen.calls).toEqual({ ListUsers: 1 });
  });

  test("two access keys, two regions, and a profile that is changed to lead elsewhere", async () => {
    const asked = { ListInstances: 1, ListUsers: 1 };
    const variables = { AWS_ACCESS_KEY_ID: "another" };
    expect((await terminal.run("user", "list")).calls).toEqual(asked);
    expect((await terminal.runWith({ variables }, "user", "list")).calls).toEqual(asked);
    expect((await terminal.run("user", "list", "--region", "eu-west-1")).calls).toEqual(asked);
    await writeProfiles(terminal, "work");
    expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual(asked);
    await writeProfiles(terminal, "work", "home");
    expect((await terminal.run("user", "list", "--profile", "work")).calls).toEqual({});
    await writeFile(
      path.join(terminal.home, ".aws", "config"),
      "[profile work]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/other\ncredential_source = Environment\n",
    );
    // It gets as far as taking on that role, which nobody can here.
    expect((await terminal.run("user", "list", "--profile", "work")).code).not.toBe(0);
  });
});

describe("without the cache", () => {
  test.each([
    ["AWSIDEMAN_CACHE_DISABLED", { AWSIDEMAN_CACHE_DISABLED: "true" }],
    ["AWSIDEMAN_USE_UNIFIED_CACHE", { AWSIDEMAN_USE_UNIFIED_CACHE: "false" }],
  ])("%s: reads go to AWS, nothing is stored, writes are known to all", async (_, variables) => {
    const line = ["user", "list"];
    for (let time = 0; time < 2; time += 1) {
      expect((await terminal.runWith({ variables }, ...line)).calls).toEqual({
        ListInstances: 1,
        ListUsers: 1,
      });
    }
    expect((await terminal.run("user", "list")).calls).toEqual({ ListInstances: 1, ListUsers: 1 });
    expect((await terminal.run("user", "list")).calls).toEqual({});
    expect((await terminal.runWith({ variables }, ...line)).calls).toEqual({
      ListInstances: 1,
      ListUsers: 1,
    });
    await terminal.runWith({ variables }, "user", "create", "-u", "zoe", "-f", "Z", "-l", "Z");
    expect((await terminal.run("user", "list")).stdout).toMatch(/zoe/);
  });

  test("the environment counts with a profile, too", async () => {
    await writeProfiles(terminal, "work_1");
    const variables = { AWSIDEMAN_CACHE_DISABLED: "1" };
    for (let time = 0; time < 2; time += 1) {
      const { calls } = await terminal.runWith({ variables }, "user", "list", "--profile", "work_1");
      expect(calls).toEqual({ ListInstances: 1, ListUsers: 1 });
    }
    const { value } = await terminal.json<Status>("cache", "status", "--profile", "work_1");
    expect(value).toMatchObject({ enabled: true, entries: 0 });
  });

  test("a time to live of 0 keeps nothing", async () => {
    const variables = { AWSIDEMAN_CACHE_DEFAULT_TTL: "0" };
    for (let time = 0; time < 2; time += 1) {
      expect((await terminal.runWith({ variables }, "user", "list")).calls).toMatchObject({ ListUsers: 1 });
    }
  });
});

test("a limited list is the beginning of the list, and leaves no trace in it", async () => {
  const limited = await terminal.run("user", "list", "--limit", "1");
  expect(limited.stdout.trimEnd().split("\n")).toHaveLength(3);
  const whole = await terminal.run("user", "list");
  expect(whole.stdout.trimEnd().split("\n")).toHaveLength(5);
  expect(whole.calls).toEqual({});
});

test.skipIf(process.platform === "win32")("what is on disk is the user's alone", async () => {
  await terminal.run("user", "list");
  const names = await readdir(terminal.cacheDirectory, { recursive: true });
  expect(names).not.toHaveLength(0);
  for (const name of ["", ...names]) {
    const { mode } = await stat(path.join(terminal.cacheDirectory, name));
    expect({ name, others: mode & 0o077 }).toEqual({ name, others: 0 });
  }
});

/** Profiles of the credentials file, each with the same key. */
async function writeProfiles({ home, sim }: Terminal, ...names: readonly string[]): Promise<void> {
  await mkdir(path.join(home, ".aws"), { recursive: true });
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = sim.environment;
  const sections = names.map(
    (name) => `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  );
  await writeFile(path.join(home, ".aws", "credentials"), sections.join("\n"));
}
