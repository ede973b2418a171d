import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfigFile } from "./config-file.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "awsideman-config-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(content: string | Uint8Array, name = "config.yaml") {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return readConfigFile({ path: file, kind: "own", exists: true, ignored: [] });
}

/** What it is rejected with, which has to be a mistake of the user's. */
async function problemOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "CliError", exitCode: 2 });
  return (error as Error).message;
}

describe("what is read", () => {
  const tree = { region: "us-east-1", cache: { enabled: false } };

  test.each([
    ["plain", "region: us-east-1\ncache:\n  enabled: false\n"],
    ["with a byte order mark", "\ufeffregion: us-east-1\ncache:\n  enabled: false\n"],
    ["with the line ends of Windows", "region: us-east-1\r\ncache:\r\n  enabled: false\r\n"],
    ["that needs the library", "{region: us-east-1, cache: {enabled: false}}"],
    ["with a mark, that needs the library", "\ufeff{region: us-east-1, cache: {enabled: false}}"],
    ["with an alias", "region: us-east-1\nx: &x\n  enabled: false\ncache: *x\n"],
    ["with a merge", "region: us-east-1\nx: &x\n  enabled: false\ncache:\n  <<: *x\n"],
  ])("YAML %s", async (_, text) => {
    expect((await read(text))?.tree).toMatchObject(tree);
  });

  test.each(["", "\ufeff", "# only a comment\n", "---\n", "null\n", "--- # x\n...\n"])(
    "nothing in %j",
    async (text) => {
      expect((await read(text))?.tree).toEqual({});
    },
  );

  test("JSON, by its name", async () => {
    expect((await read(JSON.stringify(tree), "config.json"))?.tree).toEqual(tree);
    expect((await read("", "config.json"))?.tree).toEqual({});
  });

  test("no file, and the file that is always empty", async () => {
    const place = { path: path.join(folder, "none"), kind: "own", exists: false, ignored: [] } as const;
    expect(await readConfigFile(place)).toBeUndefined();
    expect(await readConfigFile({ ...place, path: "/dev/null", kind: "named" })).toBeUndefined();
  });

  test("a link to a file", async () => {
    await read("region: a\n", "linked.yaml");
    const link = path.join(folder, "link.yaml");
    await symlink("linked.yaml", link);
    const file = await readConfigFile({ path: link, kind: "own", exists: true, ignored: [] });
    expect(file?.tree).toEqual({ region: "a" });
  });
});

describe("what is wrong is told with its place", () => {
  test.each([
    [
      "a quote that does not end",
      'a: 1\nb: "x\n',
      /config\.yaml, line \d, column \d+: Missing closing "quote/,
    ],
    ["a tab", "cache:\n\tenabled: true\n", /config\.yaml, line 2, column 1: Tabs/],
    ["two of a name", "region: a\nregion: b\n", /config\.yaml, line 2, column 1: Map keys must be unique/],
    ["two documents", "a: b\n---\nc: d\n", /config\.yaml, line 2, column 1: .*multiple documents/],
    ["a list", "- a\n", /config\.yaml, line 1, column 1: settings must stand here/],
    ["a word", "\n\nnonsense\n", /config\.yaml, line 3, column 1: settings must stand here/],
    ["an alias to nothing", "a: *b\n", /config\.yaml, line 1, column 4: Unresolved alias|cannot be followed/],
    ["a tag that nobody knows", "a: !x b\n", /config\.yaml, line 1, column 4: Unresolved tag/],
  ])("%s", async (_, text, message) => {
    expect(await problemOf(read(text))).toMatch(message);
  });

  test("JSON that ends too early", async () => {
    expect(await problemOf(read('{"a": 1,', "config.json"))).toMatch(
      /config\.json is no JSON: .*line 1 column 9/,
    );
    expect(await problemOf(read("[]", "config.json"))).toMatch(/config\.json must have an object/);
  });
});

describe("what is no configuration", () => {
  test("aliases that multiply end before they fill the memory", async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? "l0: &l0 [x, x]" : `l${level}: &l${level} [*l${level - 1}, *l${level - 1}]`,
    );
    expect(await problemOf(read(`${levels.join("\n")}\n`))).toMatch(
      /has aliases that cannot be followed: Excessive alias count/,
    );
  });

  test("a file that is far too large is not read", async () => {
    expect(await problemOf(read(Buffer.alloc(1024 * 1024 + 1, "#")))).toMatch(
      /has 1048577 bytes, and a configuration has 1048576/,
    );
    expect((await read(Buffer.alloc(1024 * 1024, "#")))?.tree).toEqual({});
  });

  test("what is not in UTF-8", async () => {
    expect(await problemOf(read(Buffer.from("a: \xff\n", "latin1")))).toMatch(/is not in UTF-8/);
  });

  test("a directory, and a pipe, which is not waited for", async () => {
    const directory = path.join(folder, "directory");
    await mkdir(directory);
    const place = { path: directory, kind: "named", exists: true, ignored: [] } as const;
    expect(await problemOf(readConfigFile(place))).toMatch(/is a directory$/);
    if (process.platform === "win32") return;
    const pipe = path.join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(await problemOf(readConfigFile({ ...place, path: pipe }))).toMatch(/is no file$/);
  });

  test("what is named and not there", async () => {
    const place = { path: path.join(folder, "none"), kind: "named", exists: false, ignored: [] } as const;
    expect(await problemOf(readConfigFile(place))).toMatch(/none does not exist/);
  });

  test("what may not be read", async () => {
    const loop = path.join(folder, "loop");
    await symlink("loop", loop);
    const place = { path: loop, kind: "own", exists: true, ignored: [] } as const;
    expect(await problemOf(readConfigFile(place))).toMatch(/loop cannot be read \(ELOOP\)/);
  });
});
