/**
 * What a storage that is shared says to a reader who is going to load: of all who want the same, one loads. Nothing that
 * must hold depends on it: it can only save loads, and who hears nothing of it loads for himself.
 */
export type LoadLease = OwnLease | OthersLease;

/** Nobody else loads it. Those who come later wait, until the load has ended or the lease has lapsed. */
export interface OwnLease {
  readonly state: "yours";
  /**
   * The load begins: the lease does not lapse by itself any more. Returns what is to be called once, when the load has
   * ended, with whether its fill was stored: who waits then reads it, or loads for himself. Neither throws.
   */
  readonly keep: () => (isStored: boolean) => void;
}

/** Somebody else loads it. */
export interface OthersLease {
  readonly state: "others";
  /** Milliseconds after which he counts as gone, unless he was heard of meanwhile: look again. */
  readonly lapsesAfter: number;
  /** For how many milliseconds a reader may wait in all, in however many turns. */
  readonly patience: number;
  /**
   * Resolves when the load may have ended: look again. Proves nothing. Ends with the signal at the latest; rejects when
   * nobody could tell.
   */
  readonly wait: (signal: AbortSignal) => Promise<void>;
}
