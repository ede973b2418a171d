import { viewOf } from "./generic-view.ts";
import type { Row } from "./table.ts";
import { printable } from "./text.ts";
import type { View } from "./view.ts";

/**
 * Comma-separated values as RFC 4180 has them, but for the ends of lines, which are those of Unix. The first line has the
 * headings, if there are any; of several sections, the first is shown.
 *
 * A spreadsheet runs what begins as a formula does, and names are chosen by anybody who may edit a directory: so an
 * apostrophe goes before those. Other formats give every value as it is.
 * @param json what is laid out where the view has no columns
 * @param isTerminal nothing is printed that would act on a terminal
 */
export function formatCsv(view: View, json: unknown, isTerminal: boolean): string {
  switch (view.kind) {
    case "table": {
      const rows = view.headings.length === 0 ? view.rows : [view.headings, ...view.rows];
      return linesOf(rows, isTerminal);
    }
    case "fields":
      return linesOf([view.fields.map(([name]) => name), view.fields.map(([, value]) => value)], isTerminal);
    case "sections": {
      const [first] = view.sections;
      return first === undefined ? "" : formatCsv(first, json, isTerminal);
    }
    case "lines":
      return formatCsv(view.rows ?? viewOf(json), json, isTerminal);
  }
}

function linesOf(rows: readonly Row[], isTerminal: boolean): string {
  let width = 0;
  for (const row of rows) width = Math.max(width, row.length);
  let text = "";
  for (const row of rows) {
    for (let column = 0; column < width; column += 1) {
      const cell = harmless(row[column] ?? "");
      text += (column === 0 ? "" : ",") + quoted(isTerminal ? printable(cell) : cell);
    }
    text += "\n";
  }
  return text;
}

/** Where spreadsheets begin to calculate, the wide forms of these included; a number is one. */
function harmless(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^[+-]?\d+(?:\.\d+)?$/.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
