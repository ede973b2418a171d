/** How many questions are asked at once. AWS answers about 20 calls a second; more at once only gets throttled. */
const bound = 5;

/**
 * Maps every item, some at a time, and resolves with the results in the items' order. After a failure nothing new is
 * begun, and it rejects with the first one.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  const queue = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await map(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, work));
  return results;
}
