/**
 * What was seen of a cache and of its source, by one or many processes. Times are milliseconds on a clock that all of
 * them share and that never jumps, such as `sharedNow`. An item is whatever has versions of its own: a user, a key.
 */
export type HistoryEvent =
  /** The source has changed: reads that begin after `settled` must see this version or a later one. */
  | {
      readonly kind: "write";
      readonly process: string;
      readonly item: string;
      readonly version: number;
      /** When the invalidation that follows the change has returned, and the source's own delay has passed. */
      readonly settled: number;
      /** The name of the only process whose reads must see it. Default: those of all. */
      readonly within?: string;
    }
  /** Something was invalidated. `begin` is the call and `end` the return. */
  | {
      readonly kind: "invalidation";
      readonly process: string;
      readonly items: readonly string[];
      readonly begin: number;
      readonly end: number;
      /** The name of the only process for which it counts. Default: for all. */
      readonly within?: string;
    }
  /**
   * An answer. `loadBegan` is when the load that made the value began; Infinity where the value does not carry that, and
   * then only the versions are compared.
   */
  | {
      readonly kind: "read";
      readonly process: string;
      readonly item: string;
      readonly version: number;
      readonly loadBegan: number;
      /** Until when it might be served; Infinity where nothing was said. Not checked across changes of the clock. */
      readonly bestBefore: number;
      readonly begin: number;
      readonly end: number;
    };

export type WriteEvent = Extract<HistoryEvent, { kind: "write" }>;
export type InvalidationEvent = Extract<HistoryEvent, { kind: "invalidation" }>;
export type ReadEvent = Extract<HistoryEvent, { kind: "read" }>;

/** Milliseconds of the machine's own steady clock: on Linux, macOS and Windows the same in every process. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
