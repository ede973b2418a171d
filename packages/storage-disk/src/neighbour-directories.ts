import { existsSync, rmSync, unlinkSync } from "node:fs";
import path from "node:path";
import { DamagedFiles } from "./damaged-files.ts";
import { attempt, namesIn, syncDirectory } from "./files.ts";

const versionName = /^v[0-9]+(?<encrypted>e?)$/;
const databaseFile = /^[0-9a-f]{16}\.db(?:-wal|-shm)?$/;

/**
 * The directories beside that of a cache: those of other versions of the stored form, and of the other one of plain and
 * encrypted. Their ledgers cannot be written from here, but what was invalidated here must not be served there.
 */
export class NeighbourDirectories {
  readonly #base: string;
  readonly #own: string;

  /** @param own the directory whose neighbours they are */
  constructor(own: string) {
    this.#base = path.dirname(own);
    this.#own = own;
  }

  /** Whether there was a first generation in any of them. */
  areFounded(): boolean {
    return this.#all().some((neighbour) => existsSync(path.join(neighbour, "founded")));
  }

  /** Ends their generations. */
  retract(): void {
    for (const neighbour of this.#all()) retractIn(neighbour);
  }

  /** Ends and removes what was kept without encryption: nobody who has switched it on wants that to stay. */
  removePlain(): void {
    for (const neighbour of this.#all()) {
      if (versionName.exec(path.basename(neighbour))?.groups?.["encrypted"] !== "") continue;
      retractIn(neighbour);
      new DamagedFiles(neighbour).clear();
      for (const name of namesIn(neighbour)) {
        if (databaseFile.test(name)) attempt(() => unlinkSync(path.join(neighbour, name)));
      }
    }
  }

  #all(): readonly string[] {
    return namesIn(this.#base)
      .filter((name) => versionName.test(name))
      .map((name) => path.join(this.#base, name))
      .filter((directory) => directory !== this.#own);
  }
}

/** Ends the generation of a directory, whatever it is. */
function retractIn(directory: string): void {
  const current = path.join(directory, "current");
  const markers = namesIn(current);
  for (const name of markers) rmSync(path.join(current, name), { force: true });
  if (markers.length > 0) syncDirectory(current);
}
