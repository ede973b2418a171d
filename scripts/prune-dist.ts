// `tsc -b` never deletes: files of removed sources would stay in dist and be published, and a file missing from
// dist would not be written again. This runs before it and removes the former, and the build state in case of the latter.
// What is bundled goes, too: it is made anew each time.
import { existsSync, globSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

const emitted = ".d.ts";
const buildState = ".tsbuildinfo";

function pruneDist(packageFolder: string): void {
  const dist = join(packageFolder, "dist");
  if (!existsSync(dist)) return;
  const source = join(packageFolder, "src");
  const modules = globSync("**/*.ts", { cwd: source })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length));
  const expected = new Set(modules.map((module) => module + emitted));
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(dist, path);
    if (name !== buildState && !expected.has(name)) rmSync(path, { force: true });
  }
  const complete = modules.every((module) => existsSync(join(dist, module + emitted)));
  if (!complete) rmSync(join(dist, buildState), { force: true });
}

const packages = join(import.meta.dirname, "..", "packages");
for (const name of readdirSync(packages)) pruneDist(join(packages, name));
