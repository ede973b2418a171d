// Runs after `tsc -b`, which writes the types. A package is a hundred small modules, and to load one takes Node a fifth of a
// millisecond: so what is published is a file for each door of a package, and one for what they share or load later. See
// docs/decisions/0025.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";

import { rolldown } from "rolldown";

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** What the programs of packages run, which is no door for others. The command of `cli` has a bundle of its own. */
const programs: Readonly<Record<string, readonly string[]>> = { "identity-center-sim": ["cli/main"] };

const root = join(import.meta.dirname, "..");

for (const path of globSync("packages/*/package.json", { cwd: root }).sort()) {
  const folder = dirname(join(root, path));
  const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  const bundle = await rolldown({
    cwd: root,
    input: entriesOf(folder, manifest),
    platform: "node",
    // Everything else is a dependency.
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
  });
  await bundle.write({
    dir: join(folder, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    // One folder down, as modules are that read what lies beside them.
    chunkFileNames: "chunks/[name].js",
  });
  await bundle.close();
}

/** The sources of the doors, by what they become. */
function entriesOf(folder: string, { exports }: Manifest): Record<string, string> {
  const doors = Object.values(exports).flatMap((target) => {
    const name = typeof target === "string" ? null : /^\.\/dist\/(.+)\.js$/.exec(target["default"] ?? "");
    return name?.[1] ?? [];
  });
  const names = [...doors, ...(programs[basename(folder)] ?? [])];
  return Object.fromEntries(names.map((name) => [name, join(folder, "src", `${name}.ts`)]));
}
