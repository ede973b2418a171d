import type { PeekedEntry } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { parseId } from "../key/scope.ts";
import { currentLoad, partOf } from "../load/load-scope.ts";
import { unpack } from "../load/unpack.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import { isServed } from "./judge-key.ts";

/** The entry of an id if it could be served now; undefined otherwise, or when the storage does not answer. */
export async function peekEntry<Value>(
  parts: CacheParts,
  open: OpenStorage,
  id: string,
): Promise<PeekedEntry<Value> | undefined> {
  // What a near tier knows may be a moment old: who holds the ledger is asked as well. And first: the breaker counts
  // failures in a row, which a look that is answered each time would begin anew.
  const seen = await open.storage.examine(id);
  if (seen?.entry === undefined || !isServed(seen)) return undefined;
  const reading = await open.storage.read(id);
  if (reading?.state !== "hit") return undefined;
  const { entry, at } = reading;
  if (seen.entry.stamp.position !== entry.stamp.position || seen.entry.stamp.time !== entry.stamp.time)
    return undefined;
  const unpacked = unpack(parts, open, entry);
  if (unpacked === undefined) return undefined;
  currentLoad.scope?.add(partOf(open, entry, at, true));
  const { tags, stamp, expiresAt, size } = entry;
  const described = { ...parseId(id), tags, createdAt: stamp.time, expiresAt, size };
  const age = Math.max(0, seen.at.time - stamp.time);
  return { ...described, age, stamp, value: unpacked.value as Value };
}
