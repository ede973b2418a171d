/*
 * Benchmarks, side by side in one run.
 *
 *     pnpm bench                 all of them
 *     pnpm bench memory-hits     those that are named
 *     pnpm bench --json          as JSON besides
 *     pnpm bench disk-stress     a stress: only when it is named; leaks is another
 */
import { arch, cpus, platform } from "node:os";
import { cliStart } from "./cli-start.ts";
import { compression } from "./compression.ts";
import { clientHits, clientHooks } from "./client-hits.ts";
import type { Row } from "./contest.ts";
import { diskStress } from "./disk-stress.ts";
import { invalidationInMemory, invalidationOnDisk } from "./invalidation.ts";
import { leaks } from "./leaks.ts";
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

/** They take minutes, print their own findings, and fail when something does not hold. */
const stresses: Readonly<Record<string, () => Promise<void>>> = { "disk-stress": diskStress, leaks };

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const known = [...Object.keys(benchmarks), ...Object.keys(stresses)];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(`No such benchmark: ${unknown.join(", ")}. There are ${known.join(", ")}`);

console.log(
  `Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}\n`,
);
const results: Record<string, Row[]> = {};
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  await stresses[name]?.();
  if (Object.hasOwn(stresses, name)) continue;
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
