import { usageError } from "../errors/cli-error.ts";

/** What to throw for a word that means nothing: with the one that was probably meant, or where to look. */
export async function unknownWord(
  what: "command" | "option",
  given: string,
  known: readonly string[],
  help: string,
): Promise<Error> {
  const { didYouMean } = await import("./closest.ts");
  return usageError(`there is no ${what} "${given}"`, didYouMean(given, known, `see "${help}"`));
}
