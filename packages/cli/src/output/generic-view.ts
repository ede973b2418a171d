import { fields, table, type View } from "./view.ts";

type Cell = string | undefined;

/**
 * What people are shown of any value, for what a query has made: of a list of objects a table with their members as
 * columns, of a list of lists one without headings, of an object its members.
 */
export function viewOf(json: unknown): View {
  if (json === null || json === undefined) return table([], []);
  if (Array.isArray(json)) return viewOfList(json);
  if (isObject(json))
    return fields(Object.entries(json).map(([name, value]) => [name, cellOf(value)] as const));
  return table([], [[cellOf(json)]]);
}

function viewOfList(items: readonly unknown[]): View {
  if (items.length > 0 && items.every(isObject)) {
    const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
    return table(
      names,
      items.map((item) => names.map((name) => cellOf(Object.hasOwn(item, name) ? item[name] : undefined))),
    );
  }
  return table(
    [],
    items.map((item) => (Array.isArray(item) ? item.map(cellOf) : [cellOf(item)])),
  );
}

/** A text as it is, anything else as JSON. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
