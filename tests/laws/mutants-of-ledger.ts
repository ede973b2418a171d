import type { Mutants } from "./mutant.ts";

const scoped = "cache-core/src/scoped-cache.ts";
const memory = "storage-memory/src/memory-storage.ts";
const ledger = "cache-core/src/ledger/local-ledger.ts";
const window = "cache-core/src/invalidation/write-window.ts";

/** What the ledger keeps, as seen in memory. */
export const mutantsOfLedger: Mutants = {
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
  fence: {
    without: "a fill is checked against what was invalidated since it began",
    changes: [
      {
        file: ledger,
        from: "if (lastInvalidation > stamp.position) return",
        to: "if (lastInvalidation < 0) return",
      },
      {
        file: memory,
        from: "let kept = entry;",
        to: "let kept = { ...entry, stamp: this.stamp() };",
      },
    ],
    race: { writing: "invalidate" },
  },
  expiry: {
    without: "an entry is served until it expires",
    changes: [
      {
        file: memory,
        from: "if (held.isAlive(now)) return",
        to: "if (at.time > 0) return",
      },
    ],
    race: { writing: "invalidate", items: 5, writers: 0, timeToLive: 100 },
  },
  "one-ledger": {
    without: "one caller's invalidation is everybody's",
    changes: [
      {
        file: scoped,
        from: "this.#tagPrefix = namespacePrefix(scope.namespace);",
        to: "this.#tagPrefix = idPrefix(scope);",
      },
    ],
    race: { writing: "invalidate", callers: 3 },
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
    changes: [
      {
        file: ledger,
        from: "if (open) this.#marks.open(",
        to: "if (open && open.lease < 0) this.#marks.open(",
      },
    ],
    race: { writing: "abandoned-window", lease: 150, writers: 6, milliseconds: 1_200 },
  },
  "own-marks": {
    without: "every operation has a mark of its own",
    changes: [
      { file: ledger, from: "this.#marks.close(close);", to: 'this.#marks.close("all");' },
      { file: ledger, from: "this.#marks.open(open.operation,", to: 'this.#marks.open("all",' },
    ],
    race: { writing: "abandoned-window", lease: 150, writers: 6, milliseconds: 1_200 },
  },
  close: {
    without: "the end of a write invalidates, also when it took longer than its lease",
    changes: [
      {
        file: window,
        from: "await invalidate({ ...withMore(targets), close: operation, settle });",
        to: "await invalidate({ tags: [], patterns: [], settle });",
      },
    ],
    race: { writing: "window", lease: 1 },
  },
  "hand-over": {
    without: "an operation that goes on after the answer keeps its mark",
    changes: [{ file: window, from: "open: { operation: prefix + name, lease: longer },", to: "" }],
    race: { writing: "operation" },
  },
  "operation-end": {
    without: "the end of an operation invalidates what its marks were on",
    changes: [
      {
        file: ledger,
        from: "for (const tag of closed?.tags ?? []) this.#recordTag(tag, position, until);",
        to: "",
      },
    ],
    race: { writing: "operation", lag: 30 },
  },
  floor: {
    without: "forgetting tags raises the floor",
    changes: [{ file: ledger, from: "this.#floor = Math.max(this.#floor, record.position);", to: "" }],
    settings: [{ file: ledger, from: "maxTags = 100_000", to: "maxTags = 4" }],
    race: { writing: "invalidate" },
  },
  "floor-quiet": {
    without: "forgetting tags that are unsettled makes everything unsettled",
    changes: [
      { file: ledger, from: "this.#quietUntil = Math.max(this.#quietUntil, record.unsettledUntil);", to: "" },
    ],
    settings: [{ file: ledger, from: "maxTags = 100_000", to: "maxTags = 4" }],
    race: { writing: "window", lag: 40, writers: 1 },
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
};
