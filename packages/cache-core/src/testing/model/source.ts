import { type Item, items } from "./catalogue.ts";
import type { Simulation } from "./simulation.ts";

interface Applied {
  readonly version: number;
  readonly at: number;
}

/** What a value tells of itself; everything that is loaded is made of it. */
export interface ModelValue {
  readonly key: string;
  /** The moment at which the load that made it began. */
  readonly loadBegan: number;
  readonly versions: Readonly<Record<string, number>>;
  readonly parts: readonly ModelPart[];
  /** What it was made without: parts that were not there, or whose source failed, and since when. */
  readonly absent: readonly { readonly key: string; readonly since: number }[];
  /** It was not loaded, but set from outside. */
  readonly set?: { readonly by: string; readonly at: number };
}

export interface ModelPart {
  readonly value: ModelValue;
  /** It had expired, and was served because the source failed. */
  readonly isStale: boolean;
}

/** A value to be read by people: when its load began, what it shows, and what it is made of. */
export function describeValue({ loadBegan, versions, parts, absent }: ModelValue): string {
  const made = [
    ...Object.entries(versions).map(([item, version]) => `version ${version} of ${item}`),
    ...parts.map(({ value }) => `${value.key} (${describeValue(value)})`),
    ...absent.map(({ key }) => `no ${key}`),
  ];
  return `${made.join(", ")}, loaded at ${loadBegan.toFixed(3)}`;
}

/** An error is an answer, too: it tells of what it is, and when its load began. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";
  readonly key: string;
  readonly loadBegan: number;

  constructor(key: string, loadBegan: number) {
    super(`The source is down, asked for ${key}`);
    this.key = key;
    this.loadBegan = loadBegan;
  }
}

/** The source of truth: items with versions, where reads may lag behind writes, and which may be down. */
export class Source {
  readonly lag: number;
  readonly changes: Readonly<Record<Item, Applied[]>>;
  readonly #simulation: Simulation;
  readonly #failures: { readonly key: string; readonly until: number }[] = [];

  constructor(simulation: Simulation, lag: number) {
    this.#simulation = simulation;
    this.lag = lag;
    const first = (): Applied[] => [{ version: 0, at: -Infinity }];
    this.changes = Object.fromEntries(items.map((item) => [item, first()])) as Record<Item, Applied[]>;
  }

  /** Lets reads of a key fail for so many milliseconds; `*`: of all keys. */
  fail(key: string, milliseconds: number): void {
    this.#failures.push({ key, until: this.#simulation.time + milliseconds });
  }

  isDownFor(key: string): boolean {
    const { time } = this.#simulation;
    return this.#failures.some(
      (failure) => (failure.key === "*" || failure.key === key) && time < failure.until,
    );
  }

  change(item: Item): number {
    const changes = this.changes[item];
    const version = changes.length;
    changes.push({ version, at: this.#simulation.moment() });
    this.#simulation.tell(`the source has version ${version} of ${item}`);
    return version;
  }

  /** A version that the source may give now: any since the last that has spread. */
  read(item: Item): number {
    const changes = this.changes[item];
    const spread = this.#simulation.moment() - this.lag;
    const least = changes.findLastIndex(({ at }) => at <= spread);
    return this.#simulation.random.between(least, changes.length - 1);
  }
}
