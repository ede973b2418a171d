/** Returns the word that `given` was probably meant to be, or undefined when none is near. */
export function closest(given: string, words: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let best: string | undefined;
  // A third of the letters may be wrong, two at least.
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const word of words) {
    const distance = word.startsWith(wanted) && wanted.length > 1 ? 1 : editDistance(wanted, word);
    if (distance < least && distance < word.length) {
      least = distance;
      best = word;
    }
  }
  return best;
}

/** What to advise about a word that is none of those: the one that was probably meant. */
export function didYouMean(given: string, words: readonly string[], otherwise: string): string {
  const near = closest(given, words);
  return near === undefined ? otherwise : `did you mean "${near}"?`;
}

/** How many letters have to be put in, taken out, changed, or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (previous[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (previous[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] as number) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] as number;
}
