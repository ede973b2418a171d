import type {
  CacheEntry,
  CacheStorage,
  Changes,
  EntryMetadata,
  Invalidation,
  MaybePromise,
  Reading,
  Stamp,
  StorageCapabilities,
  Verdict,
} from "../../storage/cache-storage.ts";
import { after } from "../../storage/maybe-promise.ts";
import type { SimulatedProcess, Simulation } from "./simulation.ts";

/**
 * What goes wrong with a call.
 * - `refused`: it fails before it has done anything.
 * - `unknown`: it has been done, and then it fails.
 * - `late`: it is done, and answered, long after the deadline.
 * - `lost`: it is never done and never answered.
 * - `busy`: a fill is dropped; anything else is refused.
 */
export const faultKinds = ["refused", "unknown", "late", "lost", "busy"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Which calls something goes wrong with. */
export const faultyCalls = ["invalidations", "fills", "looks", "calls"] as const;
export type FaultyCalls = (typeof faultyCalls)[number];

/** Something was invalidated in the storage, whether or not anybody has been told. */
export interface Recorded {
  readonly invalidation: Invalidation;
  readonly begin: number;
  readonly end: number;
  /** In one step with a value that was set in place of what is older. */
  readonly ofSet: boolean;
}

export interface ScheduledStorageParts {
  readonly storage: CacheStorage;
  readonly simulation: Simulation;
  readonly process: SimulatedProcess;
  /** Answers at once, where the storage does. */
  readonly atOnce: boolean;
  readonly fault: (calls: FaultyCalls) => FaultKind | undefined;
  readonly onRecorded: (recorded: Recorded) => void;
}

/** Milliseconds, longer than any deadline of a read. */
const tooLate = 120;

/**
 * A storage as seen over a distance: that a call arrives, and that its answer does, are steps of their own, and anything
 * may go wrong in between.
 */
export class ScheduledStorage implements CacheStorage {
  readonly capabilities: StorageCapabilities;
  readonly #parts: ScheduledStorageParts;

  readonly #survives: boolean;

  constructor(parts: ScheduledStorageParts) {
    this.#parts = parts;
    this.#survives = parts.storage.capabilities.reach === "process";
    // The time that a storage needs is in its own calls; over a distance everything else may happen.
    this.capabilities = { ...parts.storage.capabilities, patience: 50 };
  }

  read(id: string): MaybePromise<Reading> {
    return this.#call("looks", `read ${id}`, () => this.#parts.storage.read(id), tellReading);
  }

  readMany(ids: readonly string[]): MaybePromise<readonly Reading[]> {
    const tell = (readings: readonly Reading[]): string => readings.map(tellReading).join(", ");
    return this.#call("looks", `read ${ids.join(", ")}`, () => this.#parts.storage.readMany(ids), tell);
  }

  write(entry: CacheEntry, supersedes?: string): MaybePromise<Verdict> {
    const name = `${supersedes === undefined ? "fill" : "set"} ${entry.id} of ${tellStamp(entry.stamp)}`;
    if (supersedes === undefined) {
      return this.#call("fills", name, () => this.#parts.storage.write(entry), tellVerdict, {
        outcome: "dropped",
        reason: "busy",
      });
    }
    const act = (): MaybePromise<Verdict> => this.#parts.storage.write(entry, supersedes);
    const counts = ({ outcome }: Verdict): boolean => outcome === "stored" || outcome === "too-large";
    return this.#call(
      "fills",
      name,
      () => this.#record({ tags: [supersedes], patterns: [] }, act, counts, true),
      tellVerdict,
    );
  }

  stamp(): MaybePromise<Stamp> {
    return this.#call("looks", "stamp", () => this.#parts.storage.stamp(), tellStamp);
  }

  invalidate(invalidation: Invalidation): MaybePromise<Stamp> {
    const act = (): MaybePromise<Stamp> => this.#parts.storage.invalidate(invalidation);
    return this.#call(
      "invalidations",
      tellInvalidation(invalidation),
      () => this.#record(invalidation, act),
      tellStamp,
    );
  }

  since(stamp: Stamp): MaybePromise<Changes> {
    return this.#call(
      "looks",
      "since",
      () => this.#parts.storage.since(stamp),
      ({ state }) => state,
    );
  }

  clear(invalidation: Invalidation): MaybePromise<number> {
    const act = (): MaybePromise<number> => this.#parts.storage.clear(invalidation);
    const name = `clear ${tellInvalidation(invalidation)}`;
    return this.#call("invalidations", name, () => this.#record(invalidation, act), String);
  }

  entries(): AsyncIterable<EntryMetadata> {
    return this.#parts.storage.entries();
  }

  usage(): MaybePromise<{ readonly entries: number; readonly bytes: number }> {
    return this.#parts.storage.usage();
  }

  /** The storage is closed when the run is over: others may use it, too. */
  close(): void {}

  #record<Result>(
    invalidation: Invalidation,
    act: () => MaybePromise<Result>,
    counts: (result: Result) => boolean = () => true,
    ofSet = false,
  ): MaybePromise<Result> {
    const { simulation, onRecorded } = this.#parts;
    const begin = simulation.moment();
    return after(act(), (result) => {
      if (counts(result)) onRecorded({ invalidation, begin, end: simulation.moment(), ofSet });
      return result;
    });
  }

  #call<Result>(
    calls: FaultyCalls,
    name: string,
    act: () => MaybePromise<Result>,
    tell: (result: Result) => string,
    busy?: Result,
  ): MaybePromise<Result> {
    const { simulation, fault, atOnce } = this.#parts;
    const kind = fault(calls);
    // A storage that belongs to nobody in particular goes on with what was begun, whoever is killed.
    const run = this.#survives ? (): MaybePromise<Result> => simulation.surviving(act) : act;
    if (atOnce) return this.#callAtOnce(name, run, tell, kind);
    return this.#callLater(name, run, tell, kind, busy);
  }

  #callAtOnce<Result>(
    name: string,
    act: () => MaybePromise<Result>,
    tell: (result: Result) => string,
    kind: FaultKind | undefined,
  ): MaybePromise<Result> {
    const { simulation } = this.#parts;
    if (kind !== undefined && kind !== "unknown") throw this.#failure(name, "it was refused");
    const given = act();
    return after(given instanceof Promise ? simulation.call(() => given) : given, (result) => {
      simulation.tell(`${name} -> ${tell(result)}`);
      if (kind !== undefined) throw this.#failure(name, "it was done, and then failed");
      return result;
    });
  }

  async #callLater<Result>(
    name: string,
    act: () => MaybePromise<Result>,
    tell: (result: Result) => string,
    kind: FaultKind | undefined,
    busy: Result | undefined,
  ): Promise<Result> {
    const { simulation } = this.#parts;
    // Which half of a call is slow makes all the difference.
    const isLateToAnswer = simulation.random.next() < 0.5;
    await simulation.step(kind === "late" && !isLateToAnswer ? tooLate : undefined);
    if (kind === "lost") {
      simulation.tell(`${name}: lost`);
      return new Promise(() => {});
    }
    if (kind === "refused" || (kind === "busy" && busy === undefined))
      throw this.#failure(name, "it was refused");
    const result = kind === "busy" && busy !== undefined ? busy : await simulation.call(act);
    simulation.tell(`${name} -> ${tell(result)}`);
    await simulation.step(kind === "late" && isLateToAnswer ? tooLate : undefined);
    if (kind === "unknown") throw this.#failure(name, "it was done, and then failed");
    return result;
  }

  #failure(name: string, what: string): Error {
    this.#parts.simulation.tell(`${name}: ${what}`);
    return new Error(`The storage failed (${name}): ${what}`);
  }
}

function tellReading(reading: Reading): string {
  const entry = reading.state === "miss" ? "" : ` of ${tellStamp(reading.entry.stamp)}`;
  return `${reading.state}${entry} at ${tellStamp(reading.at)}`;
}

function tellStamp({ epoch, position, time }: Stamp): string {
  return `${epoch.slice(0, 4)}/${position} (${time - 1_700_000_000_000})`;
}

function tellVerdict(verdict: Verdict): string {
  if (verdict.outcome === "fenced" || verdict.outcome === "dropped")
    return `${verdict.outcome}: ${verdict.reason}`;
  return verdict.outcome;
}

function tellInvalidation({ tags, patterns, everything, open, close, settle }: Invalidation): string {
  const parts = [`invalidate ${[...tags, ...patterns, ...(everything ? ["everything"] : [])].join(" ")}`];
  if (open) parts.push(`open ${open.operation.slice(0, 10)} for ${open.lease}`);
  if (close !== undefined) parts.push(`close ${close.slice(0, 10)}`);
  if (settle !== undefined) parts.push(`settle ${settle}`);
  return parts.join(", ");
}
