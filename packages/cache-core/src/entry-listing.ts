import type { EntryDescription } from "./cache.ts";
import type { CacheParts } from "./cache-parts.ts";
import { compilePattern, patternConcerns } from "./key/key-pattern.ts";
import { parseId } from "./key/scope.ts";
import type { Target } from "./key/target.ts";

/**
 * The entries that could be served now, without their values; none when there is no storage.
 * @param target which of them; all of every namespace when it is left out
 */
export async function* listEntries({ slot }: CacheParts, target?: Target): AsyncGenerator<EntryDescription> {
  const open = await slot.ready();
  if (open === undefined) return;
  const tags = new Set(target?.tags);
  const expressions = target?.patterns.map(compilePattern) ?? [];
  for await (const entry of open.storage.bare.entries()) {
    const chosen =
      target === undefined ||
      entry.tags.some((tag) => tags.has(tag)) ||
      expressions.some((pattern) => patternConcerns(pattern, entry.tags));
    if (!chosen) continue;
    const { id, stamp, expiresAt, size } = entry;
    yield { ...parseId(id), tags: entry.tags, createdAt: stamp.time, expiresAt, size };
  }
}
