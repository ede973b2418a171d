import type { Examination, LedgerStep } from "./examination.ts";
import type { FillFate } from "./fill-history.ts";
import type { MissReason } from "./key-explanation.ts";

/** What is known of a key besides what the storage tells. */
export interface KnownOfKey {
  /** What became of the last value that this process had for it. */
  readonly fate: FillFate | undefined;
  /** Everything that was ever stored there was stored by this process, and none of it is forgotten. */
  readonly isComplete: boolean;
}

/** Why the key would not be answered now; none when it would. */
export function judgeKey(seen: Examination, { fate, isComplete }: KnownOfKey): readonly MissReason[] {
  const { entry, at } = seen;
  const reasons: MissReason[] = [];
  if (entry !== undefined) {
    reasons.push(...entryReasons(seen, entry));
    if (reasons.length === 0) return [];
  } else if (fate?.outcome === "stored") {
    reasons.push(goneReason(seen, fate));
  }
  if (fate?.outcome === "fenced") reasons.push({ kind: "fenced", at: fate.time, reason: fate.reason });
  if (fate?.outcome === "not-kept") reasons.push({ kind: "not-kept", at: fate.time, reason: fate.reason });
  if (reasons.length === 0 && isComplete) reasons.push({ kind: "never-stored" });
  if (reasons.length === 0) reasons.push({ kind: "not-there", last: lastStep(seen) });
  for (const by of seen.unsettled) if (by.until > at.time) reasons.push({ kind: "unsettled", by });
  return reasons;
}

/** Whether what there is would be served now. */
export function isServed(seen: Examination): boolean {
  return seen.entry !== undefined && entryReasons(seen, seen.entry).length === 0;
}

function entryReasons(
  seen: Examination,
  { stamp, expiresAt, staleUntil }: NonNullable<Examination["entry"]>,
): readonly MissReason[] {
  const { at } = seen;
  if (stamp.epoch !== at.epoch || stamp.position > at.position) return [{ kind: "other-ledger" }];
  const invalid = invalidReason(seen, stamp.position);
  if (invalid !== undefined) return [invalid];
  if (stamp.time > at.time) return [{ kind: "clock-set-back" }];
  return at.time < expiresAt ? [] : [{ kind: "expired", at: expiresAt, staleUntil }];
}

function goneReason(seen: Examination, fate: FillFate & { readonly outcome: "stored" }): MissReason {
  const { stamp, expiresAt } = fate;
  if (stamp.epoch !== seen.at.epoch || stamp.position > seen.at.position) return { kind: "other-ledger" };
  const invalid = invalidReason(seen, stamp.position);
  if (invalid !== undefined) return invalid;
  if (seen.at.time >= expiresAt) return { kind: "expired", at: expiresAt, staleUntil: undefined };
  return { kind: "evicted", storedAt: stamp.time };
}

/** What makes an entry of this position invalid; undefined when nothing does. */
function invalidReason(seen: Examination, position: number): MissReason | undefined {
  const { floor, lastInvalidation } = seen;
  if (lastInvalidation > position) return { kind: "invalidated", by: stepAt(seen, lastInvalidation) };
  if (floor <= position) return undefined;
  const step = stepAt(seen, floor);
  return step?.everything === true ? { kind: "invalidated", by: step } : { kind: "older-than-ledger" };
}

function lastStep(seen: Examination): LedgerStep | undefined {
  const step = stepAt(seen, seen.floor);
  const everything = step?.everything === true ? seen.floor : 0;
  return stepAt(seen, Math.max(seen.lastInvalidation, everything));
}

function stepAt({ steps }: Examination, position: number): LedgerStep | undefined {
  return position === 0 ? undefined : steps.find((step) => step.position === position);
}
