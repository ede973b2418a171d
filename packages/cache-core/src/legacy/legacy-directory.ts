import type { Stats } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { legacyFileName } from "./legacy-key.ts";

/** A file of an entry, and what the file system says of it. */
export interface LegacyFileStatus {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/**
 * The predecessor's flat directory, a file for each entry. What it did with them is done otherwise in two things: nobody
 * else may read them (0600, in a folder of 0700), and two who write the same entry do not meet in one unfinished file.
 */
export class LegacyDirectory {
  readonly path: string;

  constructor(directory: string) {
    this.path = directory;
  }

  /** The bytes under a key; undefined when there are none. */
  async read(key: string): Promise<Uint8Array | undefined> {
    if (!(await this.#isOurs())) return undefined;
    return unlessMissing(readFile(this.#file(legacyFileName(key))));
  }

  /** The bytes of a file that {@link list} has named; undefined when it is gone. */
  async readFile(name: string): Promise<Uint8Array | undefined> {
    return unlessMissing(readFile(this.#file(name)));
  }

  /** Resolves with how many bytes it has become. A reader sees the old file or the new one. */
  async write(key: string, text: string): Promise<number> {
    await this.#make();
    const file = this.#file(legacyFileName(key));
    const unfinished = `${file}.${crypto.randomUUID()}.tmp`;
    const bytes = Buffer.from(text);
    try {
      const handle = await open(unfinished, "wx", 0o600);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      await rename(unfinished, file);
    } catch (error) {
      await unlessMissing(unlink(unfinished));
      throw error;
    }
    return bytes.length;
  }

  /** Resolves with whether it was there. */
  async remove(key: string): Promise<boolean> {
    return this.removeFile(legacyFileName(key));
  }

  /** Resolves with whether it was there. */
  async removeFile(name: string): Promise<boolean> {
    return (await unlessMissing(unlink(this.#file(name)).then(() => true))) ?? false;
  }

  /** The files of entries; none when there is no directory. */
  async list(): Promise<readonly LegacyFileStatus[]> {
    if (!(await this.#isOurs())) return [];
    const names = (await unlessMissing(readdir(this.path))) ?? [];
    const files: LegacyFileStatus[] = [];
    for (const name of names.filter((one) => one.endsWith(".json"))) {
      const status: Stats | undefined = await unlessMissing(stat(this.#file(name)));
      if (status?.isFile()) files.push({ name, bytes: status.size, modifiedAt: status.mtimeMs });
    }
    return files;
  }

  /** Not with `recursive`: below /proc that never ends. */
  async #make(): Promise<void> {
    if (!(await this.#isOurs())) {
      await unlessThere(mkdir(path.dirname(this.path), { mode: 0o700 }));
      await unlessThere(mkdir(this.path, { mode: 0o700 }));
    }
    if (process.platform !== "win32") await chmod(this.path, 0o700);
  }

  /**
   * Resolves with whether the directory is there.
   * @throws Error when it is somebody else's, who could put anything there
   */
  async #isOurs(): Promise<boolean> {
    const status = await unlessMissing(lstat(this.path));
    if (status === undefined) return false;
    const user = process.geteuid?.();
    if (status.isDirectory() && (user === undefined || status.uid === user)) return true;
    throw new Error(`${this.path} is not a directory of this user's`);
  }

  #file(name: string): string {
    return path.join(this.path, name);
  }
}

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function unlessThere(result: Promise<unknown>): Promise<void> {
  try {
    await result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
