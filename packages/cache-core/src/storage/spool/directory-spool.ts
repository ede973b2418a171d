import { constants, lstatSync, type Stats } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import path from "node:path";
import { messageOf } from "../../errors/message-of.ts";
import type { Invalidation } from "../cache-storage.ts";
import type { InvalidationSpool, Spooled, SpoolPlace } from "./invalidation-spool.ts";
import { encodeSpooled, parseSpooled, type Digest } from "./spooled-form.ts";
import { defaultOutboxDirectory } from "./state-directory.ts";

const unfinished = ".new";
const asideName = "unreadable";

/** Nothing that waits is larger: what says it is, was not written here. */
const maxBytes = 16 * 1024 * 1024;

const scarce: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** A file that is not complete after this time, in milliseconds, never will be. */
const longestPreparation = 3_600_000;

/**
 * The spool as a directory, one small file for each invalidation:
 *
 *     <directory>/<hash of the identity>/      0700
 *       <time>-<count>-<random>                0600, sorted as they were added
 *       <the same>.new                         one being written
 *       unreadable/                            moved aside
 *
 * A file appears complete and synced, by being renamed, and goes by being unlinked. So nothing is appended to, nobody
 * owns anything, and a process may end at any point.
 */
export class DirectorySpool implements InvalidationSpool {
  /** Undefined: there is no place for it, so nothing waits there, and nothing can be added. */
  readonly #base: string | undefined;
  readonly #identity: string;
  readonly #looksAtOnce: boolean;
  #lastTime = 0;
  #count = 0;
  #place: Promise<string> | undefined;

  /** @param options `looksAtOnce`: for a process that has nothing else to do while it looks whether anything waits */
  constructor(
    { identity, directory = defaultOutboxDirectory() }: SpoolPlace,
    { looksAtOnce = false }: { readonly looksAtOnce?: boolean } = {},
  ) {
    this.#base = directory;
    this.#identity = identity;
    this.#looksAtOnce = looksAtOnce;
  }

  async add(invalidation: Invalidation, now: number): Promise<string> {
    const place = await this.#prepare();
    // In order, also when the clock is set back.
    this.#lastTime = Math.max(this.#lastTime, Math.floor(now));
    const time = String(this.#lastTime).padStart(15, "0");
    const count = String(this.#count++ % 1_000_000).padStart(6, "0");
    const name = `${time}-${count}-${crypto.randomUUID()}`;
    const file = path.join(place, name);
    const text = encodeSpooled(invalidation, now, await loadDigest());
    const handle = await open(file + unfinished, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(file + unfinished, file);
    await syncDirectory(place);
    return name;
  }

  async list(now: number, known?: ReadonlySet<string>): Promise<readonly Spooled[]> {
    // Hardly ever is there anything at all: that is one look.
    const base = this.#base;
    if (base === undefined || (this.#looksAtOnce && isMissing(base))) return [];
    const baseStats = await statusOf(base);
    if (baseStats === undefined) return [];
    assertOwn(base, baseStats);
    const place = await this.#find();
    const stats = await statusOf(place);
    if (stats === undefined) return [];
    assertOwn(place, stats);
    const spooled: Spooled[] = [];
    for (const name of (await readdir(place)).toSorted()) {
      if (name === asideName || known?.has(name)) continue;
      if (name.endsWith(unfinished)) {
        await removeAbandoned(path.join(place, name));
        continue;
      }
      const found = await readSpooled(place, name, now);
      if (found !== undefined) spooled.push(found);
    }
    return spooled;
  }

  async remove(name: string): Promise<void> {
    await unlink(path.join(await this.#find(), name)).catch(unlessMissing);
  }

  async setAside(name: string): Promise<void> {
    const place = await this.#find();
    const aside = path.join(place, asideName);
    await makeDirectory(aside);
    await rename(path.join(place, name), path.join(aside, name)).catch(unlessMissing);
  }

  async #find(): Promise<string> {
    const digest = await loadDigest();
    return path.join(this.#parent(), digest(this.#identity).slice(0, 32));
  }

  #parent(): string {
    if (this.#base !== undefined) return this.#base;
    throw new Error("there is no home directory to keep it in: `outboxDirectory` must say where");
  }

  /** Makes the directory, unless it is there. */
  async #prepare(): Promise<string> {
    const place = (this.#place ??= this.#make());
    try {
      // Somebody may have removed it since.
      await lstat(await place);
      return await place;
    } catch {
      return (this.#place = this.#make());
    }
  }

  async #make(): Promise<string> {
    const base = this.#parent();
    await makeDirectory(base);
    assertOwn(base, await lstat(base));
    const place = await this.#find();
    await makeDirectory(place);
    const stats = await lstat(place);
    assertOwn(place, stats);
    if (process.platform !== "win32" && (stats.mode & 0o777) !== 0o700) await chmod(place, 0o700);
    return place;
  }
}

/** Undefined when it is gone by now. */
async function readSpooled(place: string, name: string, now: number): Promise<Spooled | undefined> {
  let keptAt = now;
  try {
    // The last two do not exist on Windows, and count as 0 there.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const handle = await open(path.join(place, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = await handle.stat();
      keptAt = stats.mtimeMs;
      if (!stats.isFile()) throw new Error("it is no file");
      if (!isOwn(stats)) throw new Error(`it belongs to user ${stats.uid}`);
      if (stats.size > maxBytes) throw new Error(`it has ${stats.size} bytes`);
      const text = await handle.readFile("utf8");
      return { name, ...parseSpooled(text, await loadDigest()) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    // That is this process's own trouble, and passes.
    if (scarce.has(code)) throw error;
    return { name, keptAt, invalidation: undefined, problem: messageOf(error) };
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const stats = await statusOf(file);
  // The times of files are the system's, whatever clock the cache goes by.
  if (stats && Date.now() - stats.mtimeMs > longestPreparation) await unlink(file).catch(unlessMissing);
}

/** Makes a directory and those above it. Not with `recursive`: below /proc, Node would try for ever. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const parent = path.dirname(directory);
    if (code !== "ENOENT" || parent === directory) throw error;
    await makeDirectory(parent);
    await mkdir(directory, { mode: 0o700 }).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== "EEXIST") throw again;
    });
  }
  // What is in it would be lost with it in a power cut.
  await syncDirectory(path.dirname(directory));
}

/** Windows does not open directories, and has no need to. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined where there is nothing, or nothing that this user could have put there. */
async function statusOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw error;
  }
}

/** Takes no thread of the pool. What else may be wrong is for {@link statusOf} to say. */
function isMissing(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function assertOwn(directory: string, stats: Stats): void {
  if (stats.isSymbolicLink())
    throw new Error(`The outbox ${directory} is a symbolic link; name the directory it points to`);
  if (!stats.isDirectory()) throw new Error(`The outbox ${directory} is not a directory`);
  if (!isOwn(stats)) throw new Error(`The outbox ${directory} belongs to user ${stats.uid}`);
}

function isOwn({ uid }: Stats): boolean {
  const user = process.getuid?.();
  return user === undefined || uid === user;
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

/** Loaded when something waits: reading from a cache should not cost it. */
async function loadDigest(): Promise<Digest> {
  // Not by `import`: where the program was compiled before, Node warns of that on stderr.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return (text) => createHash("sha256").update(text).digest("hex");
}
