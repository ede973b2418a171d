import type { Clock } from "@awsideman/cache-core";

/** How far a piece of work is. */
export interface ProgressState {
  /** So many parts of it. */
  readonly done: number;
  /** Of so many; undefined: nobody knows yet. */
  readonly total: number | undefined;
  /** Requests that AWS has got because of it. */
  readonly calls: number;
}

/** What follows from that, and from how far it was before. */
export interface ProgressReading {
  /** Of the last seconds; undefined in the first one. */
  readonly callsPerSecond: number | undefined;
  /** Milliseconds until all is done, if it goes on like in the last seconds; undefined when that cannot be told. */
  readonly timeLeft: number | undefined;
}

interface Sample {
  readonly at: number;
  readonly done: number;
  readonly calls: number;
}

/** Milliseconds that are looked back: what comes from the cache goes a hundred times as fast, and is soon forgotten. */
const lookBack = 10_000;
/** Milliseconds between two samples. */
const spacing = 250;
/** Milliseconds before anything is said. */
const shortest = 1_000;

/** Calculates rates and the time left. It does nothing by itself, and knows no time but that of its clock. */
export class ProgressMeter {
  readonly #clock: Pick<Clock, "monotonic">;
  /** In order of time. All but the first are within the time that is looked back. */
  #samples: Sample[] = [];

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Takes note of how far it is, and tells what follows. Another piece of work begins where less is done than before. */
  read({ done, total, calls }: ProgressState): ProgressReading {
    const now = this.#clock.monotonic();
    const last = this.#samples.at(-1);
    if (last !== undefined && done < last.done) this.#samples = [];
    if (last === undefined || done < last.done || now - last.at >= spacing)
      this.#samples.push({ at: now, done, calls });
    while (this.#samples.length > 1 && (this.#samples[1] as Sample).at <= now - lookBack)
      this.#samples.shift();

    const first = this.#samples[0] as Sample;
    const elapsed = now - first.at;
    const left = total === undefined ? undefined : Math.max(0, total - done);
    if (left === 0) return { callsPerSecond: perSecond(calls - first.calls, elapsed), timeLeft: 0 };
    const wasDone = done - first.done;
    const isKnown = left !== undefined && wasDone > 0 && elapsed >= shortest;
    return {
      callsPerSecond: perSecond(calls - first.calls, elapsed),
      timeLeft: isKnown ? (left / wasDone) * elapsed : undefined,
    };
  }
}

function perSecond(count: number, milliseconds: number): number | undefined {
  return milliseconds < shortest ? undefined : (count * 1000) / milliseconds;
}
