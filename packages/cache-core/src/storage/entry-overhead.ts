// What V8 takes besides the value: id, times, links, and the strings of the tags.
const perEntry = 180;
const perTag = 50;

/** What an entry counts against a limit besides its value, in bytes. */
export function entryOverhead(id: string, tags: readonly string[]): number {
  return perEntry + id.length + perTag * tags.length;
}
