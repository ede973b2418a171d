import { printable } from "./text.ts";

/**
 * Lays a value out as `--output text` of the AWS CLI does, for scripts that were written for that: values with tabs between
 * them, members in the order of their names, what is nested on lines of its own that begin with the member's name.
 * @param isTerminal nothing is printed that would act on a terminal
 */
export function formatText(json: unknown, isTerminal: boolean): string {
  const lines: string[] = [];
  const write = (cells: readonly unknown[]): void => {
    lines.push(cells.map((cell) => (isTerminal ? printable(textOf(cell)) : textOf(cell))).join("\t"));
  };
  writeValue(JSON.parse(JSON.stringify(json) ?? "null"), undefined, undefined, write);
  return lines.map((line) => `${line}\n`).join("");
}

type Write = (cells: readonly unknown[]) => void;

/** @param scalars the members that stand in the columns; undefined: those of the value that are scalar */
function writeValue(
  value: unknown,
  name: string | undefined,
  scalars: readonly string[] | undefined,
  write: Write,
): void {
  if (Array.isArray(value)) writeList(value, name, write);
  else if (isObject(value)) writeObject(value, name, scalars ?? scalarNames([value]), write);
  else write([value]);
}

function writeList(items: readonly unknown[], name: string | undefined, write: Write): void {
  const objects = items.filter(isObject);
  if (objects.length > 0) {
    const scalars = scalarNames(objects);
    for (const item of items) writeValue(item, name, scalars, write);
    return;
  }
  const plain = items.filter((item) => !Array.isArray(item));
  if (name === undefined && plain.length > 0) write(plain);
  else for (const item of plain) write([(name as string).toUpperCase(), item]);
  for (const item of items) if (Array.isArray(item)) writeValue(item, name, undefined, write);
}

function writeObject(
  object: Members,
  name: string | undefined,
  scalars: readonly string[],
  write: Write,
): void {
  const cells = scalars.map((one) => (Object.hasOwn(object, one) ? object[one] : ""));
  if (cells.length > 0) write(name === undefined ? cells : [name.toUpperCase(), ...cells]);
  const rest = Object.keys(object).filter((one) => !scalars.includes(one));
  for (const one of rest.toSorted()) writeValue(object[one], one, undefined, write);
}

type Members = Readonly<Record<string, unknown>>;

function scalarNames(objects: readonly Members[]): readonly string[] {
  const names = objects.flatMap((object) => Object.keys(object).filter((name) => !isNested(object[name])));
  return [...new Set(names)].toSorted();
}

/** As Python writes them. */
function textOf(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isObject(value: unknown): value is Members {
  return isNested(value) && !Array.isArray(value);
}
