import type { Mutants } from "./mutant.ts";

const ledger = "cache-core/src/tiered/near-ledger.ts";
const storage = "cache-core/src/tiered/tiered-storage.ts";

/** What is checked before memory in front of Redis answers. */
export const mutantsOfNear: Mutants = {
  "near-rule": {
    without: "what is near is checked against what was invalidated since it was verified",
    changes: [
      {
        file: ledger,
        from: "if (position < this.#floor || this.#lastInvalidation(tags) > position) return false;",
        to: "if (tags.length === 0) return false;",
      },
    ],
    race: { writing: "invalidate" },
  },
  "near-gap": {
    without: "a gap in what was followed throws away what is near",
    settings: [
      { file: "storage-redis/src/limits.ts", from: "changesAtOnce: 10_000", to: "changesAtOnce: 0" },
    ],
    changes: [
      {
        file: ledger,
        from: 'if (changes.state === "gap" || at.epoch !== this.#epoch) return this.#begin(at);',
        to: "if (at.epoch !== this.#epoch) return this.#begin(at);\n const { tags = [], patterns = [] } = changes;\n changes = { at, tags, patterns };",
      },
    ],
    // Not what concerns everything: a process knows its own.
    race: { writing: "delete", processes: 3 },
  },
  "near-floor": {
    without: "forgetting names near raises the floor",
    settings: [{ file: ledger, from: "maxNames = 10_000", to: "maxNames = 4" }],
    changes: [
      {
        file: ledger,
        from: "this.#patterns.clear();\n    this.#floor = this.#seen;",
        to: "this.#patterns.clear();",
      },
    ],
    race: { writing: "invalidate" },
  },
  "near-own": {
    without: "a process knows at once what it has itself invalidated",
    changes: [{ file: storage, from: "else this.#view.ledger.record(target, at);", to: "" }],
    race: { writing: "delete", items: 6 },
  },
};
