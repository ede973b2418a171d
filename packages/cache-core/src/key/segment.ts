/**
 * Segments of keys, patterns and tags. `%` starts an escape, `:` separates segments, `*` is the wildcard,
 * `|` ends a namespace or a caller. Control characters have no business in a name.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const special = /[%:*|\u0000-\u001f\u007f-\u009f]/g;

/** Returns the segment in a form that contains none of the characters with a meaning. */
export function escapeSegment(segment: string): string {
  const escaped = segment.replace(special, (character) => `%${hexadecimal(character, 2)}`);
  // Half a surrogate pair cannot be written in UTF-8: two different names would become one.
  if (escaped.isWellFormed()) return escaped;
  return escaped.replace(/\p{Surrogate}/gu, (half) => `%u${hexadecimal(half, 4)}`);
}

/** The inverse of {@link escapeSegment}: exactly what went into it comes out. */
export function unescapeSegment(segment: string): string {
  return segment.replace(/%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g, (_, half: string, code: string) =>
    String.fromCharCode(Number.parseInt(half ?? code, 16)),
  );
}

/** True when `segment` is exactly what {@link escapeSegment} makes of some text. */
export function isEscapedSegment(segment: string): boolean {
  return segment === "" || escapeSegment(unescapeSegment(segment)) === segment;
}

function hexadecimal(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(digits, "0");
}
