/** Every bound of the storage. Times in milliseconds. */
export interface RedisLimits {
  /** A single entry whose stored form is larger than this is not kept. */
  readonly largestEntry: number;
  /** Redis removes an entry after this time, whatever becomes of it: otherwise what nobody asks for again stays. */
  readonly longestStay: number;
  /** Above this number of names in the feed the oldest are forgotten and the floor raised. */
  readonly ledgerTags: number;
  /** Above this number of patterns the oldest becomes its prefix tag. */
  readonly ledgerPatterns: number;
  /** For so long after its deadline a mark is still known. */
  readonly markMemory: number;
  /** More steps than this are a gap: the one who follows is better off starting anew. */
  readonly changesAtOnce: number;
  /** The longest time that anything can be unsettled: how long a new epoch stores nothing. */
  readonly quarantine: number;
  /** How many keys are looked at in one go: about a millisecond. */
  readonly keysAtOnce: number;
  /** A look at many entries that has found so many bytes leaves the others for the next one: everybody waits behind it. */
  readonly bytesAtOnce: number;
  /**
   * How long a lease lasts that is not renewed: for so long a load that has died, or a server that hangs, can keep those who
   * wait.
   */
  readonly lease: number;
  /** For how long no lease is given after a load that ended without an entry. */
  readonly leasePause: number;
  /** How many instances are woken when a load ends; the others look when its lease would have lapsed. */
  readonly leaseWaiters: number;
  /** How many wakes of an instance are kept, and for how long, until it reads them. */
  readonly wakesKept: number;
  readonly wakeStay: number;
  /** How many calls may wait for an answer. */
  readonly callsUnderWay: number;
  /** How long a connection may be silent while an answer is waited for. */
  readonly silence: number;
  /** How long opening a connection may take. */
  readonly connectPatience: number;
  /** How many entries a check looks at, and for how long. */
  readonly entriesToCheck: number;
  readonly checkPatience: number;
}

const day = 24 * 60 * 60_000;

export const defaultLimits: RedisLimits = {
  largestEntry: 16 * 1024 * 1024,
  longestStay: 30 * day,
  ledgerTags: 50_000,
  ledgerPatterns: 64,
  markMemory: day,
  changesAtOnce: 10_000,
  quarantine: 15 * 60_000,
  keysAtOnce: 250,
  bytesAtOnce: 1024 * 1024,
  lease: 1_000,
  leasePause: 1_000,
  leaseWaiters: 1_000,
  wakesKept: 1_000,
  wakeStay: 60_000,
  callsUnderWay: 10_000,
  silence: 2_000,
  connectPatience: 2_000,
  entriesToCheck: 10_000,
  checkPatience: 10_000,
};
