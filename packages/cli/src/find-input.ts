import { hasMatch, type Attributes } from "./filters.ts";
import { matchText } from "./match-text.ts";

/** What the line says of what is to be found in a list. */
export interface FindInput {
  readonly pattern: string;
  readonly caseSensitive: boolean;
  readonly limit: number | undefined;
}

/** Whether one of the texts of an item has what is to be found. */
export function findsIn<Item>(input: FindInput, textsOf: Attributes<Item>[string]): (item: Item) => boolean {
  const matches = matchText(input.pattern, input);
  return (item) => hasMatch(textsOf(item), matches);
}
