import { displayWidth, printable } from "./text.ts";

/** Cells by row; undefined and empty ones are printed as nothing. */
export type Row = readonly (string | undefined)[];

/**
 * Lays rows out in columns as wide as they need to be: nothing is cut off, so that whatever stands there can be copied.
 * @returns lines with their ends; none for no rows, since a heading over nothing helps nobody
 */
export function formatTable(headings: readonly string[], rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const widths = headings.map((heading) => heading.length);
  const lines = rows.map((row) =>
    headings.map((_, column) => {
      const cell = printable(row[column] ?? "");
      widths[column] = Math.max(widths[column] as number, displayWidth(cell));
      return cell;
    }),
  );
  const ruler = widths.map((width) => "-".repeat(width));
  return [headings, ruler, ...lines].map((line) => formatLine(line, widths)).join("");
}

/** Lays out what belongs to one thing: names on the left, values on the right. Without those that have none. */
export function formatFields(
  fields: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const lines = fields.flatMap(([name, value]) => (value ? [[name, printable(value)]] : []));
  const widths = [Math.max(0, ...lines.map(([name]) => (name as string).length)), 0];
  return lines.map((line) => formatLine(line, widths)).join("");
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  let line = "";
  let gap = 0;
  for (const [column, cell] of cells.entries()) {
    // Nothing is printed for a cell that has nothing, not even at the end of a line.
    if (cell !== "") {
      line += " ".repeat(gap) + cell;
      gap = 0;
    }
    gap += (widths[column] as number) + 2 - displayWidth(cell);
  }
  return `${line}\n`;
}
