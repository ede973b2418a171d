import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { legacyCacheKey } from "@awsideman/cache-core/legacy";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  plainFile,
  writePredecessorCache,
  writePredecessorFile,
} from "../../../scripts/predecessor-cache.ts";
import { Terminal } from "./support/terminal.ts";

const known = "describe_account_7736e3d6738f301c";

let terminal: Terminal;
let folder: string;
beforeEach(async () => {
  terminal = await Terminal.open({ population: { users: 1 } });
  folder = path.join(terminal.home, ".awsideman", "cache");
  await mkdir(path.join(terminal.home, ".aws"));
  const config = path.join(terminal.home, ".aws", "config");
  await writeFile(config, "[profile prod]\nregion = us-east-1\n");
  await utimes(config, 1, 1);
});
afterEach(() => terminal.close());

interface Migration {
  readonly folders: readonly { readonly folder: string; readonly files: number }[];
  readonly entries: readonly {
    readonly key?: string;
    readonly adopted: boolean;
    readonly reason: string;
  }[];
}

const migrate = async (...options: readonly string[]): Promise<Migration> =>
  (await terminal.json<Migration>("cache", "migrate", ...options)).value;

const adopted = ({ entries }: Migration): readonly unknown[] =>
  entries.filter((one) => one.adopted).map(({ key }) => key);

async function everything(place: string): Promise<Record<string, string>> {
  const names = await readdir(place, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  const hashes = files.map(async (file) => [
    file,
    createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  ]);
  return Object.fromEntries((await Promise.all(hashes)) as [string, string][]);
}

test("takes over what can be, says why the rest cannot, and changes none of the files", async () => {
  writePredecessorCache(folder, Date.now() - 60_000);
  const before = await everything(folder);
  const dry = await migrate("--dry-run");
  expect(adopted(dry)).toEqual([known]);
  const first = await migrate();
  expect(first.folders).toEqual([
    { folder, files: 7 },
    { folder: path.join(folder, "profiles", "prod"), files: 3 },
  ]);
  expect(adopted(first)).toEqual([known]);
  expect(first.entries).toHaveLength(10);
  const reasons = first.entries.map(({ reason }) => reason).join("\n");
  for (const reason of ["pickle", "encrypted", "no JSON", "too short", "not configured", "ends within its"])
    expect(reasons).toContain(reason);
  expect(await everything(folder)).toEqual(before);
});

test("can be run again, and undone", async () => {
  writePredecessorCache(folder, Date.now() - 60_000);
  expect(adopted(await migrate())).toEqual([known]);
  const again = await migrate();
  expect(adopted(again)).toEqual([]);
  expect(again.entries.find(({ key }) => key === known)?.reason).toBe("answered anew already");
  expect((await terminal.json("cache", "migrate", "--undo")).value).toEqual({ dropped: 1 });
  expect((await terminal.json("cache", "migrate", "--undo")).value).toEqual({ dropped: 0 });
});

test("takes over nothing that a change may have overtaken", async () => {
  writePredecessorCache(folder, Date.now() - 60_000);
  await terminal.run("cache", "clear", "account");
  expect((await migrate()).entries.find(({ key }) => key === known)).toMatchObject({
    adopted: false,
    reason: expect.stringContaining("out of date") as string,
  });
});

test("takes over nothing of a profile that was another's since", async () => {
  writePredecessorCache(folder, Date.now() - 60_000);
  await writeFile(
    path.join(terminal.home, ".aws", "config"),
    "[profile prod]\nregion = us-east-1\nsso_account_id = 1\n",
  );
  expect((await migrate()).entries.find(({ key }) => key === known)?.reason).toContain("changed since");
});

test.for<[string, readonly string[], Record<string, string>, boolean]>([
  ["without a profile", [], {}, true],
  ["by the default profile", ["--profile", "default"], {}, true],
  ["by another", ["--profile", "prod"], {}, false],
  ["by another that the environment names", [], { AWS_PROFILE: "prod" }, false],
  [
    "by the default where the environment names another",
    ["--profile", "default"],
    { AWS_PROFILE: "prod" },
    false,
  ],
])(
  "what was asked without a profile is nobody's but the default's: %s",
  async ([, options, variables, expected]) => {
    const config = path.join(terminal.home, ".aws", "config");
    await writeFile(config, "[default]\nregion = us-east-1\n[profile prod]\nregion = us-east-1\n");
    await utimes(config, 1, 1);
    const key = legacyCacheKey("list_roots", {});
    const root = { Id: "r-1", Arn: "arn:aws:organizations::1:root/o-1/r-1", Name: "Root", PolicyTypes: [] };
    const entry = {
      data: [root],
      created_at: Date.now() / 1000 - 60,
      ttl: 600,
      key,
      operation: "list_roots",
    };
    writePredecessorFile(folder, key, plainFile(entry));
    Object.assign(terminal.variables, variables);
    const [one] = (await migrate(...options)).entries;
    expect(one).toMatchObject({ key, adopted: expected });
    expect(one?.reason).toContain(expected ? "taken over" : "asked without a profile");
  },
);

test("reads the folder that is named, and says when there is none", async () => {
  const elsewhere = path.join(terminal.home, "elsewhere");
  const entry = {
    data: {},
    created_at: Date.now() / 1000,
    ttl: 60,
    key: "\u001b[31mk",
    operation: "list_\u0007",
  };
  writePredecessorFile(elsewhere, "k", plainFile(entry));
  const { stdout, code } = await terminal.run("cache", "migrate", "--from", elsewhere);
  expect(code).toBe(0);
  for (const control of ["\u001b", "\u0007"]) expect(stdout).not.toContain(control);
  expect(stdout).toContain("0 of 1 entry taken over");
  const none = await terminal.run("cache", "migrate");
  expect(none).toMatchObject({
    code: 0,
    stdout: `There is no cache of the predecessor's in ${path.join(terminal.home, ".awsideman", "cache")} or ${terminal.cacheDirectory}.\n`,
  });
  expect(await terminal.run("cache", "migrate", "--undo", "--dry-run")).toMatchObject({ code: 2 });
});
