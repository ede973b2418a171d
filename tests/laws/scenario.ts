/** What one process of a race does. Passed to it as JSON. */
export interface Scenario {
  readonly process: string;
  readonly backend: {
    readonly backend: "memory" | "disk";
    readonly config: Readonly<Record<string, unknown>>;
  };
  /** What the writers do around a change of the source. */
  readonly writing: "invalidate" | "set" | "delete" | "window" | "abandoned-window";
  /** What the readers ask for: the items themselves, or a value that is made of two of them. */
  readonly reading: "items" | "composites";
  /** Milliseconds for which the source may give the old answer. */
  readonly lag: number;
  /** The share of storage calls that fail. */
  readonly faults: number;
  /** Milliseconds that an entry lives. */
  readonly timeToLive: number;
  readonly items: number;
  readonly readers: number;
  readonly writers: number;
  readonly milliseconds: number;
  /** The folder of the source of truth, one file an item, shared by all processes. */
  readonly truth: string;
  /** Where the history goes. */
  readonly history: string;
  /** Which of the processes this is, and of how many: each writes items of its own. */
  readonly index: number;
  readonly processes: number;
  readonly seed: number;
}
