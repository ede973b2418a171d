import type { EntryDescription } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { listEntries } from "../entry-listing.ts";
import { messageOf } from "../errors/message-of.ts";
import { parseId, type Scope } from "../key/scope.ts";
import { currentLoad } from "../load/load-scope.ts";
import type { EntryMetadata } from "../storage/cache-storage.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import type { Examination } from "./examination.ts";
import { attempt, examine } from "./examine.ts";
import { judgeKey } from "./judge-key.ts";
import type { KeyExplanation, MissReason } from "./key-explanation.ts";

/** How many other scopes are named. */
const maxScopes = 10;

/** @param tags what the key depends on, as far as it is known, namespace included */
export async function explainKey(
  parts: CacheParts,
  id: string,
  tags: readonly string[],
): Promise<KeyExplanation> {
  const { slot, settings } = parts;
  // What is made of an explanation depends on more than anybody could name.
  currentLoad.scope?.spoil();
  const open = await slot.ready();
  const fate = parts.fills.of(id);
  const known = fate?.outcome === "stored" ? [...new Set([...fate.tags, ...tags])] : tags;
  const seen = open && (await examine(parts, open, id, known));
  const unable = await unableTo(parts, open, seen);
  const entry = seen?.entry && describe(seen.entry);
  const reasons: MissReason[] = [];
  if (!settings.enabled) reasons.push({ kind: "disabled" });
  if (unable !== undefined) reasons.push({ kind: "unavailable", why: unable });
  if (open !== undefined && seen !== undefined) {
    const { capabilities } = open.storage.bare;
    const isComplete = capabilities.reach === "process" && parts.fills.isComplete;
    reasons.push(...judgeKey(seen, { fate, isComplete }));
  }
  if (reasons.length > 0 && open !== undefined) {
    const scopes = await otherScopes(parts, id);
    if (scopes.length > 0) reasons.push({ kind: "other-scope", scopes });
  }
  return { ...parseId(id), at: seen?.at.time, entry, served: reasons.length === 0, reasons };
}

/** Why the storage cannot be used at the moment; undefined when it can. */
async function unableTo(
  parts: CacheParts,
  open: OpenStorage | undefined,
  seen: Examination | undefined,
): Promise<string | undefined> {
  const { state } = parts.slot;
  if (open === undefined) {
    if (state.name === "unavailable") return `it cannot be opened: ${messageOf(state.error)}`;
    return state.name === "closed" ? "it is closed" : "it is still being opened";
  }
  const condition = await attempt(parts, "condition", () => open.storage.bare.condition?.());
  if (condition?.state === "locked") return `it is locked: ${condition.reason}`;
  if (seen === undefined) return "it does not answer";
  if ((await open.storage.stamp()) !== undefined) return undefined;
  return "it has failed too often just now, or an invalidation waits to be recorded in it";
}

async function otherScopes(parts: CacheParts, id: string): Promise<readonly Scope[]> {
  const own = parseId(id);
  const scopes: Scope[] = [];
  for await (const { key, namespace, caller } of listEntries(parts)) {
    if (key !== own.key || (namespace === own.namespace && caller === own.caller)) continue;
    scopes.push({ namespace, caller });
    if (scopes.length === maxScopes) break;
  }
  return scopes;
}

function describe(entry: EntryMetadata): EntryDescription & { readonly staleUntil: number } {
  const { id, tags, stamp, expiresAt, staleUntil, size } = entry;
  return { ...parseId(id), tags, createdAt: stamp.time, expiresAt, staleUntil, size };
}
