import type { RaceOptions } from "./run-race.ts";

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A guard of the design, how to take it out, and a race in which its absence shows. */
export interface Mutant {
  /** What is missing then. */
  readonly without: string;
  readonly changes: readonly Change[];
  /** What is set, with the guard and without, so that it has something to do in a short race. */
  readonly settings?: readonly Change[];
  readonly race: RaceOptions;
}

const ledger = "cache-core/src/ledger/local-ledger.ts";
const diskRule = "storage-disk/src/rule.ts";

export const mutants: Readonly<Record<string, Mutant>> = {
  fence: {
    without: "a fill is checked against what was invalidated since it began",
    changes: [
      {
        file: ledger,
        from: "if (lastInvalidation > stamp.position) return",
        to: "if (lastInvalidation < 0) return",
      },
      {
        file: "storage-memory/src/memory-storage.ts",
        from: "let kept = entry;",
        to: "let kept = { ...entry, stamp: this.stamp() };",
      },
    ],
    race: { writing: "invalidate" },
  },
  rule: {
    without: "a read checks what was invalidated since the entry's stamp",
    changes: [
      {
        file: ledger,
        from: "return stamp.position >= this.#position || this.lastInvalidation(tags) <= stamp.position;",
        to: "return tags.length > 0;",
      },
    ],
    race: { writing: "invalidate" },
  },
  arrival: {
    without: "a reader that joins a load is given its result only if nothing came between",
    changes: [
      {
        file: "cache-core/src/load/acceptance.ts",
        from: "if (flight.began > reader.began) return true;",
        to: "if (flight.began > 0 || reader.began > 0) return true;",
      },
    ],
    race: { writing: "invalidate", items: 3 },
  },
  unsettled: {
    without: "a fill is refused while what it depends on is unsettled",
    changes: [
      {
        file: ledger,
        from: "const unsettled = this.#unsettledSince(tags, stamp.time);",
        to: "const unsettled = false;",
      },
    ],
    race: { writing: "window", lag: 30 },
  },
  settle: {
    without: "what was written stays unsettled for the source's own delay",
    changes: [
      {
        file: ledger,
        from: "const until = settle > 0 ? time + settle : 0;",
        to: "const until = 0 * settle;",
      },
    ],
    race: { writing: "window", lag: 30 },
  },
  mark: {
    without: "the mark is open from before the write is sent",
    changes: [{ file: ledger, from: "if (open) this.#open(", to: "if (open && open.lease < 0) this.#open(" }],
    race: { writing: "abandoned-window" },
  },
  delete: {
    without: "a delete is an invalidation",
    changes: [
      {
        file: "cache-core/src/scoped-cache.ts",
        from: "await this.#invalidator.invalidate({ tags: [this.#exactTag(key)], patterns: [] });",
        to: "await this.#invalidator.invalidate({ tags: [], patterns: [] });",
      },
    ],
    race: { writing: "delete" },
  },
  "set-supersedes": {
    without: "a value that is set invalidates what other processes have stored and are loading under its key",
    changes: [
      {
        file: "storage-disk/src/fill-writer.ts",
        from: "const stamp = generation.ledger.supersede(tag);",
        to: "const stamp = tag === '' ? 0 : generation.ledger.position();",
      },
    ],
    race: { writing: "set", items: 2, backend: "disk", processes: 2, readers: 15, writers: 1 },
  },
  composite: {
    without: "a value made of others takes over their tags",
    changes: [
      {
        file: "cache-core/src/load/load-scope.ts",
        from: "for (const tag of part.tags) this.tags.add(tag);",
        to: "",
      },
    ],
    race: { writing: "invalidate", reading: "composites", items: 6 },
  },
  "composite-expiry": {
    without: "a value made of others expires with the first of them",
    changes: [
      {
        file: "cache-core/src/load/load-scope.ts",
        from: "if (part.expiresAt < this.expiresAt) this.expiresAt = part.expiresAt;",
        to: "",
      },
    ],
    race: { writing: "invalidate", reading: "composites", items: 12, writers: 0, timeToLive: 200 },
  },
  outbox: {
    without: "nothing is read while an invalidation waits to be recorded",
    changes: [
      {
        file: "cache-core/src/storage/guarded-storage.ts",
        from: "return this.#outbox.waiting === 0 && this.#breaker.admit();",
        to: "return this.#breaker.admit();",
      },
    ],
    race: { writing: "invalidate", faults: 0.05 },
  },
  "outbox-keeps": {
    without: "an invalidation that could not be recorded is kept",
    changes: [
      {
        file: "cache-core/src/storage/outbox.ts",
        from: "if (stamp !== undefined) return;",
        to: "return;",
      },
    ],
    race: { writing: "invalidate", faults: 0.05 },
  },
  floor: {
    without: "forgetting tags raises the floor",
    changes: [{ file: ledger, from: "this.#floor = Math.max(this.#floor, record.position);", to: "" }],
    settings: [{ file: ledger, from: "maxTags = 100_000", to: "maxTags = 4" }],
    race: { writing: "invalidate" },
  },
  widening: {
    without: "a pattern that there is no room for becomes a tag",
    changes: [
      {
        file: ledger,
        from: "this.#recordTag(widenPattern(oldest), position, record.unsettledUntil);",
        to: "",
      },
    ],
    settings: [{ file: ledger, from: "maxPatterns = 100 }", to: "maxPatterns = 1 }" }],
    race: { writing: "invalidate" },
  },
  "disk-rule": {
    without: "a read from disk checks what was invalidated since the entry's stamp",
    changes: [{ file: diskRule, from: "(e.stamp >= m.position or (", to: "(1 = 1 or (" }],
    race: { writing: "invalidate", backend: "disk", processes: 2, readers: 10, writers: 1 },
  },
  "disk-fence": {
    without: "a fill carries the stamp of when its load began",
    changes: [
      {
        file: "storage-disk/src/fill-writer.ts",
        from: "const fill = toFill(entry);",
        to: `const position = this.#keeper.use((generation) => generation.ledger.position());
             const fill = toFill({ ...entry, stamp: { ...entry.stamp, position } });`,
      },
    ],
    race: { writing: "invalidate", backend: "disk", processes: 2, readers: 10, writers: 1 },
  },
  "disk-unsettled": {
    without: "a fill on disk is refused while what it depends on is unsettled",
    changes: [
      { file: diskRule, from: "where l.last > :stamp or l.until > :began)", to: "where l.last > :stamp)" },
      { file: diskRule, from: "where k.until > :began)", to: "where k.until < 0)" },
    ],
    race: { writing: "window", lag: 30, backend: "disk", processes: 2, readers: 10, writers: 1 },
  },
};
