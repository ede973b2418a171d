/** All that a terminal would take as an order, or that turns its text around, but for the ends of lines and tabs. */
export const orders: RegExp = /(?![\r\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** How many columns a line takes, as terminals reckon, in the scripts that the tests use. */
export function widthOf(line: string): number {
  const graphemes = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return graphemes.reduce((sum, one) => sum + (isWide(one) ? 2 : 1), 0);
}

function isWide(grapheme: string): boolean {
  return /^(?:[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]|\p{RGI_Emoji})/v.test(grapheme);
}
