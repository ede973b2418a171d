// Runs after `tsc -b`. To load a module takes a fifth of a millisecond, and a cached answer needs 150 of them: so what the
// `awsideman` command runs is bundled, all that a cached answer needs in one file, see docs/decisions/0009.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { rolldown, type Plugin } from "rolldown";

const root = join(import.meta.dirname, "..");
const cli = join(root, "packages", "cli");

/** What a cached answer imports on its way. All else stays apart until somebody needs it. */
const onTheWay = [
  /\/cli\/dist\/(?:main|open-cache|report-cache|open-identity-center)\.js$/,
  /\/cli\/dist\/commands\/[^/]+\/(?:get|list|list-members)\.js$/,
  /\/storage-disk\/dist\/index\.js$/,
];

/** V8 keeps a text that has one character beyond Latin-1 in twice the space, and takes longer to read it. */
const ascii: Plugin = {
  name: "ascii",
  generateBundle(_, files) {
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = escaped(file.code);
  },
};

/** Whoever passes on somebody's code passes on its licence. */
const licences: Plugin = {
  name: "licences",
  generateBundle() {
    const ids = [...this.getModuleIds()].map(slashes);
    const folders = new Set(
      ids.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []),
    );
    const texts = [...folders].map((folder) => {
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      if (file === undefined) throw new Error(`${folder} has no licence`);
      return `${basename(folder)}\n\n${readFileSync(join(folder, file), "utf8")}`;
    });
    this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join("\n\n") });
  },
};

const bundle = await rolldown({
  cwd: root,
  input: { main: join(cli, "dist", "main.js") },
  platform: "node",
  // Only a miss needs the SDK, which is large: it stays a dependency, imported when AWS has to be asked.
  external: [/^node:/, /^@aws-sdk\//],
  plugins: [ascii, licences],
});
await bundle.write({
  dir: join(cli, "dist", "program"),
  cleanDir: true,
  // An `import` of `node:fs` loads all that `node:fs` exports by getters; a `require` does not.
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  assetFileNames: "[name][extname]",
  codeSplitting: {
    groups: [{ name: "cached-answer", test: (id) => onTheWay.some((pattern) => pattern.test(slashes(id))) }],
  },
});
await bundle.close();

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

function escaped(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
