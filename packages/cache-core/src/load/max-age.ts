import { exactTag } from "../key/tags.ts";
import type { CacheEntry, Stamp } from "../storage/cache-storage.ts";
import { currentLoad } from "./load-scope.ts";
import type { Flight } from "./flight.ts";

/** How old what a reader is given may be: what he says himself, or what those say for whom he loads. */
export function maxAgeOf({ maxAge = Infinity }: { readonly maxAge?: number }): number {
  return Math.min(maxAge, currentLoad.scope?.maxAge ?? Infinity);
}

/**
 * Whether an entry was loaded less than so many milliseconds ago. Of one that is made of others, only the last step is
 * known, and it counts as too old.
 * @param at the moment of the look
 */
export function isRecent({ stamp, tags }: CacheEntry, at: Stamp, maxAge: number): boolean {
  return maxAge === Infinity || (at.time - stamp.time < maxAge && !isComposite(tags));
}

/**
 * Whether a reader may wait for a load under way. One that began before him must be as recent as an entry would have to be;
 * one that began later, read what it reads as recently as he wants it. What is made of others may be older than it: that
 * is known when it has landed, see `mayUse`.
 * @param began his place in the order of begins
 * @param arrival undefined when his look failed: then nobody knows how long the load has been under way
 */
export function isRecentFlight(
  flight: Flight,
  began: number,
  arrival: Stamp | undefined,
  maxAge: number,
): boolean {
  if (maxAge === Infinity) return true;
  if (flight.began > began) return flight.maxAge <= maxAge;
  const { stamp } = flight;
  if (stamp === undefined || arrival === undefined || arrival.epoch !== stamp.epoch) return false;
  const age = arrival.time - stamp.time;
  // A clock that was set back says nothing.
  return age >= 0 && age < maxAge;
}

/** Whether something that depends on these is made of others: parts bring in the tags of their keys. */
export function isComposite(tags: readonly string[]): boolean {
  let keys = 0;
  for (const tag of tags) if (tag.startsWith(exactTag)) keys++;
  return keys > 1;
}
