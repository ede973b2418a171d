import { assertLength, assertTag, describe } from "./cache-key.ts";
import { isEscapedSegment } from "./segment.ts";
import { rootTag } from "./tags.ts";

/** What an invalidation is aimed at: names and patterns as the ledger knows them, namespace included. */
export interface Target {
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
}

/**
 * Reads what a caller wants invalidated. A key or a tag means everything that depends on it, keys below it included;
 * `user:list:*` is the tag `user:list`; a wildcard further in front, as in `assignment:*:account-789:*`, is a pattern;
 * `*` is everything in the namespace.
 * @param prefix the namespace's prefix, see `namespacePrefix`
 * @throws TypeError or RangeError when one of them is neither a tag nor a pattern
 */
export function parseTargets(texts: readonly string[], prefix: string): Target {
  const tags = new Set<string>();
  const patterns = new Set<string>();
  for (const text of texts) {
    const name = normalise(text);
    (name !== rootTag && name.includes("*") ? patterns : tags).add(prefix + name);
  }
  return { tags: [...tags], patterns: [...patterns] };
}

function normalise(text: unknown): string {
  if (typeof text !== "string")
    throw new TypeError(`A tag or pattern must be a string, received ${describe(text)}`);
  let name = text;
  while (name.endsWith(":*")) name = name.slice(0, -2);
  if (name === rootTag) return name;
  if (!name.includes("*")) {
    assertTag(name);
    return name;
  }
  assertLength(name, "A pattern");
  for (const segment of name.split(":")) {
    if (!segment.split("*").every(isEscapedSegment)) {
      throw new TypeError(
        `A pattern must have control characters, "|" and "%" in escaped form, received ${describe(text)}`,
      );
    }
  }
  return name;
}
