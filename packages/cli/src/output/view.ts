import type { Row } from "./table.ts";

/** What people are shown of a result, as data: how it looks is none of a command's business. */
export type View =
  /** Rows under headings. No rows: there is nothing to list. */
  | { readonly kind: "table"; readonly headings: readonly string[]; readonly rows: readonly Row[] }
  /** What belongs to one thing. */
  | { readonly kind: "fields"; readonly fields: readonly Field[] }
  /** Several of these, one below the other. */
  | { readonly kind: "sections"; readonly sections: readonly View[] }
  /** Lines with their ends. What has ends of lines in it that are none, such as a name, was made printable before. */
  | { readonly kind: "lines"; readonly text: string; readonly rows?: View | undefined };

/** A field whose value is undefined or empty is left out where people read. */
export type Field = readonly [name: string, value: string | undefined];

export function table(headings: readonly string[], rows: readonly Row[]): View {
  return { kind: "table", headings, rows };
}

export function fields(all: readonly Field[]): View {
  return { kind: "fields", fields: all };
}

export function sections(all: readonly View[]): View {
  return { kind: "sections", sections: all };
}

/** @param rows the same with columns, for who wants those; default: made of the data */
export function lines(text: string, rows?: View): View {
  return { kind: "lines", text, rows };
}
