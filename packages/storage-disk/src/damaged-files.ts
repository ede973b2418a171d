import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { attempt, namesIn } from "./files.ts";

const folderName = /^damaged-(?<time>[0-9]{8}T[0-9]{6}Z)-(?<epoch>[0-9a-f]{16})$/;

/** Enough to see whether it happens again and again. */
const mostFolders = 3;
/** They hold who has access to what: nobody wants that to lie around for ever. */
const longestKept = 7 * 24 * 60 * 60_000;

/**
 * The files of damaged generations, for who wants to know what became of them, each in a folder of its own:
 *
 *     damaged-<time>-<epoch>/    0700, the time by the system's clock
 *
 * Nothing is ever read from there. The newest three are kept, for a week, as long as there is room. Best effort, all of it.
 */
export class DamagedFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Says that the files of a generation are to be moved aside, by whoever finds them when it is no longer in use. */
  expect(epoch: string): void {
    if (this.find(epoch) !== undefined) return;
    const time = new Date().toISOString().replaceAll(/[-:]|\.[0-9]+/g, "");
    attempt(() => mkdirSync(path.join(this.#root, `damaged-${time}-${epoch}`), { mode: 0o700 }));
  }

  /** The folder of a generation; undefined when there is none. */
  find(epoch: string): string | undefined {
    return this.#folders().find((folder) => folder.endsWith(epoch));
  }

  /** Moves the files of a generation, those that are there, if it is one that was said to be damaged. */
  take(epoch: string, files: readonly string[]): void {
    for (const folder of this.#folders().filter((name) => name.endsWith(epoch))) {
      for (const file of files) attempt(() => renameSync(file, path.join(folder, path.basename(file))));
      // Two who noticed the damage at once may have made two folders. One with files in it stays.
      attempt(() => rmdirSync(folder));
    }
  }

  /**
   * Removes what is too old, and the oldest until the rest takes no more than `room` bytes.
   * @returns how many bytes the rest takes
   */
  trim(room: number): number {
    const folders = this.#folders();
    const kept = folders.slice(-mostFolders).filter((folder) => Date.now() - timeOf(folder) < longestKept);
    let bytes = kept.reduce((sum, folder) => sum + sizeOf(folder), 0);
    while (kept.length > 0 && bytes > room) bytes -= sizeOf(kept.shift() as string);
    for (const folder of folders)
      if (!kept.includes(folder)) attempt(() => rmSync(folder, { recursive: true, force: true }));
    return bytes;
  }

  /** Removes all of it. */
  clear(): void {
    this.trim(-1);
  }

  /** The oldest first. */
  #folders(): string[] {
    return namesOf(this.#root)
      .filter((name) => folderName.test(name))
      .toSorted()
      .map((name) => path.join(this.#root, name));
  }
}

function timeOf(folder: string): number {
  const time = folderName.exec(path.basename(folder))?.groups?.["time"] ?? "";
  return Date.parse(time.replace(/(....)(..)(..T..)(..)(..)/, "$1-$2-$3:$4:$5"));
}

/** What cannot be seen is not counted. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of namesOf(folder)) attempt(() => (bytes += lstatSync(path.join(folder, name)).size));
  return bytes;
}

function namesOf(directory: string): readonly string[] {
  let names: readonly string[] = [];
  attempt(() => (names = namesIn(directory)));
  return names;
}
