import { execFile } from "node:child_process";
import { appendFileSync, utimesSync } from "node:fs";
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConfigPlace } from "./config-place.ts";
import type { Edit } from "./edit-config.ts";
import { writeConfig } from "./write-config.ts";

let folder: string;
let place: ConfigPlace;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "awsideman-write-"));
  place = { path: path.join(folder, "inner", "config.yaml"), kind: "own", exists: false, ignored: [] };
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const region =
  (value: string): (() => readonly Edit[]) =>
  () => [{ path: ["region"], value }];
const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe("a file that is new", () => {
  test("is for its owner alone, and so is its folder", async () => {
    const written = await writeConfig(place, region("a"), false);
    expect(written).toMatchObject({ path: place.path, before: {}, isWritten: true });
    expect(await readFile(place.path, "utf8")).toBe("region: a\n");
    expect([await mode(place.path), await mode(path.dirname(place.path))]).toEqual([0o600, 0o700]);
    expect(await readdir(path.dirname(place.path))).toEqual(["config.yaml", "config.yaml.lock"]);
  });

  test("is not made, nor its folder, when it is only asked what would be done", async () => {
    expect(await writeConfig(place, region("a"), true)).toMatchObject({
      isWritten: false,
      edits: [{ value: "a" }],
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a file that is there", () => {
  beforeEach(async () => {
    place = { ...place, path: path.join(folder, "config.yaml"), exists: true };
    await writeFile(place.path, "region: a # x\n");
  });

  test.each([0o644, 0o600, 0o640])("keeps its mode %o", async (right) => {
    await chmod(place.path, right);
    await writeConfig(place, region("b"), false);
    expect(await readFile(place.path, "utf8")).toBe("region: b # x\n");
    expect(await mode(place.path)).toBe(right);
  });

  test("stays a link where it is one", async () => {
    const link = path.join(folder, "link.yaml");
    await symlink("config.yaml", link);
    await writeConfig({ ...place, path: link }, region("b"), false);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(place.path, "utf8")).toBe("region: b # x\n");
  });

  test("is made where a link leads that led nowhere", async () => {
    const link = path.join(folder, "link.yaml");
    await symlink("other.yaml", link);
    await writeConfig({ ...place, path: link, exists: false }, region("b"), false);
    expect(await readFile(path.join(folder, "other.yaml"), "utf8")).toBe("region: b\n");
  });

  test("with a mistake in it stays as it is", async () => {
    await writeFile(place.path, "region: [\n");
    await expect(writeConfig(place, region("b"), false)).rejects.toThrow(/line 2, column 1/);
    expect(await readFile(place.path, "utf8")).toBe("region: [\n");
  });

  test("is not written at all when it says that already", async () => {
    const before = await stat(place.path);
    expect(await writeConfig(place, region("a"), false)).toMatchObject({ isWritten: false });
    expect((await stat(place.path)).ino).toBe(before.ino);
  });

  test("is read again when somebody who knows no lock has saved it meanwhile", async () => {
    let times = 0;
    const written = await writeConfig(
      place,
      () => {
        times += 1;
        if (times === 1) {
          appendFileSync(place.path, "output: json\n");
          utimesSync(place.path, 1, 1);
        }
        return region("b")();
      },
      false,
    );
    expect(written.before).toEqual({ region: "a", output: "json" });
    expect([times, await readFile(place.path, "utf8")]).toEqual([2, "region: b # x\noutput: json\n"]);
    expect(await readdir(folder)).toEqual(["config.yaml", "config.yaml.lock"]);
  });

  test("is not fought over for ever", async () => {
    const plan = (): readonly Edit[] => {
      appendFileSync(place.path, "# again\n");
      return region("b")();
    };
    await expect(writeConfig(place, plan, false)).rejects.toThrow(/is being changed by somebody else/);
    expect(await readdir(folder)).toEqual(["config.yaml", "config.yaml.lock"]);
  });
});

test("a place that cannot be written to is told", async () => {
  await writeFile(path.join(folder, "inner"), "");
  await expect(writeConfig(place, region("a"), false)).rejects.toThrow(/config\.yaml cannot be written \(E/);
});

test("processes that change it at the same time do not lose each other's changes", async () => {
  const program = `
    const { writeConfig } = await import(process.argv[1]);
    const place = { path: process.argv[2], kind: "own", exists: true, ignored: [] };
    for (let n = 0; n < 5; n += 1)
      await writeConfig(place, (tree) => [{ path: ["count"], value: (tree.count ?? 0) + 1 }], false);`;
  const options = ["--conditions=@awsideman/source", "--input-type=module", "-e", program];
  const module = new URL("write-config.ts", import.meta.url).href;
  const run = (): Promise<unknown> => promisify(execFile)(process.execPath, [...options, module, place.path]);
  await Promise.all(Array.from({ length: 4 }, run));
  expect(await readFile(place.path, "utf8")).toBe("count: 20\n");
});
