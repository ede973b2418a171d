/** What is mutated, and the tests that must notice. */
export interface Subject {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const core = "packages/cache-core";
const disk = "packages/storage-disk";
const memoryContract = "packages/storage-memory/src/storage-contract.test.ts";
const tiered = [
  `${core}/src/tiered/*.test.ts`,
  `${core}/test/tiered-cache.test.ts`,
  `${core}/test/tiered-storage.test.ts`,
];
const loading = [`${core}/src/load/*.test.ts`, `${core}/src/cache-manager.test.ts`];

function ofLoad(...names: string[]): Subject {
  return { mutate: names.map((name) => `${core}/src/load/${name}.ts`), tests: loading };
}

function ofDisk(tests: readonly string[], ...names: string[]): Subject {
  return {
    mutate: names.map((name) => `${disk}/src/${name}.ts`),
    tests: [...tests.map((name) => `${disk}/test/${name}.test.ts`), `${disk}/src/*.test.ts`],
  };
}

export const subjects: Readonly<Record<string, Subject>> = {
  ledger: {
    mutate: [`${core}/src/ledger/local-ledger.ts`, `${core}/src/ledger/marks.ts`],
    tests: [`${core}/src/ledger/*.test.ts`, memoryContract],
  },
  breaker: { mutate: [`${core}/src/breaker/circuit-breaker.ts`], tests: [`${core}/src/breaker/*.test.ts`] },
  pattern: {
    mutate: [`${core}/src/key/key-pattern.ts`],
    tests: [`${core}/src/key/*.test.ts`, `${core}/src/ledger/*.test.ts`],
  },
  acceptance: ofLoad("acceptance"),
  flight: ofLoad("flight"),
  "read-through": ofLoad("read-through", "flights", "refresh-ahead"),
  loading: ofLoad("run-load", "load-scope", "fill", "set-value", "superseding"),
  tiered: {
    mutate: ["near-ledger", "near-store", "far-view", "freshness", "follower"].map(
      (name) => `${core}/src/tiered/${name}.ts`,
    ),
    tests: tiered,
  },
  "disk-rule": ofDisk(["fence-matrix", "unsettled", "storage-contract"], "rule"),
  "disk-ledger": ofDisk(
    ["fence-matrix", "unsettled", "storage-contract", "ledger-bounds"],
    "ledger",
    "marks",
  ),
  "disk-fills": ofDisk(["fence-matrix", "disk-storage", "generation"], "fill-writer"),
  "disk-entries": ofDisk(["disk-storage"], "entry-table", "row-checksum", "crc32", "stored-time"),
  "disk-directory": ofDisk(
    ["damaged-files", "synced-directories"],
    "generation-directory",
    "generation-marker",
  ),
  "disk-generation": ofDisk(["generation"], "generation", "generation-keeper", "open-generation"),
  "disk-recorder": ofDisk(
    ["generation", "outbox", "disk-storage", "storage-contract"],
    "invalidation-recorder",
  ),
  "disk-bounds": ofDisk([], "evictor", "limits"),
};

/** What is written in SQL: see `mutate-sql.ts`. */
export const sqlSubject: Subject = ofDisk(
  ["fence-matrix", "unsettled", "ledger-bounds", "disk-storage", "clear", "storage-contract"],
  "rule",
  "ledger",
  "marks",
  "entry-table",
);
