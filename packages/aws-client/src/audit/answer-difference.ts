import type { Fields } from "../catalog/row.ts";

/** Belongs to a request, not to what was asked for. */
const ofTheRequest: ReadonlySet<string> = new Set(["$metadata", "NextToken"]);

/**
 * The names of the fields in which two answers to one question differ, sorted; none when they say the same. The items of
 * lists may be in any order: the services promise none.
 */
export function differingFields(one: Fields, other: Fields): readonly string[] {
  const names = new Set(
    [...Object.keys(one), ...Object.keys(other)].filter((name) => !ofTheRequest.has(name)),
  );
  return [...names].filter((name) => written(one[name]) !== written(other[name])).toSorted();
}

/** The same text for what says the same. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).toSorted().join(",")}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return `Bytes(${Buffer.from(value).toString("base64")})`;
  if (typeof value !== "object" || value === null)
    return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? "");
  const fields = Object.keys(value)
    .toSorted()
    .flatMap((name) => {
      const field = (value as Fields)[name];
      return field === undefined ? [] : [`${JSON.stringify(name)}:${written(field)}`];
    });
  return `{${fields.join(",")}}`;
}
