import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Row } from "./contest.ts";
import type { LimitOptions, LimitReport } from "./memory-limit-process.ts";

const limitMb = 20;
const names = [
  "awsideman, by reference",
  "awsideman, private copies (default)",
  "lru-cache, sized by JSON",
  "bentocache (default: copies)",
];

/**
 * The memory that a cache takes, by what the heap has grown after garbage collection in a process of its own, against
 * its limit; and what 100,000 entries take where the limit is not reached.
 */
export async function memoryLimit(): Promise<Row[]> {
  const rows: Row[] = [{ name: "the limit", median: limitMb, unit: "MB", ratio: 1 }];
  for (const [what, count] of [
    ["users", 100_000],
    ["pages of 100 users", 2_000],
  ] as const) {
    for (const name of names) rows.push(measure({ name, what, count, limitMb }));
    for (const name of names) rows.push(measure({ name, what, count, limitMb: 2_000 }));
  }
  return rows;
}

function measure(options: LimitOptions): Row {
  const program = path.join(import.meta.dirname, "memory-limit-process.ts");
  const line = ["--expose-gc", "--conditions=@awsideman/source", program, JSON.stringify(options)];
  const { status, stdout } = spawnSync(process.execPath, line, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${options.name} has ended with ${status}`);
  const { megabytes, entries, reportedMb } = JSON.parse(stdout) as LimitReport;
  const reported = reportedMb === undefined ? "" : `, says ${reportedMb.toFixed(1)} MB`;
  const isLimited = options.limitMb === limitMb;
  const count = options.count.toLocaleString("en");
  return {
    name: `${options.name}: ${isLimited ? `${options.what}, limited` : `${count} ${options.what}`}`,
    median: megabytes,
    unit: "MB",
    ratio: isLimited ? megabytes / limitMb : megabytes / (reportedMb ?? Number.NaN),
    note: `${entries.toLocaleString("en")} entries${reported}`,
  };
}
