/*
 * Benchmarks, side by side in one run.
 *
 *     pnpm bench                 all of them
 *     pnpm bench memory-hits     those that are named
 *     pnpm bench --json          as JSON besides
 *     pnpm bench disk-stress     a stress: only when it is named; leaks, quota, all-assignments, warm and
 *                                settle-windows are others
 */
import { arch, cpus, loadavg, platform } from "node:os";
import { allAssignments } from "./all-assignments.ts";
import { judge, type Judgement } from "./bars.ts";
import { cliStart } from "./cli-start.ts";
import { compression } from "./compression.ts";
import { clientHits, clientHooks } from "./client-hits.ts";
import type { Row } from "./contest.ts";
import { diskMix } from "./disk-mix.ts";
import { diskOpening } from "./disk-opening.ts";
import { diskHits, diskSets } from "./disk-operations.ts";
import { diskStress } from "./disk-stress.ts";
import { encryption } from "./encryption.ts";
import { invalidationByPeers } from "./invalidation-by-peers.ts";
import { invalidationInMemory, invalidationOnDisk } from "./invalidation.ts";
import { leaks } from "./leaks.ts";
import { memoryHits } from "./memory-hits.ts";
import { memoryLimit } from "./memory-limit.ts";
import { memoryMisses, memorySets } from "./memory-operations.ts";
import { quota } from "./quota.ts";
import { redisFleet } from "./redis-fleet.ts";
import { redisFrozen } from "./redis-frozen.ts";
import { redisHits, redisHitsAtOnce } from "./redis-hits.ts";
import { redisInvalidation } from "./redis-invalidation.ts";
import { redisLeases } from "./redis-leases.ts";
import { redisMemory } from "./redis-memory.ts";
import { settleWindows } from "./settle-windows.ts";
import { remembering } from "./remembering.ts";
import { tagHits, tagLoads } from "./tags.ts";
import { tieredHits, tieredNews } from "./tiered.ts";
import { versions } from "./versions.ts";
import { warm } from "./warm.ts";

const benchmarks: Readonly<Record<string, () => Promise<Row[]>>> = {
  "memory-hits": memoryHits,
  "memory-misses": memoryMisses,
  "memory-sets": memorySets,
  "tag-hits": tagHits,
  "tag-loads": tagLoads,
  "disk-hits": diskHits,
  "disk-sets": diskSets,
  "disk-mix": diskMix,
  "disk-opening": diskOpening,
  "invalidation-memory": invalidationInMemory,
  "invalidation-disk": invalidationOnDisk,
  "invalidation-peers": invalidationByPeers,
  remembering,
  "memory-limit": memoryLimit,
  "tiered-hits": tieredHits,
  "tiered-news": tieredNews,
  "redis-hits": redisHits,
  "redis-hits-at-once": redisHitsAtOnce,
  "redis-invalidation": redisInvalidation,
  "redis-frozen": redisFrozen,
  "redis-memory": redisMemory,
  "redis-fleet": redisFleet,
  "redis-leases": redisLeases,
  "client-hooks": clientHooks,
  "client-hits": clientHits,
  "cli-start": cliStart,
  compression,
  encryption,
};

/** They take minutes, print their own findings, and fail when something does not hold. */
const stresses: Readonly<Record<string, () => Promise<void>>> = {
  "disk-stress": diskStress,
  leaks,
  quota,
  "all-assignments": allAssignments,
  warm,
  "settle-windows": settleWindows,
};

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const known = [...Object.keys(benchmarks), ...Object.keys(stresses)];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(`No such benchmark: ${unknown.join(", ")}. There are ${known.join(", ")}`);

const contenders = versions();
const machine = `${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`;
console.log(`Node ${process.version}, ${machine}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(
  `${Object.entries(contenders)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}\n`,
);

const results: Record<string, { readonly rows: readonly Row[]; readonly bars: readonly Judgement[] }> = {};
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  await stresses[name]?.();
  if (Object.hasOwn(stresses, name)) continue;
  const rows = (await benchmarks[name]?.()) ?? [];
  const judgements = judge(name, rows);
  results[name] = { rows, bars: judgements };
  console.log(`${name.padEnd(62)}       p50         p99   ratio`);
  for (const row of rows) {
    const p99 = row.p99 === undefined ? "" : row.p99.toFixed(3);
    console.log(
      `  ${row.name.padEnd(55)} ${row.median.toFixed(3).padStart(11)} ${p99.padStart(11)} ${row.unit} ` +
        `${(Number.isNaN(row.ratio) ? "-" : row.ratio.toFixed(2)).padStart(7)} ${row.note ?? ""}`,
    );
  }
  for (const { says, measured, isMet } of judgements)
    console.log(`  ${isMet ? "met:   " : "MISSED:"} ${says}: ${measured.toPrecision(3)}`);
  console.log("");
}
if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ node: process.version, machine, versions: contenders, results }));
}
process.exit();
