/**
 * A step of a moment that all users of a storage share: the moment at which the next of them may go. It is never further
 * behind the present than `behind`.
 */
export interface Advance {
  /** Milliseconds to move it on by. */
  readonly by: number;
  /** So many milliseconds it may be behind the present, at most: what was not used until then is lost. */
  readonly behind: number;
  /** Unless it is more milliseconds ahead of the present than this: then it stays. */
  readonly ahead: number;
}

/** Milliseconds: a moment that is further behind than this is as good as none, and storages forget it. */
export const momentLife: number = 24 * 60 * 60_000;

export interface Advanced {
  readonly moved: boolean;
  /** How many milliseconds the moment was ahead of the present before the step; less than 0 when it was behind. */
  readonly ahead: number;
}

/**
 * The step itself, for storages that have nothing better than a number to keep.
 * @param moment milliseconds, by the clock of the storage; undefined when there is none yet
 */
export function advance(
  moment: number | undefined,
  now: number,
  { by, behind, ahead }: Advance,
): { readonly moment: number; readonly advanced: Advanced } {
  const earliest = now - behind;
  const from = moment === undefined || moment < earliest ? earliest : moment;
  const moved = from - now <= ahead;
  return { moment: moved ? from + by : from, advanced: { moved, ahead: from - now } };
}
