// Checks what a user of each published package would get: publint reads the package.json against the built files.
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { publint } from "publint";
import { formatMessage } from "publint/utils";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

const root = join(import.meta.dirname, "..");

for (const path of globSync("packages/*/package.json", { cwd: root }).sort()) {
  const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  if (manifest.private === true) continue;
  const { messages } = await publint({ pkgDir: dirname(join(root, path)), pack: "pnpm", strict: true });
  for (const message of messages) {
    console.error(`${manifest.name}: ${formatMessage(message, manifest, { color: false })}`);
    process.exitCode = 1;
  }
}
