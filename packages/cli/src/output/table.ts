import { displayWidth, printable } from "./text.ts";
import { fitWidths, narrowest, wrap } from "./wrap.ts";

/** Cells by row; undefined and empty ones are printed as nothing. */
export type Row = readonly (string | undefined)[];

/** Between columns. */
const gap = 2;

/**
 * Lays rows out in columns as wide as they need to be: nothing is cut off, so that whatever stands there can be copied.
 * Where they are not to be that wide, cells go on in a line below, and where columns would become too narrow for that, each
 * row becomes lines of its own.
 * @param headings none: there is no line for them
 * @param columns how wide it may be
 * @returns lines with their ends; none for no rows, since a heading over nothing helps nobody
 */
export function formatTable(headings: readonly string[], rows: readonly Row[], columns = Infinity): string {
  if (rows.length === 0) return "";
  const widths = headings.map((heading) => displayWidth(heading));
  const cells = rows.map((row) => {
    const count = Math.max(headings.length, row.length);
    const line: string[] = [];
    for (let column = 0; column < count; column += 1) {
      const cell = printable(row[column] ?? "");
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
      line.push(cell);
    }
    return line;
  });
  if (columns === Infinity) return linesOf(headings, cells, widths);
  const fitting = fitWidths(widths, columns - gap * (widths.length - 1));
  if (fitting !== undefined)
    return linesOf(
      headings,
      cells.flatMap((line) => wrapCells(line, fitting)),
      fitting,
    );
  return cells
    .map((line) => {
      const fields = line.map((cell, column) => [headings[column] ?? `${column + 1}`, cell] as const);
      return formatFields(fields, columns);
    })
    .join("\n");
}

/**
 * Lays out what belongs to one thing: names on the left, values on the right. Without those that have none.
 * @param columns how wide it may be: values go on in a line below, unless hardly anything is left for them
 */
export function formatFields(
  fields: readonly (readonly [name: string, value: string | undefined])[],
  columns = Infinity,
): string {
  const lines = fields.flatMap(([name, value]) => (value ? [[printable(name), printable(value)]] : []));
  const names = Math.max(0, ...lines.map(([name]) => displayWidth(name as string)));
  const widths = [names, Math.max(narrowest, columns - gap - names)];
  return lines
    .flatMap((line) => (columns === Infinity ? [line] : wrapCells(line, widths)))
    .map((line) => formatLine(line, widths))
    .join("");
}

function linesOf(
  headings: readonly string[],
  cells: readonly (readonly string[])[],
  widths: readonly number[],
): string {
  const ruler = widths.map((width) => "-".repeat(width));
  const head = headings.length === 0 ? [] : [...wrapCells(headings, widths), ruler];
  return [...head, ...cells].map((line) => formatLine(line, widths)).join("");
}

/** The lines that a row takes where cells go on below. */
function wrapCells(cells: readonly string[], widths: readonly number[]): readonly (readonly string[])[] {
  const wrapped = cells.map((cell, column) => wrap(cell, widths[column] as number));
  const height = Math.max(...wrapped.map((pieces) => pieces.length));
  return Array.from({ length: height }, (_, line) => wrapped.map((pieces) => pieces[line] ?? ""));
}

function formatLine(cells: readonly string[], widths: readonly number[]): string {
  let line = "";
  let space = 0;
  for (const [column, cell] of cells.entries()) {
    // Nothing is printed for a cell that has nothing, not even at the end of a line.
    if (cell !== "") {
      line += " ".repeat(space) + cell;
      space = 0;
    }
    space += (widths[column] as number) + gap - displayWidth(cell);
  }
  return `${line}\n`;
}
