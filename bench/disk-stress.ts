import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { runKills } from "../packages/storage-disk/test/support/run-kills.ts";
import {
  runStress,
  type StressPlan,
  type StressResult,
} from "../packages/storage-disk/test/support/run-stress.ts";
import { cutPower } from "./disk-power-cuts.ts";

const everything = { fills: 0.09, invalidations: 0.01 };
const writing = { fills: 0.45, invalidations: 0.05 };
const reading = { fills: 0, invalidations: 0 };

const megabyte = 1024 * 1024;

/**
 * The disk storage at its limits, with what the everyday tests do in small: takes ten minutes, prints its findings, and
 * fails when something does not hold that does not depend on the machine.
 *
 *     pnpm bench disk-stress
 *     pnpm bench disk-stress --seconds=5 --kills=10     shorter
 */
export async function diskStress(): Promise<void> {
  const milliseconds = option("seconds", 60) * 1_000;
  const faults: string[] = [];

  const small = { roles: times(8, everything), largest: 250, maxSizeMb: 100, lanes: 4 };
  const large = { ...small, largest: 500_000 };
  const writersAndReaders = { ...large, roles: [...times(4, writing), ...times(4, reading)] };
  faults.push(
    ...(await stress("4 writers and 4 readers, values up to 500 kB", writersAndReaders, milliseconds)),
  );
  faults.push(
    ...(await stress("8 processes, 90 % read, 9 % fill, 1 % invalidate, 250 B", small, milliseconds)),
  );
  faults.push(
    ...(await stress("the same, each with a cache of its own", { ...small, apart: true }, milliseconds / 3)),
  );
  faults.push(...(await stress("8 processes, values up to 500 kB", large, milliseconds)));
  faults.push(...(await kills(option("kills", 200))));
  faults.push(...(await powerCuts()));

  if (faults.length > 0) throw new Error(`It does not hold:\n${faults.slice(0, 20).join("\n")}`);
}

async function stress(
  name: string,
  plan: Omit<StressPlan, "milliseconds">,
  milliseconds: number,
): Promise<string[]> {
  const log = new LogWatch();
  const result = await runStress({ ...plan, milliseconds, watch: (directory) => log.watch(directory) });
  const { reports, history, blocked } = result;
  const sum = (count: (report: StressResult["reports"][number]) => number): number =>
    reports.reduce((all, report) => all + count(report), 0);
  const verdicts = new Map<string, number>();
  for (const report of reports)
    for (const [verdict, count] of Object.entries(report.verdicts))
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + count);

  console.log(`${name}, ${milliseconds / 1_000} s`);
  console.log(
    `  operations ${show(sum(({ operations }) => operations))}; hits checked ${show(history.reads)};`,
  );
  console.log(`  fills: ${[...verdicts].map(([verdict, count]) => `${show(count)} ${verdict}`).join(", ")};`);
  console.log(`  invalidations ${show(sum(({ invalidations }) => invalidations))};`);
  const events = reports.flatMap(({ troubles }) => troubles);
  console.log(
    `  exceptions ${sum(({ errors }) => errors.length)}, torn ${sum(({ torn }) => torn.length)}, ` +
      `stale ${history.violations.length}, events ${events.length}; longest log ${(log.longest / megabyte).toFixed(1)} MB`,
  );
  console.log("  how long one call blocks the event loop, ms     p50      p99    p99.9      max     calls");
  for (const [call, durations] of Object.entries(blocked)) {
    const numbers = [
      durations.quantile(0.5),
      durations.quantile(0.99),
      durations.quantile(0.999),
      durations.maximum,
    ];
    console.log(
      `  ${(names[call as keyof typeof names] ?? call).padEnd(42)}` +
        `${numbers.map((number) => number.toFixed(3).padStart(9)).join("")} ${show(durations.count).padStart(10)}`,
    );
  }
  console.log("");
  return [
    ...reports.flatMap(({ errors, torn, troubles }) => [
      ...errors,
      ...torn.map((id) => `${id} is torn`),
      ...troubles,
    ]),
    ...history.violations.map(({ message }) => message),
    ...(log.longest < 64 * megabyte ? [] : [`the write-ahead log was ${log.longest} bytes long`]),
  ];
}

const names = {
  read: "read",
  write: "fill",
  stamp: "stamp",
  invalidate: "invalidate, its sync included",
  later: "tried again, and upkeep",
  any: "all of them",
};

async function kills(count: number): Promise<string[]> {
  const { history, faults, rows, opening } = await runKills(count);
  console.log(`a writer killed ${count} times, at any moment`);
  console.log(`  faults ${faults.length}, stale ${history.violations.length};`);
  console.log(
    `  rows checked ${show(rows)}, hits ${show(history.reads)}, invalidations ${show(history.invalidations)};`,
  );
  const [median, longest] = [opening.quantile(0.5), opening.maximum];
  console.log(`  opening what was left: p50 ${median.toFixed(1)} ms, max ${longest.toFixed(1)} ms\n`);
  return [...faults, ...history.violations.map(({ message }) => message)];
}

async function powerCuts(): Promise<string[]> {
  const report = await cutPower(1_500, option("cuts", 500));
  if (report === undefined) {
    console.log("the power cut between system calls: needs strace, which is not here\n");
    return [];
  }
  const { invalidations, fills, unsynced, syncsByFills, cuts, lost, broken, lostWithoutSyncs } = report;
  console.log(
    `the power cut ${cuts} times, between the system calls of ${fills} fills and ${invalidations} invalidations`,
  );
  console.log(
    `  invalidations that returned unsynced, the first included ${unsynced}; syncs for fills ${syncsByFills};`,
  );
  console.log(`  invalidations lost ${lost}, caches damaged ${broken};`);
  console.log(`  control, without the syncs of the log: ${lostWithoutSyncs} lost or damaged\n`);
  return unsynced + lost + broken === 0 ? [] : ["a power cut, or a sync that is missing"];
}

/** How long the write-ahead log gets. */
class LogWatch {
  longest = 0;

  watch(directory: string): () => void {
    const timer = setInterval(() => this.#look(path.join(directory, "v2")), 10);
    return () => clearInterval(timer);
  }

  #look(root: string): void {
    try {
      for (const name of readdirSync(root)) {
        if (!name.endsWith("-wal")) continue;
        const size = statSync(path.join(root, name), { throwIfNoEntry: false })?.size ?? 0;
        this.longest = Math.max(this.longest, size);
      }
    } catch {
      // Not there yet.
    }
  }
}

function option(name: string, otherwise: number): number {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? otherwise : Number(found.slice(name.length + 3));
}

function show(count: number): string {
  return count.toLocaleString("en");
}

function times<Value>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => value);
}
