import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Durations } from "../packages/storage-disk/test/support/durations.ts";
import type { Row } from "./contest.ts";
import { checkDiskCache, diskCaches, rawName } from "./disk-caches.ts";
import type { MixOptions, MixReport } from "./disk-mix-process.ts";
import { sampleUser } from "./sample-user.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const keys = 100;
const rounds = 3;
/** By each process, in each round. */
const operations: Readonly<Record<number, number>> = { 1: 3_000, 8: 1_000 };
const kinds = ["get", "set", "delete"] as const;

/** What one cache has shown with so many processes. */
interface Tally {
  readonly durations: Readonly<Record<(typeof kinds)[number], Durations>>;
  hits: number;
  errors: number;
}

/**
 * The mix of python-diskcache's benchmark: 90 % get, 9 % set, 1 % delete of a hundred keys by 1 and by 8 processes.
 * Every cache has its turn three times.
 */
export async function diskMix(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [processes, count] of Object.entries(operations)) {
    const tallies = new Map(Object.keys(diskCaches).map((name) => [name, newTally()]));
    for (let round = 0; round < rounds; round++)
      for (const [name, tally] of tallies) await mix(name, Number(processes), count, round, tally);
    rows.push(...kinds.flatMap((kind) => rowsOf(kind, Number(processes), tallies)));
  }
  return rows;
}

/** Makes what several processes would get in each other's way over, checks it, and fills it. */
async function prepare(name: string, folder: string): Promise<void> {
  const cache = await diskCaches[name]?.(folder);
  if (cache === undefined) throw new Error(`There is no cache ${name}`);
  await checkDiskCache(cache, "user:describe:check", sampleUser("check"));
  for (let index = 0; index < keys; index++)
    await cache.set(`user:describe:user-${index}`, sampleUser(String(index)));
  await cache.close();
}

async function mix(
  name: string,
  processes: number,
  count: number,
  round: number,
  tally: Tally,
): Promise<void> {
  await withScratchFolder(async (folder) => {
    await prepare(name, folder);
    const children: ChildProcess[] = [];
    for (let index = 0; index < processes; index++) {
      const seed = 1 + index + round * processes;
      const options: MixOptions = { name, folder, keys, operations: count, seed };
      const program = path.join(import.meta.dirname, "disk-mix-process.ts");
      children.push(
        fork(program, [JSON.stringify(options)], { execArgv: ["--conditions=@awsideman/source"] }),
      );
    }
    await Promise.all(children.map(answer));
    const reports = children.map(answer);
    for (const child of children) child.send("begin");
    for (const report of (await Promise.all(reports)) as MixReport[]) {
      for (const kind of kinds) tally.durations[kind].merge(new Durations(report.durations[kind]));
      tally.hits += report.hits;
      tally.errors += report.errors;
    }
  });
}

/** What a process says next. @throws Error when it ends before */
async function answer(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`A process of the mix has ended with ${String(code)}`);
  });
  const [message] = (await Promise.race([once(child, "message"), ended])) as unknown[];
  return message;
}

function rowsOf(
  kind: (typeof kinds)[number],
  processes: number,
  tallies: ReadonlyMap<string, Tally>,
): readonly Row[] {
  const medianOf = (name: string): number => (tallies.get(name)?.durations[kind].quantile(0.5) ?? 0) * 1_000;
  return [...tallies].map(([name, { durations, hits, errors }]) => {
    const own = durations[kind];
    const found = kind === "get" ? `, ${Math.round((100 * hits) / own.count)} % hits` : "";
    return {
      name: `${kind}, ${processes} ${processes === 1 ? "process" : "processes"}: ${name}`,
      median: medianOf(name),
      p99: own.quantile(0.99) * 1_000,
      unit: "us",
      ratio: medianOf(name) / medianOf(rawName),
      note: `max ${own.maximum.toFixed(1)} ms${found}${errors > 0 ? `, ${errors} errors in all` : ""}`,
    };
  });
}

function newTally(): Tally {
  return {
    durations: { get: new Durations(), set: new Durations(), delete: new Durations() },
    hits: 0,
    errors: 0,
  };
}
