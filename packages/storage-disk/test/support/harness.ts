import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CacheEntry, Invalidation, Reading, Stamp, StorageEvent, Verdict } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { onTestFinished } from "vitest";
import type { DiskStorage } from "../../src/disk-storage.ts";
import type { DiskLimits } from "../../src/limits.ts";
import { openWithLimits } from "../../src/open-disk-storage.ts";

/** A directory of its own, removed when the test is over. */
export function temporaryDirectory(parent: string = tmpdir()): string {
  const directory = mkdtempSync(path.join(parent, "storage-disk-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** One directory and one clock, and any number of storages on it, as if each were in a process of its own. */
export class Harness {
  readonly clock = new FakeClock();
  readonly events: StorageEvent[] = [];
  readonly directory: string;
  readonly root: string;

  constructor(directory = temporaryDirectory()) {
    this.directory = directory;
    this.root = path.join(directory, "v2");
  }

  /** Opens a storage, closed when the test is over. */
  async open(limits: Partial<DiskLimits> = {}, config: Record<string, unknown> = {}): Promise<DiskStorage> {
    const storage = await openWithLimits(
      { cacheDir: this.directory, ...config },
      { clock: this.clock, random: seededRandom(), emit: (event) => this.events.push(event) },
      limits,
    );
    onTestFinished(() => storage.close());
    return storage;
  }

  /** The events that tell of a failure, without evictions. */
  get troubles(): readonly StorageEvent[] {
    return this.events.filter(({ type }) => type !== "evicted");
  }

  entry(id: string, stamp: Stamp, changes: Partial<CacheEntry> = {}): CacheEntry {
    const expiresAt = this.clock.now() + 60_000;
    return {
      id,
      tags: tagsOf(id),
      stamp,
      expiresAt,
      staleUntil: expiresAt,
      payload: Buffer.from(`value of ${id}`),
      size: 100,
      ...changes,
    };
  }

  /** Loads and stores an entry, as a miss would. */
  async fill(storage: DiskStorage, id: string, changes: Partial<CacheEntry> = {}): Promise<Verdict> {
    return storage.write(this.entry(id, await storage.stamp(), changes));
  }

  databaseFile(): string {
    const name = this.files().find((file) => file.endsWith(".db"));
    if (name === undefined) throw new Error("There is no database");
    return path.join(this.root, name);
  }

  markers(): readonly string[] {
    return readdirSync(path.join(this.root, "current"));
  }

  files(): readonly string[] {
    return readdirSync(this.root);
  }

  /** The database in use, behind the storage's back. */
  sqlite(): DatabaseSync {
    const marker = this.markers()[0]?.split(".")[0];
    const database = new DatabaseSync(path.join(this.root, `${marker}.db`));
    onTestFinished(() => {
      if (database.isOpen) database.close();
    });
    return database;
  }
}

/** The tags of an entry without a namespace: its key's prefixes, the key, and the key alone. */
export function tagsOf(id: string): string[] {
  const segments = id.split(":");
  return [`=${id}`, "*", ...segments.map((_, index) => segments.slice(0, index + 1).join(":"))];
}

export function invalidation(changes: Partial<Invalidation>): Invalidation {
  return { tags: [], patterns: [], ...changes };
}

export async function stateOf(storage: DiskStorage, id: string): Promise<Reading["state"]> {
  return (await storage.read(id)).state;
}

export async function valueOf(storage: DiskStorage, id: string): Promise<string | undefined> {
  const reading = await storage.read(id);
  return reading.state === "miss" ? undefined : Buffer.from(reading.entry.payload as Uint8Array).toString();
}

function seededRandom(seed = 42): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
