/** Stands in front of the tag of exactly one key, and of no key below it. */
export const exactTag = "=";

/** The tag of everything. */
export const rootTag = "*";

/**
 * The tags that every entry of `key` has: the root, each prefix of the key, the key itself, and the key alone.
 * @param prefix the namespace's prefix, see {@link namespacePrefix}
 */
export function tagsOfKey(key: string, prefix: string): string[] {
  const tags = [exactTag + prefix + key, prefix + rootTag];
  for (let colon = key.indexOf(":"); colon !== -1; colon = key.indexOf(":", colon + 1)) {
    tags.push(prefix + key.slice(0, colon));
  }
  tags.push(prefix + key);
  return tags;
}
