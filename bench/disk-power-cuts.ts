import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { systemClock } from "@awsideman/cache-core";
import { openDiskStorage } from "@awsideman/storage-disk";
import { restoreDisk } from "../packages/storage-disk/test/support/power-cut.ts";

export interface PowerCutReport {
  readonly invalidations: number;
  readonly fills: number;
  /** Invalidations that returned without a sync of the log after their last write to it. */
  readonly unsynced: number;
  /** Syncs of the log while a fill was stored: when the log begins anew, or is written back. */
  readonly syncsByFills: number;
  readonly cuts: number;
  /** Cuts after which something was served that had been invalidated, or the cache was not as it should be. */
  readonly lost: number;
  readonly broken: number;
  /** The same when the syncs of the log are left out: whether there is anything to lose at all. */
  readonly lostWithoutSyncs: number;
}

type Name = "database" | "log" | "marker";

/** A system call of the traced process, or something it said. */
type Step =
  | { readonly kind: "write"; readonly file: Name; readonly offset: number; readonly data: Buffer }
  | { readonly kind: "truncate"; readonly file: Name; readonly length: number }
  | { readonly kind: "sync"; readonly file: Name }
  | { readonly kind: "said"; readonly text: string };

const program = fileURLToPath(
  new URL("../packages/storage-disk/test/fixtures/traced-process.ts", import.meta.url),
);

/**
 * Cuts the power at random between the system calls of a process that fills and invalidates, as strace tells them: of
 * what a file was given since its last sync some sectors are there and some are not. Undefined without strace.
 */
