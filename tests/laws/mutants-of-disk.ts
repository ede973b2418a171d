import type { Mutants } from "./mutant.ts";

const rule = "storage-disk/src/rule.ts";
const entryTable = "storage-disk/src/entry-table.ts";
const reader = "storage-disk/src/entry-reader.ts";
const diskLedger = "storage-disk/src/ledger.ts";
const limits = "storage-disk/src/limits.ts";
const opening = "storage-disk/src/open-generation.ts";
const filler = "storage-disk/src/fill-writer.ts";
const keeper = "storage-disk/src/generation-keeper.ts";

const shared = { backend: "disk", processes: 2, readers: 10, writers: 1 } as const;

/** The same on disk, where processes share it. */
export const mutantsOfDisk: Mutants = {
  "disk-rule": {
    without: "a read from disk checks what was invalidated since the entry's stamp",
    changes: [{ file: rule, from: "(e.stamp >= m.position or ${known}", to: "(1 = 1 or ${known}" }],
    race: { writing: "invalidate", ...shared },
  },
  "disk-fence": {
    without: "a fill carries the stamp of when its load began",
    changes: [
      {
        file: filler,
        from: "const fill = toFill(entry);",
        to: `const position = this.#keeper.use((generation) => generation.ledger.position());
             const fill = toFill({ ...entry, stamp: { ...entry.stamp, position } });`,
      },
    ],
    race: { writing: "invalidate", ...shared },
  },
  "disk-expiry": {
    without: "an entry on disk is served until it expires",
    changes: [
      {
        file: entryTable,
        from: "e.id = ?1 and e.stale > ?2 and",
        to: "e.id = ?1 and e.stale > ?2 - 1e9 and",
      },
      { file: reader, from: 'entry.expiresAt > now ? "hit"', to: 'entry.expiresAt > 0 ? "hit"' },
    ],
    race: { writing: "invalidate", backend: "disk", items: 5, readers: 10, writers: 0, timeToLive: 100 },
  },
  "set-supersedes": {
    without: "a value that is set invalidates what other processes have stored and are loading under its key",
    changes: [
      {
        file: filler,
        from: "const stamp = generation.ledger.supersede(tag);",
        to: "const stamp = tag === '' ? 0 : generation.ledger.position();",
      },
    ],
    race: { writing: "set", items: 2, backend: "disk", processes: 2, readers: 15, writers: 1 },
  },
  "disk-unsettled": {
    without: "a fill on disk is refused while what it depends on is unsettled",
    // As if it began at the end of time.
    changes: [
      {
        file: entryTable,
        from: "where ${fillHolds}",
        to: 'where ${fillHolds.replaceAll(":began", "9e15")}',
      },
    ],
    race: { writing: "window", lag: 30, ...shared, writers: 2 },
  },
  "disk-own-marks": {
    without: "every operation has a mark of its own on disk",
    changes: [
      { file: diskLedger, from: "this.#marks.of(close);", to: 'this.#marks.of("all");' },
      { file: diskLedger, from: "this.#marks.close(close);", to: 'this.#marks.close("all");' },
      { file: diskLedger, from: "this.#marks.open(open.operation,", to: 'this.#marks.open("all",' },
    ],
    race: { writing: "abandoned-window", lease: 150, ...shared, writers: 3, milliseconds: 1_200 },
  },
  "disk-operation-end": {
    without: "the end of an operation invalidates what its marks on disk were on",
    changes: [
      {
        file: diskLedger,
        from: "if (close === undefined) return { tags, patterns, everything };",
        to: 'if (close !== "") return { tags, patterns, everything };',
      },
    ],
    race: { writing: "operation", lag: 30, ...shared },
  },
  "disk-floor": {
    without: "forgetting tags raises the floor on disk",
    changes: [{ file: diskLedger, from: "this.#raise.run({ floor, quiet });", to: "" }],
    settings: [
      { file: limits, from: "ledgerTags: Math.min(", to: "ledgerTags: Math.min(4, " },
      { file: diskLedger, from: "const stepsBetweenPruning = 256", to: "const stepsBetweenPruning = 1" },
    ],
    race: { writing: "invalidate", ...shared },
  },
  "disk-floor-quiet": {
    without: "forgetting unsettled tags makes everything unsettled on disk",
    changes: [
      {
        file: diskLedger,
        from: "this.#raise.run({ floor, quiet });",
        to: "this.#raise.run({ floor, quiet: 0 });",
      },
    ],
    settings: [
      { file: limits, from: "ledgerTags: Math.min(", to: "ledgerTags: Math.min(4, " },
      { file: diskLedger, from: "const stepsBetweenPruning = 256", to: "const stepsBetweenPruning = 1" },
    ],
    race: { writing: "window", lag: 40, backend: "disk", readers: 15, writers: 1 },
  },
  "disk-widening": {
    without: "a pattern that there is no room for becomes a tag on disk",
    changes: [{ file: diskLedger, from: "names: JSON.stringify([wider]),", to: 'names: "[]",' }],
    settings: [{ file: limits, from: "ledgerPatterns: 64", to: "ledgerPatterns: 1" }],
    race: { writing: "invalidate", ...shared },
  },
  "disk-quarantine": {
    without: "a new generation stores nothing while what the one before had marked may be unsettled",
    changes: [
      { file: opening, from: "Math.ceil(now + limits.quarantine)", to: "0" },
      { file: opening, from: "if (isSuccessor)", to: "if (isSuccessor && quiet < 0)" },
    ],
    settings: [{ file: limits, from: "quarantine: 15 * 60_000", to: "quarantine: 150" }],
    race: {
      writing: "abandoned-window",
      lease: 150,
      trouble: "given-up",
      troubleEvery: 400,
      backend: "disk",
      processes: 2,
      items: 30,
      readers: 10,
      writers: 8,
      milliseconds: 1_500,
    },
  },
  "disk-epoch": {
    without: "a fill that began in another generation is not stored",
    changes: [
      { file: filler, from: "if (epoch !== generation.epoch) {", to: 'if (epoch === "") {' },
      { file: opening, from: "Math.ceil(now + limits.quarantine)", to: "0" },
      { file: opening, from: "if (isSuccessor)", to: "if (isSuccessor && quiet < 0)" },
    ],
    settings: [{ file: limits, from: "quarantine: 15 * 60_000", to: "quarantine: 10" }],
    race: {
      writing: "invalidate",
      trouble: "given-up",
      troubleEvery: 20,
      ...shared,
    },
  },
  "disk-marker": {
    without: "every read looks whether its generation was given up",
    changes: [
      {
        file: keeper,
        from: "if (generation?.isCurrent) return generation;",
        to: "if (generation) return generation;",
      },
    ],
    settings: [
      { file: limits, from: "quarantine: 15 * 60_000", to: "quarantine: 10" },
      { file: limits, from: "invalidationPatience: 5_000", to: "invalidationPatience: 20" },
    ],
    race: {
      writing: "invalidate",
      trouble: "frozen",
      milliseconds: 1_000,
      ...shared,
    },
  },
  "disk-give-up": {
    without: "an invalidation that cannot be recorded ends the generation",
    changes: [{ file: keeper, from: "this.directory.retractAny();", to: "" }],
    settings: [
      { file: limits, from: "quarantine: 15 * 60_000", to: "quarantine: 10" },
      { file: limits, from: "invalidationPatience: 5_000", to: "invalidationPatience: 20" },
    ],
    race: {
      writing: "invalidate",
      trouble: "frozen",
      milliseconds: 1_000,
      ...shared,
    },
  },
};
