import type { EntryDescription } from "../cache.ts";
import type { Scope } from "../key/scope.ts";
import type { FenceReason } from "../storage/cache-storage.ts";
import type { LedgerStep, Unsettled } from "./examination.ts";
import type { NotKeptReason } from "./fill-history.ts";

/** Why a key would not be answered from the cache now. All times in milliseconds, by the ledger's clock. */
export type MissReason =
  /** Nothing is read from the cache or stored in it. */
  | { readonly kind: "disabled" }
  /** There is no storage to ask, or it does not answer. */
  | { readonly kind: "unavailable"; readonly why: string }
  /** Until `staleUntil` it may still be served when its source fails; undefined: nobody knows any more. */
  | { readonly kind: "expired"; readonly at: number; readonly staleUntil: number | undefined }
  /** Something that it depends on was invalidated since it was loaded. `by` is the last of it; undefined: not kept any more. */
  | { readonly kind: "invalidated"; readonly by: LedgerStep | undefined }
  /** It is older than what the ledger remembers: nobody knows whether it was invalidated. */
  | { readonly kind: "older-than-ledger" }
  /** It was stored in another life of the ledger, which was lost since. */
  | { readonly kind: "other-ledger" }
  /** It was loaded at a time that is still to come: the clock was set back. */
  | { readonly kind: "clock-set-back" }
  /** Whatever is loaded now is not stored either. */
  | { readonly kind: "unsettled"; readonly by: Unsettled }
  /** What this process has loaded last was refused: something that it depends on was invalidated meanwhile, or is unsettled. */
  | { readonly kind: "fenced"; readonly at: number; readonly reason: FenceReason }
  /** What this process has loaded last was not kept. */
  | { readonly kind: "not-kept"; readonly at: number; readonly reason: NotKeptReason }
  /** It was stored, nothing concerns it since, it has not expired, and it is gone: room was needed, or it was damaged. */
  | { readonly kind: "evicted"; readonly storedAt: number }
  /** Another namespace or caller has an entry of the key. */
  | { readonly kind: "other-scope"; readonly scopes: readonly Scope[] }
  /** It was not stored since the cache was made. */
  | { readonly kind: "never-stored" }
  /**
   * Nothing is there: it was never stored, or it is gone since, and nobody knows which. `last` is the last step that concerns
   * what it depends on, as far as that is known from its key.
   */
  | { readonly kind: "not-there"; readonly last: LedgerStep | undefined };

/** What there is under a key, and whether it would be served now. */
export interface KeyExplanation extends Scope {
  readonly key: string;
  /** The ledger's time of the answer; undefined when there is no ledger to ask. */
  readonly at: number | undefined;
  /** What is there, whether or not it would be served. */
  readonly entry: (EntryDescription & { readonly staleUntil: number }) | undefined;
  readonly served: boolean;
  /** Why not, the nearest reason first; none when it would be served. */
  readonly reasons: readonly MissReason[];
}

export interface ExplainKeyOptions {
  /** What an entry of this key depends on besides, where nothing is there to tell. */
  readonly tags?: readonly string[];
}
