/** What pictures are made of. */
export interface Ink {
  readonly full: string;
  readonly empty: string;
  /** From nothing to everything. */
  readonly levels: readonly string[];
}

const blocks: Ink = { full: "█", empty: "░", levels: Array.from(" ▁▂▃▄▅▆▇█") };
const plain: Ink = { full: "#", empty: ".", levels: Array.from(" .:-=+*#") };

/**
 * Blocks where the locale is one that has them, and other characters elsewhere.
 * @param variables the environment: POSIX has the first of these that is set decide
 */
export function chooseInk(variables: Readonly<Record<string, string | undefined>>): Ink {
  const locale = variables["LC_ALL"] || variables["LC_CTYPE"] || variables["LANG"] || "";
  return /utf-?8/i.test(locale) ? blocks : plain;
}

/** A bar that is as full as the share, from 0 to 1, of so many characters. Only nothing is empty, and only all of it full. */
export function bar(share: number, width: number, { full, empty }: Ink): string {
  const within = Math.min(Math.max(share, 0), 1);
  let filled = Math.round(within * width);
  if (within > 0) filled = Math.max(filled, 1);
  if (within < 1) filled = Math.min(filled, width - 1);
  return full.repeat(filled) + empty.repeat(width - filled);
}

/** A character for each share, from 0 to 1: higher ones for more. Of 0, the lowest that can be seen. */
export function sparkline(shares: readonly number[], { levels }: Ink): string {
  const highest = levels.length - 1;
  return shares
    .map((share) => levels[Math.max(1, Math.round(Math.min(Math.max(share, 0), 1) * highest))])
    .join("");
}
