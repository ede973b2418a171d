import type { EntryMetadata, Stamp } from "../storage/cache-storage.ts";

/** A step of a ledger, as far as it is remembered. */
export interface LedgerStep {
  readonly position: number;
  /** By the ledger's clock. */
  readonly time: number;
  /** What it was recorded for, see `Invalidation.cause`. Undefined: nobody said. */
  readonly cause: string | undefined;
  /** It was aimed at everything there was. */
  readonly everything: boolean;
}

/**
 * What keeps a fill out at the moment.
 * - `recovering`: everything, because the ledger has begun anew, or has forgotten too much.
 * - `settling`: a write was answered, and its source may still give the old answer.
 * - `operation`: a write is on its way, or goes on asynchronously.
 */
export type Unsettled =
  | { readonly kind: "recovering"; readonly until: number }
  | { readonly kind: "settling"; readonly until: number; readonly cause: string | undefined }
  | {
      readonly kind: "operation";
      readonly until: number;
      readonly operation: string;
      readonly cause: string | undefined;
    };

/** What a storage can tell of an id, see `CacheStorage.examine`. */
export interface Examination {
  readonly at: Stamp;
  /** What is there, whether or not it may be served. Undefined: nothing. */
  readonly entry: EntryMetadata | undefined;
  /** What has a smaller stamp is a miss, whatever it depends on. */
  readonly floor: number;
  /** The position of the last invalidation that concerns the tags; 0 when none is known. */
  readonly lastInvalidation: number;
  /** Of the steps at these two positions, those that are remembered. */
  readonly steps: readonly LedgerStep[];
  /** What keeps a fill with these tags out now; the longest of each kind and operation. */
  readonly unsettled: readonly Unsettled[];
}
