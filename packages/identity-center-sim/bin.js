#!/usr/bin/env node
import { existsSync } from "node:fs";

// An older Node cannot load what follows, and would not say why.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(
    `identity-center-sim: this is Node ${process.versions.node}, and it needs 22.22.3 or newer\n`,
  );
  process.exit(1);
}

// In the repository the sources are here and Node.js runs them as they are; an installed package has only dist.
const source = new URL("./src/cli/main.ts", import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL("./dist/cli/main.js", import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
