import type { HistoryEvent, ReadEvent } from "./history.ts";

export interface Violation {
  /**
   * - A: a read that began after an invalidation had returned got data from before it.
   * - B: after the settle period a read was older than the write.
   * - C: something was served past its time to live.
   */
  readonly law: "A" | "B" | "C";
  readonly read: ReadEvent;
  readonly message: string;
}

export interface HistoryReport {
  readonly violations: readonly Violation[];
  /** So that a test can see that there was something to find. */
  readonly reads: number;
  /** Reads of a value that had been loaded before they began. */
  readonly cached: number;
  readonly invalidations: number;
}

export interface CheckOptions {
  /**
   * Milliseconds that a read may be behind what another process has done: the bound of a nearer tier, for all processes or
   * for each by its name. There is none within a process. Default 0.
   */
  readonly maxStaleness?: number | ((process: string) => number);
  /** Milliseconds by which the clock of the expiry may differ from that of the history. Default 20. */
  readonly clockTolerance?: number;
}

/**
 * Checks the laws of a cache on a recorded history, in any order of events. It knows nothing of how the cache works, and
 * takes a fraction of a second for a million events.
 */
export function checkHistory(events: Iterable<HistoryEvent>, options: CheckOptions = {}): HistoryReport {
  const { maxStaleness = 0, clockTolerance = 20 } = options;
  const boundOf = typeof maxStaleness === "number" ? (): number => maxStaleness : maxStaleness;
  const reads: ReadEvent[] = [];
  const invalidated = new Map<string, Claim[]>();
  const written = new Map<string, Claim[]>();
  let invalidations = 0;
  for (const event of events) {
    switch (event.kind) {
      case "read":
        reads.push(event);
        break;
      case "invalidation":
        invalidations++;
        for (const item of event.items)
          claim(invalidated, item, event, { from: event.end, least: event.begin });
        break;
      case "write":
        claim(written, event.item, event, { from: event.settled, least: event.version });
        break;
    }
  }
  const lawA = mapValues(invalidated, (claims) => new RunningMaximum(claims));
  const lawB = mapValues(written, (claims) => new RunningMaximum(claims));
  const violations: Violation[] = [];
  for (const read of reads) {
    const bound = boundOf(read.process);
    const loadedSince = strongest(lawA, read, bound);
    const version = strongest(lawB, read, bound);
    if (read.loadBegan < loadedSince) {
      violations.push({
        law: "A",
        read,
        message: `${told(read)} although it was invalidated at ${shown(loadedSince)}`,
      });
    }
    if (read.version < version) {
      violations.push({ law: "B", read, message: `${told(read)} although version ${version} had settled` });
    }
    if (read.begin > read.bestBefore + clockTolerance) {
      violations.push({
        law: "C",
        read,
        message: `${told(read)} although it was good until ${shown(read.bestBefore)}`,
      });
    }
  }
  const cached = reads.filter((read) => read.loadBegan < read.begin).length;
  return { violations, reads: reads.length, cached, invalidations };
}

/** From some time on, something is at least so much: when a load began, or a version. */
interface Claim {
  readonly from: number;
  readonly least: number;
}

/** The strongest of the claims that hold at a time. */
class RunningMaximum {
  readonly #times: readonly number[];
  readonly #maxima: readonly number[];

  constructor(claims: readonly Claim[]) {
    const sorted = claims.toSorted((a, b) => a.from - b.from);
    let maximum = -Infinity;
    this.#times = sorted.map(({ from }) => from);
    this.#maxima = sorted.map(({ least }) => (maximum = Math.max(maximum, least)));
  }

  /** What had been claimed strictly before `time`. */
  before(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return this.#maxima[low - 1] ?? -Infinity;
  }
}

/** Makes a claim on the process that has made the event, at once, and on all of them unless it says otherwise. */
function claim(
  claims: Map<string, Claim[]>,
  item: string,
  { process, within }: { readonly process: string; readonly within?: string },
  made: Claim,
): void {
  append(claims, claimKey(item, within ?? process), made);
  if (within === undefined) append(claims, claimKey(item, undefined), made);
}

function append(claims: Map<string, Claim[]>, key: string, made: Claim): void {
  const list = claims.get(key);
  if (list) list.push(made);
  else claims.set(key, [made]);
}

function claimKey(item: string, within: string | undefined): string {
  return within === undefined ? item : `${item}\n${within}`;
}

/** The strongest claim on a read: of those that hold for everybody, a little later, and of those of its own process. */
function strongest(
  claims: ReadonlyMap<string, RunningMaximum>,
  { item, process, begin }: ReadEvent,
  maxStaleness: number,
): number {
  const everywhere = claims.get(claimKey(item, undefined))?.before(begin - maxStaleness) ?? -Infinity;
  const here = claims.get(claimKey(item, process))?.before(begin) ?? -Infinity;
  return Math.max(everywhere, here);
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, change: (value: From) => To): Map<string, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function told({ process, item, version, begin, loadBegan }: ReadEvent): string {
  return `At ${shown(begin)} ${process} read version ${version} of ${item}, loaded at ${shown(loadBegan)},`;
}

function shown(time: number): string {
  return time.toFixed(3);
}
