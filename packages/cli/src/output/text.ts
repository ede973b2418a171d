/** Most of what is printed: every character is what it looks like, and one column wide. */
const plain = /^[ -~]*$/;

/**
 * Returns a text as it may go to a terminal. Names are chosen by anybody who may edit a directory: what would move the
 * cursor, change colours or turn the direction of the text around is shown as an escape.
 */
export function printable(text: string): string {
  if (plain.test(text)) return text;
  // Classes like these are tables: they are made where one is needed.
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The same for lines: their ends, and tabs, stay as they are. */
export function printableLines(text: string): string {
  if (/^[\n\t -~]*$/.test(text)) return text;
  return text.replaceAll(/[^\n\t]+/g, printable);
}

/** How many columns of a terminal a printable text takes. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += isWide(segment) ? 2 : 1;
  return width;
}

function isWide(grapheme: string): boolean {
  return /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u.test(
    grapheme,
  );
}
