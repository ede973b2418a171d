import type { Cache, Clock, PeekedEntry, Stamp } from "@awsideman/cache-core";
import { isAbsence, absenceOf } from "../absence.ts";
import type { Fields } from "../catalog/row.ts";
import type { ExecutionContext } from "../execution-context.ts";
import type { StoredAnswer } from "../load-through.ts";
import { differingFields } from "./answer-difference.ts";
import type { AuditOutcome } from "./audit-report.ts";

/** An answer that was served, or could be, and the way to get AWS's own. */
export interface AuditedAnswer {
  readonly context: ExecutionContext;
  /** Of the caller whose answer it is. */
  readonly cache: Cache;
  readonly key: string;
  readonly command: string;
  /** Asks AWS, after everybody else. */
  ask(signal: AbortSignal): Promise<Fields>;
}

/** When an entry was last found to be what AWS says. */
export interface Verified {
  readonly stamp: Stamp;
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
}

/**
 * Asks AWS for what a key holds, and compares. It says nothing if the entry is not the same one before and after that, and
 * served: then an invalidation, or a newer answer, came between. An entry that differs is invalidated, every caller's, with
 * all that depends on it. Never rejects.
 * @param verified what is known of entries by their key; kept up to date
 */
export async function checkAnswer(
  answer: AuditedAnswer,
  verified: Map<string, Verified>,
  signal: AbortSignal,
): Promise<AuditOutcome> {
  const { context, cache, key } = answer;
  const { clock } = context.options;
  try {
    const before = await cache.peek<StoredAnswer>(key);
    if (before === undefined) return { kind: "overtaken" };
    const asked = clock.monotonic();
    const fresh = await askFor(answer, signal);
    const answered = clock.monotonic();
    const after = await cache.peek<StoredAnswer>(key);
    if (after === undefined || !isSame(before.stamp, after.stamp) || !(await context.isOwn(cache)))
      return { kind: "overtaken" };
    const fields = differenceOf(after.value, fresh);
    if (fields.length === 0) {
      remember(verified, key, { stamp: after.stamp, at: asked });
      return { kind: "same" };
    }
    const known = knownSince(after, verified.get(key), clock);
    await cache.invalidate(key, { cause: "audit" });
    const dropped = clock.monotonic();
    const stale = { atLeast: dropped - answered, atMost: dropped - known };
    const { service } = context;
    context.tell({ type: "audit-difference", service, command: answer.command, key, fields, stale });
    return { kind: "different", fields, stale };
  } catch {
    return { kind: "failed" };
  }
}

async function askFor(answer: AuditedAnswer, signal: AbortSignal): Promise<StoredAnswer> {
  try {
    return { output: await answer.ask(signal) };
  } catch (error) {
    if (isAbsence(error)) return { absence: absenceOf(error) };
    throw error;
  }
}

/** What it says that it is not there is the same in whatever words. */
function differenceOf(stored: StoredAnswer, fresh: StoredAnswer): readonly string[] {
  if ("absence" in stored && "absence" in fresh) return [];
  if ("absence" in stored || "absence" in fresh) return ["absence"];
  const fields = differingFields(stored.output, fresh.output);
  // Whether there is more of a list, however the rest is named.
  const hasMore = (output: Fields): boolean => Boolean(output["NextToken"]);
  return hasMore(stored.output) === hasMore(fresh.output) ? fields : [...fields, "NextToken"];
}

/** Since when the entry may be out of date, by the monotonic clock. */
function knownSince(
  { stamp, age }: PeekedEntry<StoredAnswer>,
  verified: Verified | undefined,
  clock: Clock,
): number {
  const loaded = clock.monotonic() - age;
  return verified && isSame(verified.stamp, stamp) ? Math.max(loaded, verified.at) : loaded;
}

function isSame(one: Stamp, other: Stamp): boolean {
  return one.epoch === other.epoch && one.position === other.position && one.time === other.time;
}

/** Of how many keys it is known when AWS last said the same. */
const keysRemembered = 1_000;

function remember(verified: Map<string, Verified>, key: string, found: Verified): void {
  verified.delete(key);
  verified.set(key, found);
  if (verified.size > keysRemembered) verified.delete(verified.keys().next().value as string);
}
