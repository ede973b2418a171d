/** A line as bash reads it, up to the cursor. */
export interface BashLine {
  /** Without the program's name. */
  readonly words: readonly string[];
  /** The word that is being typed, as it will be without quotes. */
  readonly current: string;
  /** The same as it is typed, from its last quote on where that is still open. */
  readonly typed: string;
  /** The quote that is still open. */
  readonly quote: string;
}

/** Takes a line apart: quotes and backslashes, and nothing that bash would put in place of something. */
export function readBashLine(line: string): BashLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  let start = 0;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index] as string;
    const isEscape = character === "\\" && quote !== "'";
    if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      start = index + 1;
    } else if (isEscape) {
      const next = line[(index += 1)] ?? "";
      // Within quotes, a backslash is one before most characters.
      word = (word ?? "") + (quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next);
    } else if (character === quote) {
      quote = "";
    } else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
      start = index + 1;
    } else {
      word = (word ?? "") + character;
    }
  }
  return { words: words.slice(1), current: word ?? "", typed: line.slice(start), quote };
}

/**
 * Writes words as bash puts them in: it replaces what was typed after the last character at which it breaks words, and
 * knows of no quotes but those that are open.
 * @param breaks `COMP_WORDBREAKS`
 */
export function toBashReplies(
  candidates: readonly string[],
  { typed, quote }: BashLine,
  breaks: string,
): readonly string[] {
  if (quote !== "") return candidates.filter((word) => !/["'\\$`!]/.test(word));
  let kept = 0;
  for (let index = 0; index < typed.length; index += 1) {
    const character = typed[index] as string;
    if (character === "\\") index += 1;
    else if (breaks.includes(character) && !/["'\s]/.test(character)) kept = index + 1;
  }
  return candidates.map((word) => word.replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, "\\$&").slice(kept));
}
