import { unsettledBy } from "../waiting-list.ts";
import type { InvalidationSpool } from "./invalidation-spool.ts";

/**
 * A spool for a storage that is encrypted: what waits says no names, and therefore concerns everything. What it would keep
 * unsettled is a time in which nothing is stored.
 */
export function withoutNames(spool: InvalidationSpool): InvalidationSpool {
  return {
    add: (invalidation, now) =>
      spool.add({ tags: [], patterns: [], everything: true, settle: unsettledBy(invalidation) }, now),
    list: (now, known) => spool.list(now, known),
    remove: (name) => spool.remove(name),
    setAside: (name) => spool.setAside(name),
  };
}
