import type { Examination } from "../explain/examination.ts";
import type { CacheStorage, MaybePromise, Reading } from "./cache-storage.ts";
import { expectExamination } from "./expected-answer.ts";
import { after } from "./maybe-promise.ts";

/**
 * What a storage tells of an id, see `CacheStorage.examine`; where it has no more to tell, what a look tells.
 * @throws TypeError, or rejects with it, when that is no examination
 */
export function examineStorage(
  storage: CacheStorage,
  id: string,
  tags: readonly string[],
): MaybePromise<Examination> {
  const seen = storage.examine === undefined ? after(storage.read(id), ofReading) : storage.examine(id, tags);
  return after(seen, expectExamination);
}

function ofReading(reading: Reading): Examination {
  const entry = reading.state === "miss" ? undefined : reading.entry;
  return { at: reading.at, entry, floor: 0, lastInvalidation: 0, steps: [], unsettled: [] };
}
