/**
 * Segments of keys, patterns and tags. `%` starts an escape, `:` separates segments, `*` is the wildcard,
 * `|` ends a namespace or a caller. Control characters have no business in a name.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const special = /[%:*|\u0000-\u001f\u007f-\u009f]/g;

/** Returns the segment in a form that contains none of the characters with a meaning. */
export function escapeSegment(segment: string): string {
  return segment.replace(special, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, "0")}`;
  });
}

/** The inverse of {@link escapeSegment}: exactly what went into it comes out. */
export function unescapeSegment(segment: string): string {
  return segment.replace(/%([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** True when `segment` is exactly what {@link escapeSegment} makes of some text. */
export function isEscapedSegment(segment: string): boolean {
  return segment === "" || escapeSegment(unescapeSegment(segment)) === segment;
}
