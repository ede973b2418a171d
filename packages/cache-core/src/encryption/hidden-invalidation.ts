import type { Invalidation } from "../storage/cache-storage.ts";
import { hideOperation, type HiddenNames } from "./hidden-names.ts";
import { everyEntry } from "./sealed-entry.ts";

/** The same step, in names that give nothing away; without names to say it in, for every entry there is. */
export function hideInvalidation(invalidation: Invalidation, names: HiddenNames | undefined): Invalidation {
  const { tags, patterns, everything } = invalidation;
  // Everything but the register: that stays whose it is.
  if (names === undefined || everything) return widenInvalidation(invalidation);
  return {
    ...restOf(invalidation),
    tags: tags.map((tag) => names.name(tag)),
    patterns: patterns.map((pattern) => names.name(pattern)),
  };
}

/** The same step, for every entry there is. */
export function widenInvalidation(invalidation: Invalidation): Invalidation {
  return { ...restOf(invalidation), tags: [everyEntry], patterns: [] };
}

function restOf({ open, close, settle }: Invalidation): Omit<Invalidation, "tags" | "patterns"> {
  return {
    ...(settle === undefined ? {} : { settle }),
    ...(open === undefined ? {} : { open: { ...open, operation: hideOperation(open.operation) } }),
    ...(close === undefined ? {} : { close: hideOperation(close) }),
  };
}
