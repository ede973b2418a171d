import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as after } from "node:timers/promises";
import { systemClock, type StorageEvent } from "@awsideman/cache-core";
import {
  checkHistory,
  loadHistory,
  sharedNow,
  type HistoryEvent,
  type HistoryReport,
} from "@awsideman/cache-core/testing";
import type { DiskStorage } from "../../src/disk-storage.ts";
import { openDiskStorage } from "../../src/index.ts";
import { rowChecksum, type RowHeader } from "../../src/row-checksum.ts";
import { isIntact, loadBeganOf } from "../fixtures/stress-value.ts";
import { Durations } from "./durations.ts";
import { startProgram } from "./start-program.ts";

export interface KillsResult {
  readonly history: HistoryReport;
  /** What was not as it should be after a kill. */
  readonly faults: readonly string[];
  /** How many rows were checked. */
  readonly rows: number;
  readonly opening: Durations;
}

/**
 * Kills a process that writes, at any moment, again and again, and looks each time at what is left; every other time while
 * another one, this one, has the cache open.
 */
export async function runKills(kills: number): Promise<KillsResult> {
  const folder = mkdtempSync(path.join(tmpdir(), "storage-disk-kills-"));
  const cacheDir = path.join(folder, "cache");
  const history = path.join(folder, "history");
  writeFileSync(history, "");
  const faults: string[] = [];
  const reads: HistoryEvent[] = [];
  const opening = new Durations();
  let rows = 0;
  const open = async (): Promise<DiskStorage> => {
    const emit = (event: StorageEvent): void => {
      if (event.type !== "evicted") faults.push(`${event.type}: ${event.message}`);
    };
    const context = { clock: systemClock, random: Math.random, emit };
    return openDiskStorage({ cacheDir, maxSizeMb: 2 }, context);
  };
  try {
    for (let kill = 0; kill < kills; kill++) {
      const survivor = kill % 2 === 1 ? await open() : undefined;
      await writeAndKill(cacheDir, history, `p${kill}`);
      const begin = performance.now();
      const storage = survivor ?? (await open());
      if (survivor === undefined) opening.add(performance.now() - begin);
      await readAll(storage, reads, faults);
      rows += checkDatabase(cacheDir, (await storage.stamp()).epoch, faults);
      storage.close();
    }
    return { history: checkHistory([...loadHistory(history), ...reads]), faults, rows, opening };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeAndKill(cacheDir: string, history: string, name: string): Promise<void> {
  const child = startProgram("killed-process.ts", cacheDir, history, name);
  const ended = once(child, "exit");
  // It says when it has made a step: it has made some, however slow the machine is.
  let steps = 30 + Math.random() * 100;
  await new Promise<void>((resolve) => {
    child.stdout.on("data", ({ length }: Buffer) => (steps -= length) < 0 && resolve());
    child.stdout.once("end", resolve);
  });
  await after(Math.random() * 5);
  child.kill("SIGKILL");
  const [, signal] = (await ended) as [unknown, string | null];
  if (signal !== "SIGKILL") throw new Error(`The writer has ended by itself: ${String(signal)}`);
}

async function readAll(storage: DiskStorage, reads: HistoryEvent[], faults: string[]): Promise<void> {
  for (let key = 0; key < 50; key++) {
    const item = `key:${key}`;
    const begin = sharedNow();
    const reading = await storage.read(item);
    if (reading.state === "miss") continue;
    const payload = reading.entry.payload as Uint8Array;
    if (!isIntact(payload, item)) faults.push(`${item} is torn`);
    const times = { loadBegan: loadBeganOf(payload), bestBefore: Infinity, begin, end: sharedNow() };
    reads.push({ kind: "read", process: "after", item, version: 0, ...times });
  }
}

/** SQLite's own check, and the checksum of every row, also of those that are not served. */
function checkDatabase(cacheDir: string, epoch: string, faults: string[]): number {
  const database = new DatabaseSync(path.join(cacheDir, "v2", `${epoch}.db`));
  try {
    const integrity = JSON.stringify(database.prepare("pragma integrity_check").all());
    if (integrity !== '[{"integrity_check":"ok"}]') faults.push(integrity);
    const rows = database.prepare("select * from entry").all();
    for (const row of rows) {
      const { value, checksum, ...header } = row as { value: Uint8Array; checksum: number } & object;
      if (rowChecksum(header as RowHeader, value) !== checksum)
        faults.push(`a row is damaged: ${JSON.stringify(header)}`);
    }
    return rows.length;
  } finally {
    database.close();
  }
}
