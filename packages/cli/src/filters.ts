import { usageError } from "./errors/cli-error.ts";
import { matchWhole, type TextMatch } from "./match-text.ts";

/** What people filter by: the name of an attribute, and its texts in an item. */
export type Attributes<Item> = Readonly<Record<string, (item: Item) => readonly (string | undefined)[]>>;

/**
 * Reads filters, `ATTRIBUTE=VALUE` each, all of which must hold. The value may have wildcards; capitals make no difference,
 * in the name of the attribute either.
 * @returns undefined when there are none
 * @throws CliError for what is no filter, and for an attribute that there is not
 */
export async function readFilters<Item>(
  filters: readonly string[],
  attributes: Attributes<Item>,
): Promise<((item: Item) => boolean) | undefined> {
  if (filters.length === 0) return undefined;
  const conditions: ((item: Item) => boolean)[] = [];
  for (const filter of filters) {
    const [, given, value] = /^([^=]+)=(.+)$/s.exec(filter) ?? [];
    if (given === undefined || value === undefined) {
      throw usageError(
        `--filter must be ATTRIBUTE=VALUE, received "${filter}"`,
        `the attributes are ${Object.keys(attributes).join(", ")}`,
      );
    }
    const textsOf = attributes[await findName(given, Object.keys(attributes))];
    const matches = matchWhole(value);
    conditions.push((item) => hasMatch(textsOf?.(item) ?? [], matches));
  }
  return (item) => conditions.every((holds) => holds(item));
}

/** Whether one of the texts matches. */
export function hasMatch(texts: readonly (string | undefined)[], matches: TextMatch): boolean {
  return texts.some((text) => text !== undefined && matches(text));
}

async function findName(given: string, known: readonly string[]): Promise<string> {
  const found = known.find((name) => name.toLowerCase() === given.trim().toLowerCase());
  if (found !== undefined) return found;
  const { didYouMean } = await import("./command-line/closest.ts");
  throw usageError(
    `there is no attribute "${given}" to filter by`,
    didYouMean(given, known, `the attributes are ${known.join(", ")}`),
  );
}
