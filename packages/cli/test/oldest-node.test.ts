import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Terminal } from "./support/terminal.ts";

/** The oldest Node that the packages say they run on, by the name under which it is installed here. */
const node = path.join(
  path.dirname(createRequire(import.meta.url).resolve("oldest-node/package.json")),
  "bin",
  "node",
);
const packages = path.join(import.meta.dirname, "..", "..");

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly engines: Readonly<Record<string, string>>;
}

const manifests = globSync("*/package.json", { cwd: packages }).map(
  (file) => JSON.parse(readFileSync(path.join(packages, file), "utf8")) as Manifest,
);
const run = promisify(execFile);
let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open({ population: { users: 5, groups: 2, permissionSets: 2, accounts: 1 } });
});

afterAll(async () => {
  await terminal.close();
});

test("it is the oldest that every package names", async () => {
  const { stdout } = await run(node, ["--version"]);
  const oldest = manifests.map(({ engines }) => `v${/^>=([\d.]+)/.exec(engines["node"] ?? "")?.[1]}`);
  expect(new Set(oldest)).toEqual(new Set([stdout.trim()]));
});

test("it can read every file that is published", async () => {
  const files = globSync(["*/dist/**/*.{js,cjs}", "*/bin.js"], { cwd: packages });
  const { stdout } = await run(
    node,
    ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "--eval", readAll, ...files],
    { cwd: packages },
  );
  expect(files.length).toBeGreaterThan(50);
  expect(stdout).toBe("");
});

/** Reads each as what it is, and runs none. */
const readAll = `
  import { readFileSync } from "node:fs";
  import { compileFunction, SourceTextModule } from "node:vm";
  for (const file of process.argv.slice(1)) {
    const text = readFileSync(file, "utf8");
    try {
      if (file.endsWith(".cjs")) compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"]);
      else new SourceTextModule(text.replace(/^#!/, "//"));
    } catch (error) {
      console.log(file, String(error));
    }
  }
`;

test("every door of every package opens", async () => {
  const doors = manifests.flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((door) => !door.endsWith(".json"))
      .map((door) => path.posix.join(name, door)),
  );
  const opening = `for (const door of process.argv.slice(1)) console.log(door, Object.keys(await import(door)).length > 0)`;
  // From the root, which has all of them.
  const { stdout } = await run(node, ["--input-type=module", "--eval", opening, ...doors], {
    cwd: path.join(packages, ".."),
  });
  expect(stdout).toBe(doors.map((door) => `${door} true\n`).join(""));
});

test("commands read, write, and answer from the cache", async () => {
  const onOldest = (...line: readonly string[]) => terminal.runWith({ built: true, node }, ...line);
  const first = await onOldest("user", "list");
  expect(first).toMatchObject({ code: 0, stderr: "", calls: { ListUsers: 1 } });
  expect(await onOldest("user", "list")).toEqual({ ...first, calls: {} });
  expect(await onOldest("user", "update", "ada.abel.1", "--display-name", "Ada Lovelace")).toMatchObject({
    code: 0,
    stderr: "",
    calls: { UpdateUser: 1 },
  });
  expect((await onOldest("user", "get", "ada.abel.1")).stdout).toContain("Ada Lovelace");
  expect(await onOldest("cache", "warm")).toMatchObject({ code: 0, stderr: "" });
  expect(await onOldest("assignment", "list")).toMatchObject({ code: 0, stderr: "", calls: {} });
  expect(await onOldest("cache", "status")).toMatchObject({ code: 0, stderr: "", calls: {} });
  expect(await onOldest("__complete", "fish", "user", "get", "ada")).toMatchObject({ code: 0, calls: {} });
});

// What one writes the other reads: both may be used on one machine.
test("its answers are those of the Node that runs this test", async () => {
  await terminal.runWith({ built: true, node }, "group", "list");
  expect(await terminal.runWith({ built: true }, "group", "list")).toMatchObject({ code: 0, calls: {} });
  await terminal.runWith({ built: true }, "group", "get", "Finance-2");
  expect(await terminal.runWith({ built: true, node }, "group", "get", "Finance-2")).toMatchObject({
    code: 0,
    calls: {},
  });
});
