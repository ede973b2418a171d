import type { CacheParts } from "../cache-parts.ts";
import type { MaybePromise } from "../storage/cache-storage.ts";
import { examineStorage } from "../storage/examine-storage.ts";
import { withDeadline } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Examination } from "./examination.ts";

/** Milliseconds that a storage has to tell: whoever asks why can wait, and wants to hear of a storage that is in trouble. */
const deadline = 10_000;

/** What the storage tells of an id, see `CacheStorage.examine`; undefined when it does not answer. */
export function examine(
  parts: CacheParts,
  { storage }: OpenStorage,
  id: string,
  tags: readonly string[],
): Promise<Examination | undefined> {
  return attempt(parts, "examine", () => examineStorage(storage.bare, id, tags));
}

/** An answer, or undefined and an event. */
export async function attempt<T>(
  { clock, events, stats }: CacheParts,
  operation: string,
  action: () => MaybePromise<T>,
): Promise<T | undefined> {
  try {
    return await withDeadline(Promise.resolve(action()), deadline, clock);
  } catch (error) {
    stats.count("errors");
    events.emit({ type: "storage-failed", operation, error });
    return undefined;
  }
}
