// Compiles against each door of each published package as a user would who has only what the package asks for, and who has
// the declarations of libraries checked too: a type of a package that need not be installed is an error there.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What a door asks for besides: whoever tests a storage has a test runner. */
const besides: Readonly<Record<string, readonly string[]>> = {
  "@awsideman/cache-core/testing": ["fast-check", "vitest"],
};

const root = join(import.meta.dirname, "..");
const folders = new Map(
  globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((path) => [manifestOf(dirname(join(root, path))).name, dirname(join(root, path))]),
);

for (const [name, folder] of folders) {
  for (const door of Object.keys(manifestOf(folder).exports).filter((path) => !path.endsWith(".json"))) {
    check(name, join(name, door));
  }
}

function check(name: string, door: string): void {
  const project = mkdtempSync(join(tmpdir(), "awsideman-declarations-"));
  try {
    link(project, "@types/node", root);
    install(project, name);
    const folder = folders.get(name) as string;
    for (const dependency of besides[door] ?? []) link(project, dependency, folder);
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(project, "user.ts"), `export * from ${JSON.stringify(door)};\n`);
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [tsc, ...options, "user.ts"], {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    console.error(`${door} does not compile:\n${String((error as { stdout?: unknown }).stdout ?? error)}`);
    process.exitCode = 1;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** A package of ours is copied: what is linked finds what is installed where it really lies. */
function install(project: string, name: string): void {
  const folder = folders.get(name) as string;
  const place = join(project, "node_modules", name);
  cpSync(join(folder, "dist"), join(place, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith("js") && !path.endsWith(".map"),
  });
  cpSync(join(folder, "package.json"), join(place, "package.json"));
  for (const dependency of Object.keys(manifestOf(folder).dependencies ?? {})) {
    if (folders.has(dependency)) install(project, dependency);
    else link(project, dependency, folder);
  }
}

function link(project: string, name: string, folder: string): void {
  const place = join(project, "node_modules", name);
  // Two packages of ours may ask for the same.
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(folder, "node_modules", name), place, "junction");
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
