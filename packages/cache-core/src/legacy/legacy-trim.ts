import type { LegacyFileStatus } from "./legacy-directory.ts";

/** What is left of a cache that has become too large. */
const share = 0.8;

/**
 * Chooses what to remove from a cache that is over its limit, so that four fifths of that are left: what is not fresh
 * first, then what is oldest. (The predecessor meant to, and removed the newest.)
 */
export function chooseVictims<File extends LegacyFileStatus & { readonly fresh: boolean }>(
  files: readonly File[],
  maxBytes: number,
): readonly File[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= maxBytes) return [];
  const order = [...files].sort((a, b) => Number(a.fresh) - Number(b.fresh) || a.modifiedAt - b.modifiedAt);
  const victims: File[] = [];
  for (const file of order) {
    if (bytes <= maxBytes * share) break;
    victims.push(file);
    bytes -= file.bytes;
  }
  return victims;
}
