/**
 * A short name for a text: the same for the same text, and another for another, but for a chance too small to matter. It
 * is made to tell a handful of profiles apart, not to withstand anybody: `node:crypto` would cost every command five
 * milliseconds.
 */
export function fingerprint(text: string): string {
  return lane(text, 0x811c9dc5, 0x9e3779b1) + lane(text, 0x9747b28c, 0x85ebca77);
}

/** 32 bits: each unit is mixed in, turned, and spread by an odd multiplier; then the bits are stirred once more. */
function lane(text: string, seed: number, multiplier: number): string {
  let state = seed ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    state ^= text.charCodeAt(index);
    state = Math.imul((state << 13) | (state >>> 19), multiplier);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0).toString(16).padStart(8, "0");
}
