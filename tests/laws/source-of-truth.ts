import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A version, and the one before it with the moment at which it was replaced. */
interface Truth {
  readonly version: number;
  readonly previous: number;
  readonly changed: number;
}

/**
 * The source that is cached: one file an item, replaced in one step, so that every process on the machine sees the same.
 * For some time after a change it may still give the version before.
 */
export class SourceOfTruth {
  readonly #folder: string;
  readonly #lag: number;
  readonly #now: () => number;
  readonly #random: () => number;

  constructor(folder: string, lag: number, now: () => number, random: () => number) {
    this.#folder = folder;
    this.#lag = lag;
    this.#now = now;
    this.#random = random;
  }

  read(item: string): number {
    const { version, previous, changed } = this.#load(item);
    const lagging = this.#now() - changed < this.#lag * this.#random();
    return lagging ? previous : version;
  }

  /** Only ever called by the one process that the item belongs to. */
  change(item: string): number {
    const { version } = this.#load(item);
    const truth: Truth = { version: version + 1, previous: version, changed: this.#now() };
    const path = join(this.#folder, item);
    writeFileSync(`${path}.new`, JSON.stringify(truth));
    renameSync(`${path}.new`, path);
    return truth.version;
  }

  create(item: string): void {
    const truth: Truth = { version: 0, previous: 0, changed: -Infinity };
    writeFileSync(join(this.#folder, item), JSON.stringify(truth));
  }

  #load(item: string): Truth {
    const truth = JSON.parse(readFileSync(join(this.#folder, item), "utf8")) as Truth;
    return { ...truth, changed: truth.changed ?? -Infinity };
  }
}
