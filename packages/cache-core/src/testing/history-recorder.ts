import { appendFileSync, readFileSync } from "node:fs";
import { sharedNow, type HistoryEvent } from "./history.ts";

/** What a recorded value tells of itself. */
export interface RecordedValue {
  readonly version: number;
  /** See `HistoryEvent`. */
  readonly loadBegan?: number;
}

export interface HistoryRecorderOptions {
  /** The name of this process in the history. */
  readonly process: string;
  /** Default: `sharedNow`. */
  readonly now?: () => number;
}

/** Records what one process does with a cache, for `checkHistory`. */
export class HistoryRecorder {
  readonly events: HistoryEvent[] = [];
  readonly #process: string;
  readonly #now: () => number;

  constructor({ process, now = sharedNow }: HistoryRecorderOptions) {
    this.#process = process;
    this.#now = now;
  }

  /** Records a read. @param ttl milliseconds to live, if the law of expiry is to be checked */
  async read<Value extends RecordedValue>(
    item: string,
    read: () => Promise<Value>,
    ttl: number = Infinity,
  ): Promise<Value> {
    const begin = this.#now();
    const value = await read();
    const { version, loadBegan = Infinity } = value;
    this.#add({
      kind: "read",
      item,
      version,
      loadBegan,
      bestBefore: loadBegan + ttl,
      begin,
      end: this.#now(),
    });
    return value;
  }

  /** Records an invalidation of these items. */
  async invalidation(items: readonly string[], invalidate: () => unknown): Promise<void> {
    const begin = this.#now();
    await invalidate();
    this.#add({ kind: "invalidation", items, begin, end: this.#now() });
  }

  /** Records that from `milliseconds` after now on every read must see this version of the source. */
  settled(item: string, version: number, milliseconds: number = 0): void {
    this.#add({ kind: "write", item, version, settled: this.#now() + milliseconds });
  }

  /** Appends what was recorded to a file, one event a line, and forgets it. */
  save(path: string): void {
    appendFileSync(
      path,
      this.events
        .splice(0)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(""),
    );
  }

  #add(event: WithoutProcess<HistoryEvent>): void {
    this.events.push({ ...event, process: this.#process } as HistoryEvent);
  }
}

type WithoutProcess<Event> = Event extends unknown ? Omit<Event, "process"> : never;

/** Reads back what {@link HistoryRecorder.save} wrote. A process that was killed may have left half a line, which is left out. */
export function loadHistory(path: string): HistoryEvent[] {
  return (
    readFileSync(path, "utf8")
      .split("\n")
      .slice(0, -1)
      // JSON has no Infinity: it comes as null.
      .map((line) => JSON.parse(line, (_, value: unknown) => value ?? Infinity) as HistoryEvent)
  );
}
