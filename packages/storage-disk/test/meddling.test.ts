import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { TrafficOptions, TrafficReport } from "./fixtures/traffic.ts";
import { copyFolder, randomFrom } from "./support/damaged-cache.ts";
import { temporaryDirectory } from "./support/harness.ts";
import { startProgram } from "./support/start-program.ts";

/** Set the variable to look for longer: how many operations each process does. */
const operations = Number(process.env["MEDDLING_OPERATIONS"] ?? 500);
const processes = 3;

async function inProcess(options: TrafficOptions): Promise<TrafficReport> {
  const child = startProgram("traffic-process.ts", JSON.stringify(options));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe("");
  return JSON.parse(output) as TrafficReport;
}

/**
 * What somebody who knows nothing of it may do to the files of a cache. Not to the log or its index alone: as long as a
 * process has them open, SQLite's writers may then write over each other, and that is noticed only afterwards.
 */
const meddlings: readonly ((cache: string, root: string, database: string) => void)[] = [
  (_, __, database) => rmSync(database),
  (_, __, database) => renameSync(database, `${database}.old`),
  (_, __, database) => replaceByCopy(database),
  (_, __, database) => ["", "-wal", "-shm"].forEach((suffix) => rmSync(database + suffix)),
  (_, root) => rmSync(path.join(root, "current"), { recursive: true }),
  (cache) => rmSync(cache, { recursive: true }),
  (cache) => {
    renameSync(cache, `${cache}.old`);
    // Meanwhile somebody may have made a new one, and both come together.
    // A log's index that is written over where it lies ends every process that has it open: SQLite maps it into memory.
    copyFolder(`${cache}.old`, cache, (name) => !name.endsWith("-shm"));
    rmSync(`${cache}.old`, { recursive: true });
  },
];

function replaceByCopy(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}

/** The processes go on until so much was done to their files. */
const least = 20;

async function meddle(cache: string, isOver: () => boolean, enough: () => void): Promise<number> {
  const random = randomFrom(1);
  const root = path.join(cache, "v2");
  let done = 0;
  while (!isOver()) {
    // The processes make their steps meanwhile: there is nothing that could be waited for.
    await new Promise((resolve) => setTimeout(resolve, 2 + random() * 20));
    try {
      const name = readdirSync(root).findLast((file) => file.endsWith(".db")) ?? "none";
      meddlings[Math.floor(random() * meddlings.length)]?.(cache, root, path.join(root, name));
      if (++done === least) enough();
    } catch {
      // What it was about is not there now.
    }
  }
  return done;
}

test("whatever is done to the files while processes use them, no read is older than an invalidation", async () => {
  const directory = temporaryDirectory();
  mkdirSync(path.join(directory, "cache"), { mode: 0o700 });
  const until = path.join(directory, "enough");
  const traffic = {
    directory,
    writers: processes,
    operations,
    least: 20,
    until,
    breaks: false,
    reopens: true,
  };
  let running = processes;
  const [meddled, ...reports] = await Promise.all([
    meddle(
      path.join(directory, "cache"),
      () => running === 0,
      () => writeFileSync(until, ""),
    ),
    ...Array.from({ length: processes }, (_, writer) =>
      inProcess({ ...traffic, writer }).finally(() => running--),
    ),
  ]);
  expect(reports.flatMap(({ stale }) => stale)).toEqual([]);
  expect(meddled).toBeGreaterThanOrEqual(least);
});
