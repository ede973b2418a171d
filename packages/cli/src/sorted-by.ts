/**
 * Sorts by several texts, the first first; one that is not there goes before all others. By code units, so that the order
 * is the same everywhere.
 */
export function sortedBy<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly (string | undefined)[],
): readonly Item[] {
  const keyed = items.map((item) => ({ item, keys: keysOf(item) }));
  return keyed.toSorted((one, other) => compare(one.keys, other.keys)).map(({ item }) => item);
}

function compare(keys: readonly (string | undefined)[], others: readonly (string | undefined)[]): number {
  for (const [index, key = ""] of keys.entries()) {
    const other = others[index] ?? "";
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}
