import type { Cache, KeyExplanation } from "@awsideman/cache-core";
import { findRow } from "../catalog/catalog.ts";
import { commandOfKey, type CommandOfKey } from "./command-of-key.ts";

/** What there is under a key, and the call whose answer that is. */
export interface EntryExplanation extends KeyExplanation {
  /** Undefined: it is the answer to no command. */
  readonly call: CommandOfKey | undefined;
}

/**
 * Resolves with what there is under a key, which call it is the answer to, whether it would be given now, and if not, why
 * not: see `Cache.explainKey`. What an answer to this call depends on is known from the catalogue also when nothing is
 * there any more, but for what was in the answer.
 * @param cache of the namespace and the caller whose entry it is
 */
export async function explainEntry(cache: Cache, key: string): Promise<EntryExplanation> {
  const call = commandOfKey(key);
  return { ...(await cache.explainKey(key, { tags: tagsOf(call) })), call };
}

function tagsOf(call: CommandOfKey | undefined): readonly string[] {
  const row = call && findRow(call.service, call.command);
  if (call === undefined || row?.kind !== "read") return [];
  try {
    return row.tags(call.input);
  } catch {
    // Its input is too long for a key, and part of it is not known.
    return [];
  }
}