export async function cutPower(steps: number, cuts: number): Promise<PowerCutReport | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), "awsideman-power-"));
  try {
    const trace = path.join(folder, "trace");
    const calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate";
    const options = ["-f", "-y", "-xx", "-s", "100000", "-e", calls, "-o", trace];
    const line = [process.execPath, "--conditions=@awsideman/source", program];
    const traced = spawnSync("strace", [...options, ...line, path.join(folder, "cache"), String(steps)]);
    if (traced.error !== undefined) return undefined;
    if (traced.status !== 0) throw new Error(String(traced.stderr));
    const { epoch, all } = parse(readFileSync(trace, "latin1"));
    const first = all.findIndex(({ kind }) => kind === "said") + 1;
    const points = Array.from(
      { length: cuts },
      () => first + Math.floor(Math.random() * (all.length - first)),
    );
    const machine = new SimulatedMachine(epoch, true);
    const control = new SimulatedMachine(epoch, false);
    let [lost, broken, lostWithoutSyncs] = [0, 0, 0];
    for (const [index, step] of all.entries()) {
      for (const cut of points.filter((point) => point === index).keys()) {
        const outcome = await machine.cut(path.join(folder, `cut-${index}-${cut}`));
        lost += outcome.lost ? 1 : 0;
        broken += outcome.broken ? 1 : 0;
        const without = await control.cut(path.join(folder, `control-${index}-${cut}`));
        lostWithoutSyncs += without.lost || without.broken ? 1 : 0;
      }
      machine.apply(step);
      control.apply(step);
    }
    return { ...countSyncs(all), cuts, lost, broken, lostWithoutSyncs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countSyncs(
  all: readonly Step[],
): Omit<PowerCutReport, "cuts" | "lost" | "broken" | "lostWithoutSyncs"> {
  const counts = { invalidations: 0, fills: 0, unsynced: 0, syncsByFills: 0 };
  let isDirty = true;
  let syncs = 0;
  for (const step of all) {
    if (step.kind === "said") {
      if (step.text.startsWith("invalidated")) {
        counts.invalidations++;
        if (isDirty || syncs === 0) counts.unsynced++;
      }
      if (step.text === "filled") {
        counts.fills++;
        counts.syncsByFills += syncs;
      }
      syncs = 0;
    } else if (step.file === "log") {
      if (step.kind === "sync") syncs++;
      isDirty = step.kind !== "sync";
    }
  }
  return counts;
}

/** The files of a cache, and what was said to be invalidated. */
class SimulatedMachine {
  readonly #epoch: string;
  readonly #syncsLog: boolean;
  readonly #files: Readonly<Record<Name, SimulatedFile>> = {
    database: new SimulatedFile(),
    log: new SimulatedFile(),
    marker: new SimulatedFile(),
  };
  readonly #acknowledged = new Map<string, number>();

  constructor(epoch: string, syncsLog: boolean) {
    this.#epoch = epoch;
    this.#syncsLog = syncsLog;
  }

  apply(step: Step): void {
    if (step.kind !== "said") {
      const isLeftOut = step.kind === "sync" && step.file === "log" && !this.#syncsLog;
      if (!isLeftOut) this.#files[step.file].apply(step);
      return;
    }
    // How it began is on the disk.
    if (step.text === "open") for (const file of Object.values(this.#files)) file.apply({ kind: "sync" });
    const [, id, at] = /^invalidated (\S+) (\d+)$/.exec(step.text) ?? [];
    if (id !== undefined) this.#acknowledged.set(id, Number(at));
  }

  /** Looks at what is left after a power cut. */
  async cut(cacheDir: string): Promise<{ readonly lost: boolean; readonly broken: boolean }> {
    const { database, log, marker } = this.#files;
    const files = { database: database.cut(), log: log.cut(), marker: marker.cut() };
    restoreDisk(cacheDir, { epoch: this.#epoch, ...files });
    const troubles: string[] = [];
    const emit = ({ type }: { readonly type: string }): void => void troubles.push(type);
    const storage = await openDiskStorage({ cacheDir }, { clock: systemClock, random: Math.random, emit });
    let lost = false;
    for (const [id, at] of this.#acknowledged) {
      const reading = await storage.read(id);
      if (reading.state === "miss") continue;
      const value = Buffer.from(reading.entry.payload as Uint8Array).toString();
      if (Number.parseInt(value) < at) lost = true;
    }
    const { epoch } = await storage.stamp();
    const sqlite = new DatabaseSync(path.join(cacheDir, "v2", `${epoch}.db`));
    const integrity = sqlite.prepare("pragma integrity_check").get()?.["integrity_check"];
    sqlite.close();
    storage.close();
    rmSync(cacheDir, { recursive: true });
    // With another epoch it has begun anew, and would show nothing.
    return { lost, broken: epoch !== this.#epoch || troubles.length > 0 || integrity !== "ok" };
  }
}

type Change =
  | { readonly kind: "write"; readonly offset: number; readonly data: Buffer }
  | { readonly kind: "truncate"; readonly length: number };

const sectorSize = 512;

/** A file with what is on the disk, and what the operating system still has to write. */
class SimulatedFile {
  readonly #synced = new Bytes();
  readonly #pending: Change[] = [];

  apply(change: Change | { readonly kind: "sync" }): void {
    if (change.kind !== "sync") this.#pending.push(change);
    else for (const pending of this.#pending.splice(0)) this.#synced.apply(pending);
  }

  /** What is there after a power cut: of what is pending all up to some point, or any of it. */
  cut(): Buffer {
    const share = Math.random();
    const isInOrder = Math.random() < 0.5;
    const until = Math.ceil(share * this.#pending.length);
    const left = new Bytes(this.#synced.all());
    for (const [index, change] of this.#pending.entries()) {
      if (isInOrder ? index > until : Math.random() > share) continue;
      const isTorn = change.kind === "write" && (isInOrder ? index === until : Math.random() < 0.5);
      left.apply(isTorn ? tornWrite(change) : change);
    }
    return left.all();
  }
}

class Bytes {
  #memory: Buffer;
  #length: number;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#memory = Buffer.from(bytes);
    this.#length = bytes.length;
  }

  apply(change: Change): void {
    const end =
      change.kind === "truncate" ? change.length : Math.max(this.#length, change.offset + change.data.length);
    if (end > this.#memory.length) {
      const larger = Buffer.alloc(end * 2);
      this.#memory.copy(larger, 0, 0, this.#length);
      this.#memory = larger;
    }
    if (end > this.#length) this.#memory.fill(0, this.#length, end);
    if (change.kind === "write") change.data.copy(this.#memory, change.offset);
    this.#length = end;
  }

  all(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}

/** The first sectors of it, or the last. */
function tornWrite(step: Extract<Change, { kind: "write" }>): Change {
  const at = Math.floor(Math.random() * Math.ceil(step.data.length / sectorSize)) * sectorSize;
  return Math.random() < 0.5
    ? { ...step, data: step.data.subarray(0, at) }
    : { ...step, offset: step.offset + at, data: step.data.subarray(at) };
}

const call = /^\d+ +(?<name>\w+)\((?<descriptor>\d+)<(?<file>[^>]*)>(?:, (?<values>.*))?\) += \d+$/;

function parse(trace: string): { readonly epoch: string; readonly all: readonly Step[] } {
  const all: Step[] = [];
  let epoch = "";
  for (const line of wholeLines(trace)) {
    const { name, descriptor, file: hexFile, values = "" } = call.exec(line)?.groups ?? {};
    if (name === undefined || hexFile === undefined) continue;
    if (name === "write" && descriptor === "1") {
      all.push({
        kind: "said",
        text: unhex(values.slice(1, values.indexOf('"', 1)))
          .toString()
          .trim(),
      });
      continue;
    }
    const path = hexFile.includes("\\x") ? unhex(hexFile).toString() : hexFile;
    const [, found, suffix, marker] = /\/v2\/(?:([0-9a-f]{16})\.db(-wal)?|current\/(.*))$/.exec(path) ?? [];
    if (found === undefined && marker === undefined) continue;
    epoch = found ?? epoch;
    const file = marker !== undefined ? "marker" : suffix === undefined ? "database" : "log";
    if (name === "pwrite64") {
      const quote = values.lastIndexOf('"');
      const [, , offset] = values.slice(quote).split(", ");
      all.push({ kind: "write", file, offset: Number(offset), data: unhex(values.slice(1, quote)) });
    } else if (name === "ftruncate") all.push({ kind: "truncate", file, length: Number(values) });
    else all.push({ kind: "sync", file });
  }
  return { epoch, all };
}

/** A call during which another thread makes one is told in two parts. */
function* wholeLines(trace: string): Generator<string> {
  const unfinished = new Map<string, string>();
  for (const line of trace.split("\n")) {
    const [thread = ""] = line.split(" ", 1);
    const begin = line.indexOf(" <unfinished ...>");
    const resumed = /<\.\.\. \w+ resumed>/.exec(line);
    if (begin !== -1) unfinished.set(thread, line.slice(0, begin));
    else if (resumed === null) yield line;
    else yield (unfinished.get(thread) ?? "") + line.slice(resumed.index + resumed[0].length);
  }
}

function unhex(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}
