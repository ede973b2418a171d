import type { Row } from "./contest.ts";

/** What a result should be. */
export interface Bar {
  readonly benchmark: string;
  readonly says: string;
  readonly row: string;
  readonly of: "median" | "p99";
  /** Divided by the median of this row. */
  readonly against?: string;
  readonly least?: number;
  readonly most?: number;
}

export interface Judgement {
  readonly says: string;
  readonly measured: number;
  readonly isMet: boolean;
}

const millisecond = 1_000;

export const bars: readonly Bar[] = [
  ...["awsideman", "awsideman, load and store"].flatMap((row) => [
    {
      benchmark: "disk-hits",
      says: `a hit takes at most 2 times a get and decode by raw node:sqlite, p50, ${row}`,
      row,
      of: "median" as const,
      against: "node:sqlite, get and decode",
      most: 2,
    },
    {
      benchmark: "disk-hits",
      says: `a hit takes less than 1,000 us, p99, ${row}`,
      row,
      of: "p99" as const,
      most: millisecond,
    },
    {
      benchmark: "disk-hits",
      says: `a hit is at least 20 times faster than one of bentocache's file driver, p50, ${row}`,
      row: "bentocache, files",
      of: "median" as const,
      against: row,
      least: 20,
    },
  ]),
  {
    benchmark: "disk-mix",
    says: "a set takes less than 20,000 us with 8 processes, p99",
    row: "set, 8 processes: awsideman",
    of: "p99",
    most: 20 * millisecond,
  },
  {
    benchmark: "disk-mix",
    says: "a value that was loaded is stored in less than 20,000 us with 8 processes, p99",
    row: "set, 8 processes: awsideman, load and store",
    of: "p99",
    most: 20 * millisecond,
  },
  ...["memory", "disk"].flatMap((where) =>
    ["1 key", "1,000 keys", "100,000 keys"].map((covered) => ({
      benchmark: `invalidation-${where}`,
      says: `invalidating ${covered} among 1,000,000 takes at most 1.5 times as long as 1 among 1,000, ${where}`,
      row: `${covered} among 1,000,000`,
      of: "median" as const,
      against: "1 key among 1,000",
      most: 1.5,
    })),
  ),
  ...["by reference", "private copies (default)"].map((how) => ({
    benchmark: "tiered-hits",
    says: `a hit near takes at most 1.2 times one of memory alone, ${how}`,
    row: `near tier, ${how}`,
    of: "median" as const,
    against: `memory alone, ${how}`,
    most: 1.2,
  })),
  ...(
    [
      ["awsideman --version", 1.3],
      ["awsideman cache status", 1.8],
      ["awsideman user list, 100 users", 1.8],
      ["awsideman user list, 10,000 users", 3],
    ] as const
  ).map(([row, most]) => ({
    benchmark: "cli-start",
    says: `${row}, as a whole process, takes at most ${most} times node -e 0`,
    row,
    of: "median" as const,
    against: "node -e 0",
    most,
  })),
  {
    benchmark: "tiered-news",
    says: "an invalidation is seen by another instance in less than 2,000 us, p50",
    row: "seen by another instance, from the call",
    of: "median",
    most: 2 * millisecond,
  },
  {
    benchmark: "tiered-news",
    says: "an invalidation is seen by another instance in less than 10,000 us, p99",
    row: "seen by another instance, from the call",
    of: "p99",
    most: 10 * millisecond,
  },
  {
    benchmark: "redis-hits",
    says: "a hit in Redis takes at most 1.3 times a GET and decode by ioredis, p50",
    row: "awsideman",
    of: "median",
    against: "ioredis, GET and decode",
    most: 1.3,
  },
  {
    benchmark: "redis-hits",
    says: "a hit in Redis takes one round trip",
    row: "round trips of a hit: awsideman",
    of: "median",
    most: 1,
  },
  {
    benchmark: "redis-hits-at-once",
    says: "100 hits in Redis at once take no longer than with bentocache, p50",
    row: "awsideman",
    of: "median",
    against: "bentocache, L2 alone",
    most: 1,
  },
  ...["1 entry", "1,000 entries", "100,000 entries"].flatMap((covered) => [
    {
      benchmark: "redis-invalidation",
      says: `invalidating ${covered} takes at most 1.5 times as long as 1, p50`,
      row: covered,
      of: "median" as const,
      against: "1 entry",
      most: 1.5,
    },
    {
      benchmark: "redis-invalidation",
      says: `invalidating ${covered} takes one round trip`,
      row: `round trips: ${covered}`,
      of: "median" as const,
      most: 1,
    },
  ]),
  {
    benchmark: "redis-frozen",
    says: "a frozen Redis adds less than 60,000 us to a call until the breaker opens, p99",
    row: "call, Redis frozen, breaker closed",
    of: "p99",
    most: 60 * millisecond,
  },
  {
    benchmark: "redis-frozen",
    says: "a frozen Redis adds less than 1,000 us to a call when the breaker is open, p99",
    row: "call, Redis frozen, breaker open",
    of: "p99",
    most: millisecond,
  },
  {
    benchmark: "redis-frozen",
    says: "a frozen Redis makes a near hit within the bound at most 1.2 times as long, p50",
    row: "near hit, Redis frozen",
    of: "median",
    against: "near hit, all is well",
    most: 1.2,
  },
  ...["a user", "a page of 20 users"].flatMap((what) =>
    ["MEMORY USAGE", "used_memory"].map((by) => ({
      benchmark: "redis-memory",
      says: `an entry takes at most 1.3 times its stored bytes and key, ${what}, by ${by}`,
      row: `${what}: ${by}`,
      of: "median" as const,
      against: `${what}: stored bytes and key`,
      most: 1.3,
    })),
  ),
  ...["by reference", "private copies (default)"].flatMap((how) =>
    ["users", "pages of 100 users"].flatMap((what) => {
      const bar = {
        benchmark: "memory-limit",
        row: `awsideman, ${how}: ${what}, limited`,
        of: "median" as const,
        against: "the limit",
      };
      return [
        { ...bar, says: `memory is at most 1.1 times the limit, ${what}, ${how}`, most: 1.1 },
        { ...bar, says: `memory is at least 0.9 times the limit, ${what}, ${how}`, least: 0.9 },
      ];
    }),
  ),
];

/** Holds the results of a benchmark against its bars. */
export function judge(benchmark: string, rows: readonly Row[]): readonly Judgement[] {
  const find = (name: string): Row => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`${benchmark} has no row ${name}`);
    return row;
  };
  return bars
    .filter((bar) => bar.benchmark === benchmark)
    .map(({ says, row, of, against, least = 0, most = Infinity }) => {
      const measured = (find(row)[of] ?? Number.NaN) / (against === undefined ? 1 : find(against).median);
      return { says, measured, isMet: measured >= least && measured <= most };
    });
}
