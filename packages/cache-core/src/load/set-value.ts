import type { SetOptions } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { exactTag, tagsOfKey } from "../key/tags.ts";
import type { MaybePromise } from "../storage/cache-storage.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import { fill } from "./fill.ts";
import { tagsOf, ttlOf } from "./load-options.ts";

export interface SetRequest<Value> {
  readonly id: string;
  readonly key: string;
  /** The namespace's prefix of tags. */
  readonly prefix: string;
  readonly value: Value;
  readonly options: SetOptions<Value>;
  /** The storage to be filled, if there is one. */
  readonly open: () => MaybePromise<OpenStorage | undefined>;
  /** Invalidates the key. */
  readonly invalidate: () => Promise<void>;
}

/**
 * Stores a value that was read elsewhere, in place of whatever is older. What is newer stays: that the key was set,
 * deleted or invalidated since the value was read is known here before any storage has recorded it.
 */
export async function setValue<Value>(parts: CacheParts, request: SetRequest<Value>): Promise<void> {
  const { id, key, prefix, options } = request;
  const { begun, superseding } = parts;
  const tag = exactTag + prefix + key;
  const calledAtRead = options.stamp && begun.get(options.stamp);
  if (calledAtRead && superseding.hasNewer(tag, calledAtRead.position)) {
    // What was read later has been set already: it stays, and takes the place of what is older than both.
    refuse(parts, id);
    await superseding.latest(tag);
    return;
  }
  await superseding.run(tag, (later) => supersede(parts, request, later));
}

async function supersede<Value>(
  parts: CacheParts,
  request: SetRequest<Value>,
  later: () => Promise<void> | undefined,
): Promise<void> {
  const { id, key, prefix, value, options } = request;
  const { calls, settings, begun, superseding } = parts;
  const named = tagsOf(options, value).map((tag) => prefix + tag);
  const ttl = ttlOf(options, value, settings.defaultTtl);
  const tags = [...new Set([...tagsOfKey(key, prefix), ...named])];
  const supersedes = exactTag + prefix + key;
  const calledAtRead = options.stamp && begun.get(options.stamp);
  const isUnknown = "stamp" in options && options.stamp === undefined;
  const isLateAlready = isUnknown || (calledAtRead !== undefined && !calls.allows(tags, calledAtRead));
  calls.record({ tags: [supersedes], patterns: [] }, 0);
  const called = calls.stamp(0);
  superseding.note(supersedes, calledAtRead?.position ?? called.position);

  const open = await request.open();
  const stamp = options.stamp ?? (await open?.storage.stamp());
  // An answer that comes late is the stamp of a later moment: what was called here since then has to be asked for.
  const isLate = isLateAlready || !calls.allows(tags, called);
  const { verdict } = fill(parts, open, {
    id,
    value,
    tags,
    stamp: isLate ? undefined : stamp,
    expiresAt: stamp ? stamp.time + ttl : 0,
    staleFor: 0,
    supersedes,
  });
  if (isLate) refuse(parts, id);
  const outcome = (await verdict)?.outcome;
  // Whatever was there before is out of date, also when this value could not be kept; what was set since is not, and takes
  // the place of the same.
  if (outcome !== "stored") await (later() ?? request.invalidate());
}

function refuse({ stats, events, fills, clock }: CacheParts, id: string): void {
  stats.count("fenced", id);
  fills.note(id, { outcome: "fenced", time: clock.now(), reason: "invalidated" });
  events.emit({ type: "fenced", id, reason: "invalidated" });
}
