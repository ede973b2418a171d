export interface MatchOptions {
  readonly caseSensitive?: boolean;
}

/**
 * Returns what tells whether a text matches what people type to find something: a part of it, or all of it when there are
 * wildcards, `*` for any characters and `?` for one. Capitals make no difference unless they are asked to.
 */
export function matchText(pattern: string, { caseSensitive = false }: MatchOptions = {}): TextMatch {
  if (!/[*?]/.test(pattern)) {
    const wanted = folded(pattern, caseSensitive);
    return (text) => folded(text, caseSensitive).includes(wanted);
  }
  return matchWhole(pattern, { caseSensitive });
}

/** The same for all of a text, with wildcards or without. */
export function matchWhole(pattern: string, { caseSensitive = false }: MatchOptions = {}): TextMatch {
  // Runs of stars say no more than one, and take for ever on a text that almost matches.
  const parts = folded(pattern, caseSensitive).replace(/\*+/g, "*");
  const source = parts.replace(
    /[\\^$.*+?()[\]{}|/]/g,
    (character) => wildcards[character] ?? `\\${character}`,
  );
  const expression = new RegExp(`^${source}$`, "su");
  return (text) => expression.test(folded(text, caseSensitive));
}

export type TextMatch = (text: string) => boolean;

const wildcards: Readonly<Record<string, string>> = { "*": ".*", "?": "." };

/** Names are typed in whatever form a keyboard gives: é is one character, or two. */
function folded(text: string, caseSensitive: boolean): string {
  const normal = text.normalize("NFC");
  return caseSensitive ? normal : normal.toLowerCase();
}
