#!/usr/bin/env node
import { existsSync } from "node:fs";

// In the repository the sources are here and Node.js runs them as they are; an installed package has only dist.
const source = new URL("./src/cli/main.ts", import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL("./dist/cli/main.js", import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
