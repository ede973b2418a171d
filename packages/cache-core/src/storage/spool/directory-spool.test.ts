import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Invalidation } from "../cache-storage.ts";
import { DirectorySpool } from "./directory-spool.ts";

const now = 1_700_000_000_000;
const of = (tag: string): Invalidation => ({ tags: [tag], patterns: [] });
let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "awsideman-spool-"));
  directory = path.join(root, "state", "awsideman", "outbox");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const spoolOf = (identity = "redis localhost/0"): DirectorySpool =>
  new DirectorySpool({ identity, directory });

/** The one directory of one storage. */
function place(): string {
  return path.join(directory, readdirSync(directory)[0] as string);
}

async function tagsIn(spool: DirectorySpool): Promise<(string | undefined)[]> {
  return (await spool.list(now)).map(({ invalidation }) => invalidation?.tags[0]);
}

describe("DirectorySpool", () => {
  test("where nothing ever waited there is nothing, and nothing is made", async () => {
    expect(await spoolOf().list(now)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  test("where there is no home, nothing waits, and what is added has nowhere to go", async () => {
    vi.stubEnv("HOME", "");
    vi.stubEnv("USERPROFILE", "");
    vi.stubEnv("LOCALAPPDATA", "");
    vi.stubEnv("XDG_STATE_HOME", "");
    for (const looksAtOnce of [false, true]) {
      const spool = new DirectorySpool({ identity: "redis", directory: undefined }, { looksAtOnce });
      expect(await spool.list(now)).toEqual([]);
      await expect(spool.add(of("a"), now)).rejects.toThrow("there is no home directory to keep it in");
    }
  });

  test("one that looks at once has its answer in the same turn where nothing ever waited, and misses nothing", async () => {
    const atOnce = new DirectorySpool({ identity: "redis localhost/0", directory }, { looksAtOnce: true });
    const listed = vi.fn<(waiting: readonly unknown[]) => void>();
    void atOnce.list(now).then(listed);
    // Nothing that has to wait for a thread is done by then.
    for (let step = 0; step < 10; step++) await Promise.resolve();
    expect(listed).toHaveBeenCalledWith([]);
    await spoolOf().add(of("a"), now);
    expect(await tagsIn(atOnce)).toEqual(["a"]);
  });

  test("what is known is not read again, and what is new is", async () => {
    const spool = spoolOf();
    const known = await spool.add(of("a"), now);
    const added = await spool.add(of("b"), now);
    expect((await spool.list(now, new Set([known]))).map(({ name }) => name)).toEqual([added]);
  });

  test("what one process keeps another finds, in order, also when the clock is set back meanwhile", async () => {
    const spool = spoolOf();
    const names = [
      await spool.add(of("a"), now),
      await spool.add(of("b"), now),
      await spool.add(of("c"), now - 9),
    ];
    expect(await spoolOf().list(now)).toMatchObject([
      { name: names[0], keptAt: now, invalidation: of("a") },
      { name: names[1], keptAt: now, invalidation: of("b") },
      { name: names[2], keptAt: now - 9, invalidation: of("c") },
    ]);
  });

  test("another storage has another spool", async () => {
    await spoolOf("one").add(of("a"), now);
    expect(await spoolOf("other").list(now)).toEqual([]);
  });

  test("files are 0600, directories 0700, names tell nothing", async () => {
    await spoolOf("redis://user@host").add(of("a"), now);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(place()).mode & 0o777).toBe(0o700);
    const [file] = readdirSync(place());
    expect(statSync(path.join(place(), file as string)).mode & 0o777).toBe(0o600);
    expect(place()).not.toContain("host");
  });

  test("a directory that others may enter is closed to them", async () => {
    const spool = spoolOf();
    await spool.add(of("a"), now);
    chmodSync(place(), 0o755);
    await spoolOf().add(of("b"), now);
    expect(statSync(place()).mode & 0o777).toBe(0o700);
  });

  test("what was recorded is removed, by anybody, also twice", async () => {
    const spool = spoolOf();
    const name = await spool.add(of("a"), now);
    await spool.add(of("b"), now);
    await spoolOf().remove(name);
    await spool.remove(name);
    expect(await tagsIn(spool)).toEqual(["b"]);
  });

  test("an emptied place that somebody removes is made again", async () => {
    const spool = spoolOf();
    await spool.add(of("a"), now);
    rmSync(directory, { recursive: true });
    await spool.add(of("b"), now);
    expect(await tagsIn(spool)).toEqual(["b"]);
  });

  test.each([
    ["garbage", (file: string) => writeFileSync(file, "garbage"), "it is no invalidation"],
    ["an empty file", (file: string) => writeFileSync(file, ""), "it is no invalidation"],
    [
      "another version",
      (file: string) => writeFileSync(file, "awsideman-invalidation 2 x\n{}\n"),
      "version 2",
    ],
    ["a directory", (file: string) => mkdirSync(file), "it is no file"],
    ["a symbolic link", (file: string) => symlinkSync("/etc/passwd", file), "ELOOP"],
  ])("%s is listed as unreadable, and moved aside, not to be listed again", async (_, make, problem) => {
    const spool = spoolOf();
    await spool.add(of("a"), now);
    make(path.join(place(), "foreign"));
    const unreadable = (await spool.list(now)).find(({ name }) => name === "foreign");
    expect(unreadable?.invalidation).toBeUndefined();
    expect(unreadable?.problem).toContain(problem);
    await spool.setAside("foreign");
    await spool.setAside("foreign");
    expect(await tagsIn(spool)).toEqual(["a"]);
    expect(readdirSync(path.join(place(), "unreadable"))).toEqual(["foreign"]);
  });

  test("a file of another user is not believed", async () => {
    const spool = spoolOf();
    const name = await spool.add(of("a"), now);
    const own = statSync(directory).uid;
    // Asked for the directory, the storage's place in it, and the file.
    const users = [own, own, own + 1];
    vi.spyOn(process, "getuid").mockImplementation(() => users.shift() as number);
    expect(await spool.list(now)).toMatchObject([
      { name, invalidation: undefined, problem: `it belongs to user ${own}` },
    ]);
  });

  test("it cannot be told what is in a directory of another user", async () => {
    const spool = spoolOf();
    await spool.add(of("a"), now);
    const own = statSync(directory).uid;
    vi.spyOn(process, "getuid").mockReturnValue(own + 1);
    await expect(spool.list(now)).rejects.toThrow(`belongs to user ${own}`);
    await expect(spoolOf().add(of("b"), now)).rejects.toThrow(`belongs to user ${own}`);
  });

  test("a place that this user cannot even look at holds nothing of this user's", async () => {
    mkdirSync(path.join(root, "state"));
    writeFileSync(path.join(root, "state", "awsideman"), "");
    expect(await spoolOf().list(now)).toEqual([]);
    await expect(spoolOf().add(of("a"), now)).rejects.toThrow("ENOTDIR");
  });

  test("one that is being written is not seen, and what nobody finished is removed after an hour", async () => {
    const spool = spoolOf();
    const name = await spool.add(of("a"), now);
    const file = path.join(place(), name);
    renameSync(file, `${file}.new`);
    expect(await spool.list(now)).toEqual([]);
    expect(readdirSync(place())).toHaveLength(1);
    utimesSync(`${file}.new`, 1_000, 1_000);
    expect(await spool.list(now)).toEqual([]);
    expect(readdirSync(place())).toEqual([]);
  });

  test("it cannot be told what is in a place that is no directory of this user's", async () => {
    mkdirSync(path.dirname(directory), { recursive: true });
    writeFileSync(directory, "not a directory");
    await expect(spoolOf().list(now)).rejects.toThrow("is not a directory");
    await expect(spoolOf().add(of("a"), now)).rejects.toThrow("is not a directory");
    rmSync(directory);
    mkdirSync(path.join(root, "elsewhere"));
    symlinkSync(path.join(root, "elsewhere"), directory);
    await expect(spoolOf().list(now)).rejects.toThrow("is a symbolic link");
    await expect(spoolOf().add(of("a"), now)).rejects.toThrow("is a symbolic link");
    expect(readdirSync(path.join(root, "elsewhere"))).toEqual([]);
  });
});
