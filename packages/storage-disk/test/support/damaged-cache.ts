import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DiskStorage } from "../../src/disk-storage.ts";
import { identityOf } from "../../src/generation-directory.ts";
import { Harness, invalidation, temporaryDirectory } from "./harness.ts";

/** A cache as a process leaves it that was killed: with something in all of its files. */
export interface CacheModel {
  readonly harness: Harness;
  /** What may be answered; undefined: nothing at all. */
  readonly expected: ReadonlyMap<string, Uint8Array | undefined>;
}

/** A file system in memory, where there is one: hundreds of databases are made, and each is synced to the disk. */
const quickDirectory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export const databaseFiles = ["", "-wal", "-shm"] as const;

/** Fills a cache so that every part of the rule has something to keep out, in the database as well as in its log. */
export async function makeCacheModel({ inLog = true } = {}): Promise<CacheModel> {
  const harness = new Harness();
  const storage = await harness.open();
  const expected = new Map<string, Uint8Array | undefined>();
  const fill = async (id: string, size: number): Promise<void> => {
    const payload = Buffer.alloc(size, `${id}/${expected.size}/${await positionOf(storage)} `);
    await harness.fill(storage, id, { payload, expiresAt: Infinity, staleUntil: Infinity });
    expected.set(id, payload);
  };
  const invalidate = async (changes: Parameters<typeof invalidation>[0]): Promise<void> => {
    await storage.invalidate(invalidation(changes));
    const names = new Set(changes.tags);
    const last = changes.patterns?.map((pattern) => `:${pattern.split(":").at(-1)}`) ?? [];
    for (const id of expected.keys()) {
      const concerns =
        changes.everything === true ||
        id.split(":").some((_, index, all) => names.has(all.slice(0, index + 1).join(":"))) ||
        last.some((ending) => id.endsWith(ending));
      if (concerns) expected.set(id, undefined);
    }
  };

  for (let index = 0; index < 20; index++) await fill(`user:list:${index}`, 100 + 40 * index);
  await invalidate({ tags: [], patterns: [], everything: true });
  for (let index = 0; index < 60; index++) await fill(`user:describe:${index}`, 60 + 37 * (index % 17));
  for (let index = 0; index < 4; index++) await fill(`user:large:${index}`, 9_000);
  for (let index = 0; index < 25; index++) await invalidate({ tags: [`user:describe:${index}`] });
  await invalidate({ tags: [], patterns: ["user:*:40"] });
  for (let index = 0; index < 8; index++) await fill(`user:describe:${index}`, 500);
  // From here on in the log only.
  harness.sqlite().exec("pragma wal_checkpoint(truncate)");
  for (let index = 0; index < 10; index++) await fill(`group:describe:${index}`, 300);
  for (let index = 0; index < 6; index++) {
    await invalidate({ tags: [`group:describe:${index}`, `user:describe:${index}`] });
    await invalidate({ tags: [], patterns: [`user:*:${50 + index}`] });
  }
  for (let index = 0; index < 3; index++) await fill(`user:describe:${index}`, 400);
  await invalidate({ tags: ["user:describe:2"] });
  if (!inLog) harness.sqlite().exec("pragma wal_checkpoint(truncate)");
  return { harness, expected };
}

async function positionOf(storage: DiskStorage): Promise<number> {
  return (await storage.stamp()).position;
}

/** A copy of the model's files, with a process of its own to come. */
export function copyCache(model: CacheModel): Harness {
  const copy = new Harness(path.join(temporaryDirectory(quickDirectory), "cache"));
  copyFolder(model.harness.directory, copy.directory);
  const database = copy.databaseFile();
  const [marker] = copy.markers();
  const epoch = (marker as string).split(".")[0];
  const identity = identityOf(statSync(database, { bigint: true }));
  const current = path.join(copy.root, "current");
  renameSync(path.join(current, marker as string), path.join(current, `${epoch}.${identity}`));
  return copy;
}

/** @param isWanted by the file's name */
export function copyFolder(from: string, to: string, isWanted: (name: string) => boolean = () => true): void {
  mkdirSync(to, { mode: 0o700, recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target, isWanted);
    else if (isWanted(entry.name)) copyFileSync(source, target);
  }
}

/** Reads everything, and says what was answered that is not what was stored, or not any more. */
export async function wrongAnswers(
  storage: DiskStorage,
  expected: CacheModel["expected"],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [id, payload] of expected) {
    const reading = await storage.read(id);
    if (reading.state === "miss") continue;
    const found = Buffer.from(reading.entry.payload as Uint8Array);
    if (payload === undefined)
      wrong.push(`${id} was invalidated, and read as ${found.subarray(0, 30).toString()}`);
    else if (!found.equals(payload)) wrong.push(`${id} was read as ${found.subarray(0, 30).toString()}`);
  }
  return wrong;
}

export function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 2 ** 32;
  return () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
