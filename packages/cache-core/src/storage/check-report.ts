/** What a storage says about the state it is in. */
export type StorageCondition =
  | { readonly state: "good" }
  /** It begins anew: reads and invalidations work, but nothing is stored until then, in milliseconds since 1970. */
  | { readonly state: "recovering"; readonly until: number }
  /** It is encrypted, and there is no key that opens it: nothing is read or stored; invalidations work. */
  | { readonly state: "locked"; readonly reason: string };

/**
 * Something that a check found wrong.
 * - `storage`: what holds everything together. Nothing in it can be trusted.
 * - `ledger`: the record of invalidations.
 * - `entry`: one entry, by its id as far as that can be read. It would have been a miss.
 * - `leftover`: something that belongs to nothing any more, and only takes space.
 * - `permissions`: others could read it, or who uses it may not do what he has to.
 * - `settings`: nothing is damaged, but as the server of it is set up, something may go wrong.
 */
export interface CheckProblem {
  readonly kind: "storage" | "ledger" | "entry" | "leftover" | "permissions" | "settings";
  /** Which one: an entry's id, a file, a command, a setting. */
  readonly subject: string;
  readonly message: string;
  readonly repaired: boolean;
}

/** What a check looked at, and what it found. */
export interface CheckReport {
  /** How many entries were looked at. */
  readonly entries: number;
  /** No more than 1,000 of them. */
  readonly problems: readonly CheckProblem[];
}

export interface CheckOptions {
  /** Removes what is damaged, and begins anew where that is not enough. Default false: nothing is changed. */
  readonly repair?: boolean;
}
