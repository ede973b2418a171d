import type { ResolvedConfig } from "./disk-storage-config.ts";

/** Every bound of the storage. Times in milliseconds. */
export interface DiskLimits {
  /** What the entries, the ledger and the rest may take in the database file. */
  readonly maximumBytes: number;
  /** A single entry larger than this is not kept. */
  readonly largestEntry: number;
  /** SQLite refuses to let the database grow beyond this number of pages. */
  readonly maximumPages: number;
  /** Above this number of tags the older half is forgotten and the floor raised. */
  readonly ledgerTags: number;
  /** Above this number of patterns the oldest becomes its prefix tag. */
  readonly ledgerPatterns: number;
  /** After so many the generation ends: each takes a byte in the marker. */
  readonly mostInvalidations: number;
  /** More changes than this are a gap: the one who follows is better off starting anew. */
  readonly changesAtOnce: number;
  /** The longest time that anything can be unsettled: how long a new generation stores nothing. */
  readonly quarantine: number;
  /** How long a fill waits for the write lock before it is dropped. */
  readonly fillPatience: number;
  /** How long an invalidation waits for the write lock before it breaks the generation. */
  readonly invalidationPatience: number;
  /** How often there is maintenance while the storage is in use. */
  readonly maintenanceInterval: number;
}

export const pageSize = 4096;

const megabyte = 1024 * 1024;

/** An upper estimate of what a tag takes in the ledger, index included. */
const bytesPerTag = 160;

export function limitsOf({ maximumBytes }: ResolvedConfig): DiskLimits {
  return {
    maximumBytes,
    largestEntry: Math.floor(maximumBytes / 4),
    // Room above the limit, so that an invalidation does not fail because fills were quicker than eviction: a megabyte, but
    // never more than 8 %.
    maximumPages: Math.ceil(
      (maximumBytes + Math.min(maximumBytes * 0.08, maximumBytes * 0.02 + megabyte)) / pageSize,
    ),
    ledgerTags: Math.min(50_000, Math.floor(maximumBytes / 4 / bytesPerTag)),
    ledgerPatterns: 64,
    // The marker counts, and must leave room. 2 ** 24 are nine hours of a set every 2 ms, and 194 days of one each second.
    mostInvalidations: Math.min(2 ** 24, Math.floor(maximumBytes / 4)),
    changesAtOnce: 10_000,
    quarantine: 15 * 60_000,
    fillPatience: 250,
    invalidationPatience: 5_000,
    maintenanceInterval: 5_000,
  };
}
