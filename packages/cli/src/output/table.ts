/** Cells by row; undefined and empty ones are printed as nothing. */
export type Row = readonly (string | undefined)[];

/**
 * Lays rows out in columns as wide as they need to be: nothing is cut off, so that whatever stands there can be copied.
 * @returns lines with their ends; none for no rows, since a heading over nothing helps nobody
 */
export function formatTable(headings: readonly string[], rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const lines = [headings, ...rows].map((row) => headings.map((_, column) => printable(row[column] ?? "")));
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => displayWidth(line[column] as string))),
  );
  const ruler = widths.map((width) => "-".repeat(width));
  const [heading, ...rest] = lines as [string[], ...string[][]];
  return [heading, ruler, ...rest].map((line) => formatLine(line, widths)).join("");
}

/** Lays out what belongs to one thing: names on the left, values on the right. Without those that have none. */
export function formatFields(
  fields: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const lines = fields.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, printable(value)]],
  );
  const width = Math.max(0, ...lines.map(([name]) => displayWidth(name as string)));
  return lines.map((line) => formatLine(line, [width, 0])).join("");
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map(
    (cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))),
  );
  return `${padded.join("  ").trimEnd()}\n`;
}

/** Names come from anybody who may edit a directory: what would move the cursor or change colours is shown instead. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code === 10 ? "\\n" : code === 9 ? "\\t" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  // oxlint-disable-next-line no-control-regex -- anything but ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += isWide(segment) ? 2 : 1;
  return width;
}

function isWide(grapheme: string): boolean {
  return /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u.test(
    grapheme,
  );
}
