import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const packages = join(import.meta.dirname, "..", "..");
let root: string;

/** Copies a package to a place of its own, with only what its manifest names beside it: nothing else can be seen from there. */
function install(name: string, place: string, dependencies: Readonly<Record<string, string>>): string {
  const folder = join(root, "store", place);
  for (const part of ["src", "package.json"])
    cpSync(join(packages, name, part), join(folder, part), { recursive: true });
  link(folder, dependencies);
  return folder;
}

function link(folder: string, dependencies: Readonly<Record<string, string>>): void {
  for (const [name, target] of Object.entries(dependencies)) {
    const place = join(folder, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place, "dir");
  }
}

function third(user: string, name: string): string {
  return realpathSync(join(packages, user, "node_modules", name));
}

const program = `
  import { configureStorage, getCacheManager } from "@awsideman/cache-core";
  try {
    await configureStorage({ backend: process.env.TRY ?? "memory" });
    await getCacheManager().getOrLoad("user:list:all", () => "kept");
    console.log(await getCacheManager().get("user:list:all"));
  } catch (error) {
    console.log(error.code ?? error.name, error.message);
  }
`;

async function node(
  parameters: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { stdout } = await run(process.execPath, ["--conditions=@awsideman/source", ...parameters], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
  });
  return stdout.trim();
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "awsideman-installed-")));
  const msgpackr = third("cache-core", "msgpackr");
  const core = install("cache-core", "core", { msgpackr });
  const copy = install("cache-core", "copy", { msgpackr });
  const memory = install("storage-memory", "memory", {
    "@awsideman/cache-core": core,
    "lru-cache": third("storage-memory", "lru-cache"),
  });
  for (const [name, dependencies] of Object.entries({
    app: { "@awsideman/cache-core": core, "@awsideman/storage-memory": memory },
    bare: { "@awsideman/cache-core": core },
    two: { "@awsideman/cache-core": core, copy },
  })) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "package.json"), JSON.stringify({ name, type: "module" }));
    writeFileSync(join(root, name, "main.js"), program);
    link(join(root, name), dependencies);
  }
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("a backend that only the application has installed", () => {
  test("is found from the application's program, wherever it was started", async () => {
    expect(await node([join(root, "app", "main.js")], "/")).toBe("kept");
  });

  test("is found where the program was started, when there is no file of it", async () => {
    const inline = ["--input-type=module", "--eval", program];
    expect(await node(inline, join(root, "app"))).toBe("kept");
    expect(await node([...inline, "list", "-"], join(root, "app"))).toBe("kept");
  });

  test("is found when the program was started by a link to it", async () => {
    mkdirSync(join(root, "bin"));
    symlinkSync(join(root, "app", "main.js"), join(root, "bin", "tool"));
    expect(await node([join(root, "bin", "tool")], "/")).toBe("kept");
  });

  test("is said to be missing, and how to install it, when it is not there", async () => {
    const said = "CACHE_BACKEND_NOT_INSTALLED The memory backend is not installed";
    expect(await node([join(root, "bare", "main.js")], "/")).toContain(said);
    expect(await node([join(root, "bare", "main.js")], "/")).toContain(
      "npm install @awsideman/storage-memory",
    );
  });

  test("of a name that nobody knows is the caller's fault", async () => {
    expect(await node([join(root, "app", "main.js")], "/", { TRY: "constructor" })).toBe(
      'TypeError `backend` must be one of memory, disk, redis, tiered, or be registered first, received "constructor"',
    );
  });
});

test("the tools for tests need no test runner, except for the suite that is one's tests", async () => {
  const source = `
    import { checkHistory, contractChecks, FakeClock, storageContract } from "@awsideman/cache-core/testing";
    console.log(new FakeClock(7).now(), checkHistory([]).violations.length, contractChecks.name);
    try { storageContract({}); } catch (error) { console.log(error.message); }
  `;
  const output = await node(["--input-type=module", "--eval", source], join(root, "bare"));
  expect(output.split("\n")).toEqual([
    "7 0 contractChecks",
    "storageContract must be called in a test file of vitest; others run contractChecks",
  ]);
});

test("two installed copies of the package share the instance, and know each other's errors", async () => {
  const source = `
    import * as one from "@awsideman/cache-core";
    import * as two from "copy";
    console.log(one.CacheManager === two.CacheManager, one.getCacheManager() === two.getCacheManager());
    console.log(one.CacheError.isInstance(new two.CacheError("CACHE_CLOSED", "x")));
  `;
  const output = await node(["--input-type=module", "--eval", source], join(root, "two"));
  expect(output.split("\n")).toEqual(["false true", "true"]);
});

test("a wrong variable of the environment ends the program with a message that names it", async () => {
  const failing = node([join(root, "app", "main.js")], "/", { AWSIDEMAN_CACHE_MAX_SIZE_MB: "lots" });
  expect(await failing).toBe(
    'TypeError AWSIDEMAN_CACHE_MAX_SIZE_MB must be a positive number of megabytes, received "lots"',
  );
});
