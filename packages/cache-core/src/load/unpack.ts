import type { CacheParts } from "../cache-parts.ts";
import type { CacheEntry } from "../storage/cache-storage.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Unpacked } from "../value/value-form.ts";

/** The value of an entry; undefined, with an event, when its payload is damaged or of a form not known here. */
export function unpack(
  { events, stats }: CacheParts,
  open: OpenStorage,
  { id, payload }: CacheEntry,
): Unpacked | undefined {
  try {
    return open.values.unpack(payload);
  } catch (error) {
    stats.count("errors", id);
    events.emit({ type: "storage-failed", operation: `decode ${id}`, error });
    return undefined;
  }
}
