import { formatFields, formatTable } from "./table.ts";
import { printableLines } from "./text.ts";
import type { View } from "./view.ts";

/**
 * Lays a view out for people.
 * @param columns how wide it may be; Infinity: as wide as it is
 * @returns lines with their ends
 */
export function layOut(view: View, columns: number): string {
  switch (view.kind) {
    case "table":
      return formatTable(view.headings, view.rows, columns);
    case "fields":
      return formatFields(view.fields, columns);
    case "sections":
      return view.sections
        .map((section) => layOut(section, columns))
        .filter((section) => section !== "")
        .join("\n");
    case "lines":
      return printableLines(view.text);
  }
}
