import type { Engine } from "./engine/engine.ts";
import { isObject } from "./input/field.ts";
import type { Service } from "./service.ts";
import type { Change } from "./store/store.ts";
import { createTables } from "./store/tables.ts";

/**
 * Every state that there has been, for who wants to know what reads could have been answered with. A version is a number
 * of changes: 0 is the empty directory, before the population.
 */
export class StateHistory {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The version that reads saw at a time up to now, in milliseconds of the simulator's clock. */
  seenAt(time: number): number {
    return countUpTo(this.#changes, time, "visibleAt");
  }

  /** The version that was true at a time up to now: what the progress of asynchronous operations is read from. */
  trueAt(time: number): number {
    return countUpTo(this.#changes, time, "madeAt");
  }

  /** Goes through all versions again, from the beginning. */
  replay(): StateReplay {
    return new StateReplay(this.#engine, () => this.#changes);
  }

  get #changes(): readonly Change[] {
    const changes = this.#engine.history();
    if (changes === undefined) throw new TypeError("The simulator was started without `keepHistory`");
    return changes;
  }
}

/** A state as it once was, that goes on from version to version. */
export class StateReplay {
  readonly #engine: Engine;
  readonly #changes: () => readonly Change[];
  readonly #tables = createTables();
  #version = 0;

  /** @internal */
  constructor(engine: Engine, changes: () => readonly Change[]) {
    this.#engine = engine;
    this.#changes = changes;
  }

  get version(): number {
    return this.#version;
  }

  /**
   * Goes on to a version.
   * @throws {RangeError} one that is behind, or that there has not been yet
   */
  advanceTo(version: number): void {
    const changes = this.#changes();
    if (!(version >= this.#version && version <= changes.length)) {
      throw new RangeError(`version must be from ${this.#version} to ${changes.length}, received ${version}`);
    }
    for (const { apply } of changes.slice(this.#version, version)) apply(this.#tables);
    this.#version = version;
  }

  /**
   * What an operation that only reads would have been answered with, as it would go over the wire.
   * @param service which one's, where more than one has the name
   * @throws {ServiceError} what the service would have answered with
   * @throws {TypeError} an operation that does not only read
   */
  answer(operation: string, input: object, service?: Service): unknown {
    return this.#engine.answerFrom(this.#tables, operation, isObject(input) ? input : {}, service);
  }
}

/** How many of them had their time by then: their times never go back. */
function countUpTo(changes: readonly Change[], time: number, which: "madeAt" | "visibleAt"): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.[which] ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
