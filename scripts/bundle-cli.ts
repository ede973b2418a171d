// To load a module takes a fifth of a millisecond, and a cached answer needs 150 of them: so what the
// `awsideman` command runs is bundled, all that a cached answer needs in one file, see docs/decisions/0009.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { rolldown, type OutputBundle, type OutputChunk, type Plugin } from "rolldown";

const root = join(import.meta.dirname, "..");
const cli = join(root, "packages", "cli");

/** What a cached answer imports on its way. All else stays apart until somebody needs it. */
const onTheWay = [
  /\/cli\/src\/(?:main|open-cache|report-cache|open-identity-center|command-line\/version)\.ts$/,
  /\/cli\/src\/commands\/(?!config|profile)[^/]+\/(?:get|list|list-members|status)\.ts$/,
  /\/storage-disk\/src\/index\.ts$/,
];

/** V8 keeps a text that has one character beyond Latin-1 in twice the space, and takes longer to read it. */
const ascii: Plugin = {
  name: "ascii",
  generateBundle(_, files) {
    for (const file of chunksOf(files)) file.code = escaped(file.code);
  },
};

const mainFile = "main.cjs";

/** Modules of Node's that are loaded when they are first used: they load others, and a cached answer needs none of them. */
const seldomUsed = ["node_fs_promises", "node_module", "node_os", "node_url"];

const loadedWhenUsed: Plugin = {
  name: "loaded-when-used",
  generateBundle(_, files) {
    for (const file of chunksOf(files)) {
      for (const name of seldomUsed) {
        const loading = new RegExp(`^let ${name} = (require\\("[^"]+"\\));$`, "m");
        if (!loading.test(file.code)) continue;
        file.code = file.code.replaceAll(`${name}.`, `${name}().`);
        file.code = file.code.replace(loading, `const ${name} = () => $1;`);
      }
    }
  },
};

/** What all files share becomes a part of the main one: to look for another file takes a third of a millisecond. */
const oneFile: Plugin = {
  name: "one-file",
  generateBundle(_, files) {
    const shared = "rolldown-runtime.cjs";
    const runtime = chunkOf(files, shared);
    const main = chunkOf(files, mainFile);
    const inPlace = `(() => { const exports = {};\n${runtime.code}\nreturn exports; })()`;
    main.code = main.code.replace(`require("./${shared}")`, () => inPlace);
    // It does nothing but to pass `main` on.
    delete files["entry.cjs"];
  },
};

/** The first line is the hash of the others: by it, `bin.js` knows what it has kept in compiled form. */
const hashed: Plugin = {
  name: "hashed",
  generateBundle(_, files) {
    const main = chunkOf(files, mainFile);
    main.code = `// ${createHash("sha256").update(main.code).digest("hex").slice(0, 32)}\n${main.code}`;
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
  input: { entry: join(cli, "src", "main.ts") },
  // From the sources: what others load later, too, is here a file of its own or a part of the one.
  resolve: { conditionNames: ["@awsideman/source", "import", "node", "default"] },
  platform: "node",
  // Only a miss needs the SDK, which is large: it stays a dependency, imported when AWS has to be asked.
  // The library for queries is under a licence that asks for more than its text beside the program.
  external: [/^node:/, /^@aws-sdk\//, /^@jmespath-community\//],
  plugins: [oneFile, loadedWhenUsed, ascii, hashed, licences],
  onLog(level, log) {
    if (level === "warn") throw new Error(log.message);
  },
});
await bundle.write({
  dir: join(cli, "dist", "program"),
  cleanDir: true,
  // An `import` of `node:fs` loads all that `node:fs` exports by getters; a `require` does not.
  format: "cjs",
  // A quarter of it would be comments, which V8 reads every time.
  comments: false,
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  assetFileNames: "[name][extname]",
  codeSplitting: {
    groups: [{ name: "main", test: (id) => onTheWay.some((pattern) => pattern.test(slashes(id))) }],
  },
});
await bundle.close();

function chunksOf(files: OutputBundle): readonly OutputChunk[] {
  return Object.values(files).filter((file) => file.type === "chunk");
}

function chunkOf(files: OutputBundle, name: string): OutputChunk {
  const file = files[name];
  if (file?.type !== "chunk") throw new Error(`The bundle has no ${name}`);
  return file;
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

function escaped(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
