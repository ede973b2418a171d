import type { ProcessScenario } from "./process-scenario.ts";

/** What one process of a race does. Passed to it as JSON. */
export interface Scenario extends ProcessScenario {
  readonly backend: {
    readonly backend: "memory" | "disk" | "redis" | "tiered";
    readonly config: Readonly<Record<string, unknown>>;
  };
  /** What the writers do around a change of the source. */
  readonly writing: "invalidate" | "set" | "delete" | "window" | "abandoned-window" | "operation";
  /**
   * What the readers ask for: the items themselves, loaded by the cache or looked up and set by hand, or a value that is
   * made of two of them, got through the cache or only looked up in it.
   */
  readonly reading: "items" | "by-hand" | "composites" | "lookups";
  /** How the source answers: always, for even versions only, which is an answer too, or now and then not at all. */
  readonly source: "sound" | "absences" | "failures";
  /** Milliseconds for which the source may give the old answer. */
  readonly lag: number;
  /** The share of storage calls that fail. */
  readonly faults: number;
  /** The share of storage calls that take effect, and answer, a little later. */
  readonly delays: number;
  /** What happens to the cache on disk: its generation is given up now and then, or somebody holds its lock. */
  readonly trouble: "none" | "given-up" | "frozen";
  /** Milliseconds between one trouble and the next. */
  readonly troubleEvery: number;
  /** Milliseconds that an entry lives. */
  readonly timeToLive: number;
  /** See the options of `getOrLoad`. */
  readonly staleIfError: number;
  readonly refreshAhead: number;
  readonly maxAge?: number;
  /** Milliseconds for which a write marks what it is on. */
  readonly lease: number;
  readonly items: number;
  readonly readers: number;
  readonly writers: number;
  /** For how many callers they read and write, by turns. */
  readonly callers: number;
  readonly milliseconds: number;
  /** It goes on until this process has seen so many answers of the cache, and made so many invalidations, besides. */
  readonly cached: number;
  readonly invalidations: number;
  /** The folder of the source of truth, one file an item, shared by all processes. */
  readonly truth: string;
  /** Which of the processes this is, and of how many: each writes items of its own. */
  readonly index: number;
  readonly processes: number;
}
