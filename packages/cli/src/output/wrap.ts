import { displayWidth } from "./text.ts";

/** What a column has at least, if it needs it: with less, more is broken than one can read. */
export const narrowest = 16;

/**
 * Makes the widest columns narrower, as little as it takes.
 * @param available for all of them
 * @returns the same widths where they fit, undefined where columns would be too narrow
 */
export function fitWidths(widths: readonly number[], available: number): readonly number[] | undefined {
  let rest = available;
  let left = widths.length;
  let most = Infinity;
  for (const width of widths.toSorted((one, other) => one - other)) {
    const share = Math.floor(rest / left);
    if (width > share) {
      most = share;
      break;
    }
    rest -= width;
    left -= 1;
  }
  if (most === Infinity) return widths;
  return most < narrowest ? undefined : widths.map((width) => Math.min(width, most));
}

/** Breaks a printable text into pieces no wider than that: after a space or a mark, if there is one in the latter half. */
export function wrap(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (displayWidth(rest) > width) {
    const most = beginning(rest, width);
    const mark = /^.*[\s\-_.@:/,;|](?=.)/su.exec(most)?.[0] ?? "";
    const piece = displayWidth(mark) * 2 > width ? mark : most;
    pieces.push(piece.trimEnd());
    rest = rest.slice(piece.length).trimStart();
  }
  pieces.push(rest);
  return pieces;
}

/** As much of it as is no wider, and one character at least. */
function beginning(text: string, width: number): string {
  let end = 0;
  let taken = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += displayWidth(segment);
    if (taken > width && end > 0) break;
    end += segment.length;
  }
  return text.slice(0, end);
}
