import type { CacheParts } from "../cache-parts.ts";
import type { CacheStorage, MaybePromise } from "../storage/cache-storage.ts";
import { withDeadline } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Examination } from "./examination.ts";

/** Milliseconds that a storage has to tell. */
const deadline = 10_000;

/** What the storage tells of an id, see `CacheStorage.examine`; undefined when it does not answer. */
export function examine(
  parts: CacheParts,
  { storage }: OpenStorage,
  id: string,
  tags: readonly string[],
): Promise<Examination | undefined> {
  const { bare } = storage;
  return attempt(parts, "examine", () =>
    bare.examine === undefined ? readOnly(bare, id) : bare.examine(id, tags),
  );
}

/** What a look tells of an id where the storage tells no more. */
async function readOnly(storage: CacheStorage, id: string): Promise<Examination> {
  const reading = await storage.read(id);
  const entry = reading.state === "miss" ? undefined : reading.entry;
  return { at: reading.at, entry, floor: 0, lastInvalidation: 0, steps: [], unsettled: [] };
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
