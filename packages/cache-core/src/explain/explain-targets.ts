import type { ConcernedEntry, Explanation } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { listEntries } from "../entry-listing.ts";
import { compilePattern, patternConcerns } from "../key/key-pattern.ts";
import { parseTargets, type Target } from "../key/target.ts";

/**
 * What an invalidation of these targets would drop, and which of them would.
 * @param target all of them
 * @param prefix the namespace's prefix of tags
 */
export async function explainTargets(
  parts: CacheParts,
  target: Target,
  targets: readonly string[],
  prefix: string,
): Promise<Explanation> {
  const matchers = targets.map((text) => ({ text, concerns: matcherOf(text, prefix) }));
  const entries: ConcernedEntry[] = [];
  for await (const entry of listEntries(parts, target)) {
    const because = matchers.filter(({ concerns }) => concerns(entry.tags)).map(({ text }) => text);
    entries.push({ ...entry, because });
  }
  return { targets, entries };
}

function matcherOf(text: string, prefix: string): (tags: readonly string[]) => boolean {
  const { tags: named, patterns } = parseTargets([text], prefix);
  const expressions = patterns.map(compilePattern);
  return (tags) =>
    named.some((tag) => tags.includes(tag)) || expressions.some((one) => patternConcerns(one, tags));
}
