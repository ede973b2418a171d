import type { EntryDescription } from "./cache.ts";
import type { CacheParts } from "./cache-parts.ts";
import type { Clock } from "./clock.ts";
import { compilePattern, patternConcerns } from "./key/key-pattern.ts";
import { parseId } from "./key/scope.ts";
import type { Target } from "./key/target.ts";
import { currentLoad } from "./load/load-scope.ts";
import { withDeadline } from "./storage/maybe-promise.ts";

/** Milliseconds for each step: a listing may be long, but must not stop. */
const stepDeadline = 10_000;

/**
 * The entries that could be served now, without their values; none when there is no storage, and no more when it
 * fails, which is an event.
 * @param target which of them; all of every namespace when it is left out
 */
export async function* listEntries(
  { slot, clock, events, stats }: CacheParts,
  target?: Target,
): AsyncGenerator<EntryDescription> {
  // What is made of a listing depends on all that is not in it, too.
  currentLoad.scope?.spoil();
  const open = await slot.ready();
  if (open === undefined) return;
  const tags = new Set(target?.tags);
  const expressions = target?.patterns.map(compilePattern) ?? [];
  try {
    for await (const entry of impatiently(open.storage.bare.entries(), clock)) {
      const chosen =
        target === undefined ||
        entry.tags.some((tag) => tags.has(tag)) ||
        expressions.some((pattern) => patternConcerns(pattern, entry.tags));
      if (!chosen) continue;
      const { id, stamp, expiresAt, size } = entry;
      yield { ...parseId(id), tags: entry.tags, createdAt: stamp.time, expiresAt, size };
    }
  } catch (error) {
    stats.count("errors");
    events.emit({ type: "storage-failed", operation: "entries", error });
  }
}

/** The same items; throws when one of them takes too long. */
async function* impatiently<Item>(items: AsyncIterable<Item>, clock: Clock): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const step = await withDeadline(iterator.next(), stepDeadline, clock);
      ended = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not waited for: it waits for the step that hangs.
    if (!ended) iterator.return?.().catch(() => undefined);
  }
}
