import { createCacheKey, type Cache, type Clock } from "@awsideman/cache-core";
import { MembershipIndex, type Membership } from "../membership-index.ts";
import { assertString, resolveOptions } from "../options.ts";
import { operationLease, writeLease } from "../write-window.ts";
import { readChangeEvent, type ChangeEvent } from "./change-event.ts";
import { targetsOf, type EventTargets, type TagsForEventOptions } from "./tags-for-event.ts";
import { understandEvent, type Understood } from "./understand-event.ts";

export interface ApplyEventOptions extends TagsForEventOptions {
  /** What the clients whose answers it is about have as theirs, see `createCachedClient`. Default: the unnamed namespace. */
  readonly namespace?: string;
  /** Milliseconds from now in which AWS may still give the old answer. Default 5,000. */
  readonly settle?: number;
  /** Time, for tests. Default: that of the system. */
  readonly clock?: Clock;
}

/**
 * Invalidates what a change made elsewhere makes stale, as `tagsForEvent` says, and keeps it out of the cache while the
 * change settles or goes on: an asynchronous operation until somebody sees it end, or for 15 minutes from its beginning.
 * Resolves with what was invalidated once no read gets anything from before. May be called with the same event again, and
 * with events in any order.
 * The cache in trouble is no error: as with every invalidation, it is recorded later, and an event of the cache says so.
 * @throws TypeError or RangeError when an option is not what it must be
 * @returns a promise that rejects with a TypeError when it is no event
 */
export async function applyEvent(
  cache: Cache,
  event: unknown,
  options: ApplyEventOptions = {},
): Promise<EventTargets> {
  const { identityStoreId, ...rest } = options;
  if (identityStoreId !== undefined) assertString(identityStoreId, "identityStoreId");
  const { namespace, settle, clock } = resolveOptions({ ...rest, cache });
  const read = readChangeEvent(event);
  const understood = understandEvent(read, identityStoreId);
  const shared = cache.withScope({ namespace, caller: "" });
  const memberships = new MembershipIndex(shared);
  const membership = await findMembership(memberships, understood).catch(() => undefined);
  const result = targetsOf(read, understood, membership);
  if (result.targets.length === 0) return result;

  const window = await shared.beginWrite(result.targets, writeLease, {
    cause: `event ${result.takenAs.name}`.slice(0, 100),
  });
  const lease = Math.min(operationLease, operationLease - (clock.now() - (read.at ?? clock.now())));
  if (result.progress.state === "in-progress" && lease > settle) {
    await window.handOver(result.progress.operation ?? operationOf(read), lease);
  } else {
    await window.close(settle);
  }
  // What cannot be learnt costs a wider invalidation later, no more.
  await learn(memberships, understood).catch(() => undefined);
  return result;
}

/** The same for the same event, so that one delivered twice is one operation. */
function operationOf({ id }: ChangeEvent): string {
  try {
    if (id !== undefined) return createCacheKey("event", id);
  } catch {
    // An id of another kind than AWS gives.
  }
  return createCacheKey("event", crypto.randomUUID());
}

async function findMembership(
  memberships: MembershipIndex,
  understood: Understood,
): Promise<Membership | undefined> {
  if (understood.kind !== "command") return undefined;
  const { row, input } = understood.change;
  const reference = row.membership?.(input);
  if (reference === undefined) return undefined;
  return memberships.find(reference);
}

/** Who deletes the membership later does not name whom it joins. */
async function learn(memberships: MembershipIndex, understood: Understood): Promise<void> {
  if (understood.kind !== "command" || understood.change.outcome !== "done") return;
  const { row, input, output } = understood.change;
  const created = row.created?.(output, input);
  if (created !== undefined) await memberships.remember([created]);
}
