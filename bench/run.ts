/*
 * Benchmarks, side by side in one run.
 *
 *     pnpm bench                 all of them
 *     pnpm bench memory-hits     those that are named
 *     pnpm bench --json          as JSON besides
 */
import { arch, cpus, platform } from "node:os";
import { cliStart } from "./cli-start.ts";
import { compression } from "./compression.ts";
import { clientHits, clientHooks } from "./client-hits.ts";
import type { Row } from "./contest.ts";
import { invalidationInMemory, invalidationOnDisk } from "./invalidation.ts";
import { memoryHits } from "./memory-hits.ts";

const benchmarks: Readonly<Record<string, () => Promise<Row[]>>> = {
  "memory-hits": memoryHits,
  "invalidation-memory": invalidationInMemory,
  "invalidation-disk": invalidationOnDisk,
  "client-hooks": clientHooks,
  "client-hits": clientHits,
  "cli-start": cliStart,
  compression,
};

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0)
  throw new Error(
    `No such benchmark: ${unknown.join(", ")}. There are ${Object.keys(benchmarks).join(", ")}`,
  );

console.log(
  `Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}\n`,
);
const results: Record<string, Row[]> = {};
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const rows = (results[name] = (await benchmarks[name]?.()) ?? []);
  console.log(name);
  for (const row of rows) {
    console.log(
      `  ${row.name.padEnd(45)} ${row.microseconds.toFixed(3).padStart(10)} us ${row.ratio.toFixed(2).padStart(7)} x`,
    );
  }
  console.log("");
}
if (process.argv.includes("--json")) console.log(JSON.stringify({ node: process.version, results }));
process.exit();
